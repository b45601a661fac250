"""What a user watches: throughput, a progress bar or log lines, and TensorBoard event files on request.

No result depends on any of it, and none of it repeats exactly.
"""

import logging
import resource
import sys
import time
from collections.abc import Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pandas as pd
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hico.errors import TrainingError
from hico.files import write_csv

LOG = logging.getLogger(__name__)
LOG_EVERY_S = 30.0
Metrics = dict[str, float]
"""Values of one step by name."""


@dataclass
class Throughput:
    """Clips a second, and the share of the time spent waiting for data, over intervals of steps."""

    rows: list[Metrics] = field(default_factory=list)
    """One for each interval that has ended."""
    steps: int = 0
    clips: int = 0
    waited_s: float = 0.0
    started: float = field(default_factory=time.perf_counter)

    def start(self) -> None:
        """Start an interval now."""
        self.steps, self.clips, self.waited_s, self.started = 0, 0, 0.0, time.perf_counter()

    def add(self, clips: int, waited_s: float, steps: int = 1) -> None:
        self.steps += steps
        self.clips += clips
        self.waited_s += waited_s

    def end_interval(self, step: int) -> Metrics:
        """End the interval at `step`, and start the next."""
        elapsed_s = time.perf_counter() - self.started
        self.rows.append(
            {
                "step": step,
                "clips_per_s": round(self.clips / elapsed_s, 3),
                "waiting_share": round(self.waited_s / elapsed_s, 4),
                "memory_mb": round(peak_memory_mb(), 1),
            }
        )
        self.start()
        return self.rows[-1]

    def describe(self, steps_left: int) -> str:
        """The interval until now, and the time left at its pace."""
        elapsed_s = time.perf_counter() - self.started
        left = timedelta(seconds=round(steps_left * elapsed_s / self.steps))
        waiting = 100 * self.waited_s / elapsed_s
        return f"{self.clips / elapsed_s:.1f} clips/s, waiting for data {waiting:.0f}%, {left} left"

    def write(self, path: Path) -> None:
        """Write speed.csv."""
        write_csv(path, pd.DataFrame(self.rows, columns=["step", "clips_per_s", "waiting_share", "memory_mb"]))


def peak_memory_mb() -> float:
    """Largest memory held so far in MiB: the GPU's where there is one, else this process's."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


def time_waiting(batches: Iterator[Any]) -> Generator[tuple[Any, float]]:
    """Each batch with the seconds spent waiting for it."""
    while True:
        started = time.perf_counter()
        batch = next(batches, None)
        if batch is None:
            return
        yield batch, time.perf_counter() - started


class ProgressMonitor:
    """A progress bar in a terminal; elsewhere a log line every half minute, and one at the end."""

    def __init__(self, title: str, total: int, throughput: Throughput, done: int = 0, quiet: bool = False) -> None:
        console = Console(file=sys.stderr)
        self.title, self.total, self.throughput = title, total, throughput
        self.live, self.quiet = console.is_terminal and not quiet, quiet
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("{task.fields[pace]}"),
            console=console,
            disable=not self.live,
        )
        self.task = self.progress.add_task(title, total=total, completed=done, pace="")
        self.logged = time.monotonic()

    def __enter__(self) -> "ProgressMonitor":
        self.throughput.start()
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def update(self, done: int, text: str) -> Metrics | None:
        """Show progress with `text`. Gives the throughput of the interval where this ends one."""
        pace = self.throughput.describe(self.total - done)
        self.progress.update(self.task, completed=done, description=text, pace=pace)
        if done < self.total and time.monotonic() - self.logged < LOG_EVERY_S:
            return None
        self.logged = time.monotonic()
        if not self.live and not self.quiet:
            LOG.info("%s %d/%d %s | %s", self.title, done, self.total, text, pace)
        return self.throughput.end_interval(done)


class EventWriter:
    """TensorBoard event files of one run; writes nothing without a SummaryWriter."""

    def __init__(self, summary_writer: Any = None) -> None:
        self.summary_writer = summary_writer

    def write(self, group: str, metrics: Metrics) -> None:
        """Add every value to its curve at metrics["step"]."""
        if self.summary_writer is not None:
            for name, value in metrics.items():
                if name != "step":
                    self.summary_writer.add_scalar(f"{group}/{name}", value, int(metrics["step"]))

    def flush(self) -> None:
        """Write out what is buffered, so that event files never lag behind a checkpoint."""
        if self.summary_writer is not None:
            self.summary_writer.flush()


@contextmanager
def open_events(folder: Path | None, step: int) -> Iterator[EventWriter]:
    """Continue event files after `step`, hiding what an interrupted run wrote of later steps. None: no files.

    Raises TrainingError where the package tensorboard is missing.
    """
    if folder is None:
        yield EventWriter()
        return
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise TrainingError(
            "event files need the package tensorboard: pip install tensorboard, "
            "or leave out --tensorboard and HICO_TENSORBOARD"
        ) from error
    with SummaryWriter(str(folder), purge_step=step + 1) as summary_writer:
        yield EventWriter(summary_writer)
