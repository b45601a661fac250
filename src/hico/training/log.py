"""What a run writes down: figures that repeat exactly, and speed, which never does."""

import sys
import time
from dataclasses import dataclass, field
from pathlib import Path

import pandas as pd
import torch
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn, TimeRemainingColumn

from hico.files import write_csv

Row = dict[str, float]


@dataclass
class Speed:
    """Clips a second, and the share of the time that a step waited for data, over each stretch of steps."""

    rows: list[Row] = field(default_factory=list)
    clips: int = 0
    waited_s: float = 0.0
    begun: float = field(default_factory=time.perf_counter)

    def add(self, clips: int, waited_s: float) -> None:
        self.clips += clips
        self.waited_s += waited_s

    def close(self, step: int) -> Row:
        """End the stretch at `step`, and start the next."""
        now = time.perf_counter()
        spent = now - self.begun
        self.rows.append(
            {
                "step": step,
                "clips_per_s": round(self.clips / spent, 3),
                "waiting_share": round(self.waited_s / spent, 4),
                "memory_mb": round(peak_memory_mb(), 1),
            }
        )
        self.clips, self.waited_s, self.begun = 0, 0.0, now
        return self.rows[-1]

    def write(self, path: Path) -> None:
        write_csv(path, pd.DataFrame(self.rows, columns=["step", "clips_per_s", "waiting_share", "memory_mb"]))


def peak_memory_mb() -> float:
    """Most memory held so far: the device's where there is one, else this process's."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**20
    import resource

    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10


class Bar:
    """A progress bar in a terminal; nothing elsewhere, where log lines serve."""

    def __init__(self, title: str, total: int, done: int = 0) -> None:
        console = Console(file=sys.stderr)
        self.progress = Progress(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TimeRemainingColumn(),
            console=console,
            disable=not console.is_terminal,
        )
        self.task = self.progress.add_task(title, total=total, completed=done)

    def __enter__(self) -> "Bar":
        self.progress.start()
        return self

    def __exit__(self, *_: object) -> None:
        self.progress.stop()

    def step(self, loss: float) -> None:
        self.progress.update(self.task, advance=1, description=f"loss {loss:.4f}")
