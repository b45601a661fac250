"""What a run writes down: figures that repeat exactly, and speed, which never does."""

import resource
import time
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

import pandas as pd
import torch

from hico.files import write_csv

Row = dict[str, float]


@dataclass
class Speed:
    """Clips a second, and the share of the time that a step waited for data, over each stretch of steps."""

    rows: list[Row] = field(default_factory=list)
    steps: int = 0
    clips: int = 0
    waited_s: float = 0.0
    begun: float = field(default_factory=time.perf_counter)

    def start(self) -> None:
        """Begin a stretch now."""
        self.steps, self.clips, self.waited_s, self.begun = 0, 0, 0.0, time.perf_counter()

    def add(self, clips: int, waited_s: float, steps: int = 1) -> None:
        self.steps += steps
        self.clips += clips
        self.waited_s += waited_s

    def close(self, step: int) -> Row:
        """End the stretch at `step`, and start the next."""
        spent = time.perf_counter() - self.begun
        self.rows.append(
            {
                "step": step,
                "clips_per_s": round(self.clips / spent, 3),
                "waiting_share": round(self.waited_s / spent, 4),
                "memory_mb": round(peak_memory_mb(), 1),
            }
        )
        self.start()
        return self.rows[-1]

    def words(self, steps_left: int) -> str:
        """This stretch so far, and the time that `steps_left` more steps take at its pace."""
        spent = time.perf_counter() - self.begun
        left = timedelta(seconds=round(steps_left * spent / self.steps))
        waiting = 100 * self.waited_s / spent
        return f"{self.clips / spent:.1f} clips/s, waiting for data {waiting:.0f}%, {left} left"

    def write(self, path: Path) -> None:
        write_csv(path, pd.DataFrame(self.rows, columns=["step", "clips_per_s", "waiting_share", "memory_mb"]))


def peak_memory_mb() -> float:
    """Most memory held so far: the device's where there is one, else this process's."""
    if torch.cuda.is_available():
        return torch.cuda.max_memory_allocated() / 2**20
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**10
