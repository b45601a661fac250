"""The batch does to each clip what one clip alone would get."""

import numpy as np
import pytest
import torch

from hico.augment import AugmentParameters, apply_color, color, draw, normalize
from hico.config.training import Augment, FinetuneAugment

OPERATIONS = (color.brightness, color.contrast, color.saturation, color.hue)


def clips(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 2, 6, 8, 3), dtype=torch.uint8, generator=generator)


def slow(clip: torch.Tensor, one: AugmentParameters) -> torch.Tensor:
    """One clip (T, H, W, 3), one operation after the other."""
    x = (clip.flip(2) if one.flip else clip).permute(3, 0, 1, 2)[None] / 255
    if one.gray and one.gray_first:
        x = color.gray(x)
    if one.color:
        values = (one.brightness, one.contrast, one.saturation, one.hue)
        for number in one.order:
            x = OPERATIONS[number](x, torch.tensor([values[number]]))
    if one.gray and not one.gray_first:
        x = color.gray(x)
    return ((x - 0.45) / 0.225)[0]


@pytest.mark.parametrize("settings", [Augment(gray_probability=0.5), FinetuneAugment(), Augment(color_probability=0)])
def test_a_batch_is_its_clips(settings):
    generator, batch = np.random.default_rng(4), clips(16)
    parameters = [draw(generator, settings, 8, 6) for _ in batch]
    expected = torch.stack([slow(clip, one) for clip, one in zip(batch, parameters, strict=True)])
    torch.testing.assert_close(apply_color(batch, parameters), expected, rtol=1e-5, atol=1e-5)
    assert torch.equal(batch, clips(16))


def test_normalizing_is_linear():
    x = torch.tensor([0, 255], dtype=torch.uint8).repeat(3, 1).T.view(1, 2, 1, 1, 3)
    y = normalize(x)
    assert y.shape == (1, 3, 2, 1, 1)
    torch.testing.assert_close(y[0, 0].flatten(), torch.tensor([-2.0, 0.55 / 0.225]))
