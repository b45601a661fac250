"""Watching a run: live in a terminal, as log lines elsewhere, and as TensorBoard's event files on request.

Nothing here is a result: no stage re-runs for it, and no figure depends on it.
"""

import logging
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn

from hico.errors import TrainingError
from hico.training.log import Row, Speed

LOG = logging.getLogger(__name__)
LOG_EVERY_S = 30.0


class Watch:
    """A progress bar in a terminal; elsewhere a log line every half minute, and one at the end."""

    def __init__(self, title: str, total: int, speed: Speed, done: int = 0, quiet: bool = False) -> None:
        console = Console(file=sys.stderr)
        self.title, self.total, self.speed = title, total, speed
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

    def __enter__(self) -> "Watch":
        self.speed.start()
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def step(self, done: int, words: str) -> Row | None:
        """Show how far a run is, in `words` of its own. Gives the speed of each stretch that this ends."""
        pace = self.speed.words(self.total - done)
        self.progress.update(self.task, completed=done, description=words, pace=pace)
        if done < self.total and time.monotonic() - self.logged < LOG_EVERY_S:
            return None
        self.logged = time.monotonic()
        if not self.live and not self.quiet:
            LOG.info("%s %d/%d %s | %s", self.title, done, self.total, words, pace)
        return self.speed.close(done)


class Events:
    """Event files of one run; writes nothing without a writer."""

    def __init__(self, writer: Any = None) -> None:
        self.writer = writer

    def write(self, group: str, row: Row) -> None:
        """Every figure of a row as a curve over its step."""
        if self.writer is not None:
            for name, value in row.items():
                if name != "step":
                    self.writer.add_scalar(f"{group}/{name}", value, int(row["step"]))

    def flush(self) -> None:
        """Nothing that a checkpoint holds may be missing after a crash."""
        if self.writer is not None:
            self.writer.flush()


@contextmanager
def events(folder: Path | None, step: int) -> Iterator[Events]:
    """Go on after `step`: what an interrupted run wrote of later steps is hidden. None: no event files.

    Raises TrainingError where the package is missing.
    """
    if folder is None:
        yield Events()
        return
    try:
        from torch.utils.tensorboard import SummaryWriter
    except ImportError as error:
        raise TrainingError(
            "event files need the package tensorboard: pip install tensorboard, "
            "or leave out --tensorboard and HICO_TENSORBOARD"
        ) from error
    with SummaryWriter(str(folder), purge_step=step + 1) as writer:
        yield Events(writer)
