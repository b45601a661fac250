"""A network that crawls in the first Slurm job that trains it, and is quick in every other."""

import os
import time
from pathlib import Path

from torch import Tensor, nn

FIRST = Path("first_job")


class CrawlingNet(nn.Module):
    """(N, 3, T, H, W) -> (N, features, t, h, w)."""

    def __init__(self, width: float) -> None:
        super().__init__()
        self.features = round(64 * width)
        self.layer = nn.Conv3d(3, self.features, kernel_size=4, stride=4)

    def forward(self, clips: Tensor) -> Tensor:
        if self.training:
            time.sleep(4 * is_first(os.environ["SLURM_JOB_ID"]))
        features: Tensor = self.layer(clips)
        return features


def is_first(job: str) -> bool:
    """Whether no other job came before this one."""
    if not FIRST.exists():
        FIRST.write_text(job)
    return FIRST.read_text() == job
