"""The paper's downstream recipes, and whether a run's task follows them."""

import math
from collections.abc import Mapping
from typing import Any

from hico.config.experiments import Finetune, LinearProbe, Retrieval, Task
from hico.config.training import Clip

_SECTIONS: dict[str, type[Task]] = {"finetune": Finetune, "linear_probe": LinearProbe, "retrieval": Retrieval}
_HMDB51 = {"batch_videos": 64, "optimizer": {"rate": 0.001, "warmup_rate": 2e-5}}
_NO_RECIPE = {"data", "experiments", "compute", "media", "ks", "clip"}
"""What cannot make it another recipe, or chooses the paper's row; of clips the time they span is compared."""


def is_papers(protocol: str, dataset: str, settings: Mapping[str, Any] | None) -> bool:
    """Whether a task on UCF101 or HMDB51 is trained and tested as the paper's. Raises ConfigError."""
    if settings is None:
        return False
    section = _SECTIONS[protocol]
    task = section.check(dict(settings), "task_settings")
    papers = section.check({"data": task.data} | _recipe(protocol, dataset), "the paper's recipe")
    left_out = _NO_RECIPE | ({"views"} if protocol == "retrieval" else set())
    alike = task.model_dump(exclude=left_out) == papers.model_dump(exclude=left_out)
    return alike and math.isclose(task.clip.seconds, Clip().seconds)


def _recipe(protocol: str, dataset: str) -> dict[str, Any]:
    """Where the paper departs from the defaults, which are UCF101's recipe. Its probe lets BatchNorm adapt."""
    if protocol == "retrieval":
        return {}
    batchnorm = {"batchnorm": "adapt"} if protocol == "linear_probe" else {}
    return batchnorm | (_HMDB51 if dataset == "HMDB51" else {})
