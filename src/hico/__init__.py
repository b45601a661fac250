"""hico: self-supervised video pre-training on untrimmed videos (HiCo, CVPR 2022).

import hico
backbone, transform = hico.load("weights.safetensors")
embedding = backbone(transform(frames)).mean((2, 3, 4))  # frames: (T, H, W, 3) uint8 RGB -> (1, features)
"""

from importlib import import_module
from os import PathLike
from typing import Any

__version__ = "0.1.0"


def load(weights: str | PathLike[str]) -> tuple[Any, Any]:
    """Backbone in evaluation mode and its transform, from a weights file: see `hico.api.load`."""
    # Neither imported above, as torch takes seconds, nor named whole, as then every stage would depend on it.
    return import_module(".api", __name__).load(weights)  # type: ignore[no-any-return]
