"""The paper's downstream recipes, and whether a run's task follows them."""

import math
from typing import Any

from hico.config.experiments import Task
from hico.config.training import Clip

_HMDB51 = {"batch_videos": 64, "optimizer": {"rate": 0.001, "warmup_rate": 2e-5}}
_LARGE = {"batch_videos": 32, "optimizer": {"rate": 1e-4, "warmup_rate": 2e-5}}
"""At 32 x 224. The paper's own was not released: this is its successor's (HiCo++), the nearest public one."""
_NO_RECIPE = {"data", "experiments", "compute", "media", "ks", "clip"}
"""What cannot make it another recipe, or chooses the paper's row; of clips the time they span is compared."""


def is_papers(protocol: str, dataset: str, task: Task | None) -> bool:
    """Whether a task on UCF101 or HMDB51 is trained and tested as the paper's."""
    if task is None:
        return False
    papers = type(task).check({"data": task.data} | _recipe(protocol, dataset, task.clip), "the paper's recipe")
    left_out = _NO_RECIPE | ({"views"} if protocol == "retrieval" else set())
    alike = task.model_dump(exclude=left_out) == papers.model_dump(exclude=left_out)
    return alike and math.isclose(task.clip.seconds, Clip().seconds)


def _recipe(protocol: str, dataset: str, clip: Clip) -> dict[str, Any]:
    """Where the paper departs from the defaults, which are UCF101's recipe. Its probe lets BatchNorm adapt."""
    if protocol == "retrieval":
        return {}
    if protocol == "finetune" and (clip.frames, clip.size) == (32, 224):
        return _LARGE
    batchnorm = {"batchnorm": "adapt"} if protocol == "linear_probe" else {}
    return batchnorm | (_HMDB51 if dataset == "HMDB51" else {})
