"""Random augmentation parameters: one set a clip, drawn on the CPU."""

import math
from dataclasses import dataclass

import numpy as np

from hico.augment.crop import relative
from hico.config.training import Augment
from hico.video.decode import Box

ATTEMPTS = 10


@dataclass(frozen=True)
class AugmentParameters:
    """How one clip is cropped, flipped and colored; the same for all its frames."""

    box: Box
    """Crop, relative to the frame; its corners lie on whole pixels of the frame it was drawn for."""
    flip: bool
    color: bool
    """Whether the four operations below apply."""
    order: tuple[int, ...]
    """Order of brightness (0), contrast (1), saturation (2), hue (3)."""
    brightness: float
    contrast: float
    saturation: float
    hue: float
    """In turns; the other three are factors around 1."""
    gray: bool
    gray_first: bool
    """Whether gray comes before the color operations or after."""


def draw(generator: np.random.Generator, settings: Augment, width: int, height: int) -> AugmentParameters:
    """Parameters of one clip of frames of `width` x `height` pixels."""
    return AugmentParameters(
        box=random_box(generator, settings, width, height),
        flip=bool(generator.random() < settings.flip_probability),
        color=bool(generator.random() < settings.color_probability),
        order=tuple(generator.permutation(4).tolist()),
        brightness=generator.uniform(1 - settings.brightness, 1 + settings.brightness),
        contrast=generator.uniform(1 - settings.contrast, 1 + settings.contrast),
        saturation=generator.uniform(1 - settings.saturation, 1 + settings.saturation),
        hue=generator.uniform(-settings.hue, settings.hue),
        gray=bool(generator.random() < settings.gray_probability),
        gray_first=settings.gray_first,
    )


def random_box(generator: np.random.Generator, settings: Augment, width: int, height: int) -> Box:
    """A crop of random area (uniform) and aspect (log-uniform), anywhere; the central one that fits if none does."""
    low, high = (math.log(aspect) for aspect in settings.aspect)
    for _ in range(ATTEMPTS):
        area = width * height * generator.uniform(*settings.area)
        aspect = math.exp(generator.uniform(low, high))
        w, h = round(math.sqrt(area * aspect)), round(math.sqrt(area / aspect))
        if 0 < w <= width and 0 < h <= height:
            left, top = int(generator.integers(width - w + 1)), int(generator.integers(height - h + 1))
            return relative(left, top, w, h, width, height)
    return _central_box(settings, width, height)


def _central_box(settings: Augment, width: int, height: int) -> Box:
    """The largest central crop of an allowed aspect."""
    aspect = min(max(width / height, settings.aspect[0]), settings.aspect[1])
    w = min(width, max(1, round(height * aspect)))
    h = min(height, max(1, round(width / aspect)))
    return relative((width - w) // 2, (height - h) // 2, w, h, width, height)
