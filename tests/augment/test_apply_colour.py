"""The batch does to each clip what one clip alone would get."""

import numpy as np
import pytest
import torch

from hico.augment import AugmentParameters, apply_colour, colour, draw, normalise
from hico.config.training import Augment, FinetuneAugment

OPERATIONS = (colour.brightness, colour.contrast, colour.saturation, colour.hue)


def clips(count: int) -> torch.Tensor:
    generator = torch.Generator().manual_seed(0)
    return torch.randint(0, 256, (count, 2, 6, 8, 3), dtype=torch.uint8, generator=generator)


def slow(clip: torch.Tensor, one: AugmentParameters) -> torch.Tensor:
    """One clip (T, H, W, 3), one operation after the other."""
    x = (clip.flip(2) if one.flip else clip).permute(3, 0, 1, 2)[None] / 255
    if one.grey and one.grey_first:
        x = colour.grey(x)
    if one.colour:
        values = (one.brightness, one.contrast, one.saturation, one.hue)
        for number in one.order:
            x = OPERATIONS[number](x, torch.tensor([values[number]]))
    if one.grey and not one.grey_first:
        x = colour.grey(x)
    return ((x - 0.45) / 0.225)[0]


@pytest.mark.parametrize("settings", [Augment(grey_probability=0.5), FinetuneAugment(), Augment(colour_probability=0)])
def test_a_batch_is_its_clips(settings):
    generator, batch = np.random.default_rng(4), clips(16)
    parameters = [draw(generator, settings, 8, 6) for _ in batch]
    expected = torch.stack([slow(clip, one) for clip, one in zip(batch, parameters, strict=True)])
    torch.testing.assert_close(apply_colour(batch, parameters), expected, rtol=1e-5, atol=1e-5)
    assert torch.equal(batch, clips(16))


def test_normalising_is_linear():
    x = torch.tensor([0, 255], dtype=torch.uint8).repeat(3, 1).T.view(1, 2, 1, 1, 3)
    y = normalise(x)
    assert y.shape == (1, 3, 2, 1, 1)
    torch.testing.assert_close(y[0, 0].flatten(), torch.tensor([-2.0, 0.55 / 0.225]))
