"""The package in Python: a trained backbone and its transform, from a weights file alone."""

import os
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor

from hico.augment import center_crop_box, normalize
from hico.config.training import Clip
from hico.nets.model import BackboneNet
from hico.nets.trained import trained_backbone
from hico.video.decode import crop_scaled


@dataclass(frozen=True)
class Transform:
    """Frames of one clip -> input of the network, exactly as in evaluation: center crop, scale, normalize."""

    clip: Clip
    """What the network was trained with: `frames` a clip, `rate / 30` seconds apart, scaled to `size`."""

    def __call__(self, frames: NDArray[np.uint8] | Tensor) -> Tensor:
        """(T, H, W, 3) uint8 RGB -> (1, 3, T, size, size) float32. Raises ValueError on any other shape or type."""
        images = frames.cpu().numpy() if isinstance(frames, Tensor) else np.asarray(frames)
        if images.ndim != 4 or images.shape[-1] != 3 or images.dtype != np.uint8 or 0 in images.shape:
            raise ValueError(
                f"frames: needs uint8 RGB of shape (T, H, W, 3), given {images.dtype} {images.shape}; "
                "put time first and color last, in 0 to 255"
            )
        box = center_crop_box(images.shape[2], images.shape[1])
        return normalize(torch.from_numpy(crop_scaled(images, box, self.clip.size))[None])


def load(weights: str | os.PathLike[str]) -> tuple[BackboneNet, Transform]:
    """Backbone in evaluation mode, and the transform that makes its input. Raises WeightsError.

    `backbone(transform(frames))` is (1, features, t, h, w); its mean over the last three is the embedding that the
    stage `features` writes. Nothing is set to be trained: `backbone.requires_grad_()` for that.
    """
    backbone, settings = trained_backbone(Path(weights))
    return backbone, Transform(settings.clip)
