"""Color operations against Python's own color arithmetic, pixel by pixel."""

import colorsys

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hico.augment import color

LUMA = np.array([0.299, 0.587, 0.114])


def pixels(seed: int, clips: int = 2) -> torch.Tensor:
    """Random clips (N, 3, 2, 3, 4) with some gray, black and doubled channels."""
    x = torch.rand(clips, 3, 2, 3, 4, generator=torch.Generator().manual_seed(seed))
    x[:, :, 0, 0, 0], x[:, :, 0, 0, 1] = 0, 0.5
    x[:, 0, 0, 1] = x[:, 1, 0, 1]
    x[:, 2, 1, 1] = x[:, 1, 1, 1]
    return x


def per_pixel(clips, change):
    """Apply `change(rgb, clip)` to every pixel."""
    out = clips.numpy().copy()
    for n, _, t, y, x in np.ndindex(out.shape[0], 1, *out.shape[2:]):
        out[n, :, t, y, x] = change(out[n, :, t, y, x].astype(np.float64), n)
    return torch.from_numpy(out)


@settings(max_examples=25, deadline=None)
@given(st.floats(-0.5, 0.5), st.floats(-0.5, 0.5), st.integers(0, 10_000))
def test_hue_turns_the_color_circle(first, second, seed):
    def turned(rgb, clip):
        h, s, v = colorsys.rgb_to_hsv(*rgb)
        return colorsys.hsv_to_rgb((h + (first, second)[clip]) % 1, s, v)

    got = color.hue(pixels(seed), torch.tensor([first, second]))
    torch.testing.assert_close(got, per_pixel(pixels(seed), turned), rtol=0, atol=2e-6)


@pytest.mark.parametrize("factors", [(0.2, 1.8), (1.0, 0.0)])
def test_brightness_contrast_saturation(factors):
    x, share = pixels(0), torch.tensor(factors)

    def blended(other):
        def change(rgb, clip):
            return np.clip(rgb * factors[clip] + (1 - factors[clip]) * other(rgb, clip), 0, 1)

        return per_pixel(x, change)

    torch.testing.assert_close(color.brightness(x, share), blended(lambda rgb, clip: 0))
    torch.testing.assert_close(color.saturation(x, share), blended(lambda rgb, clip: LUMA @ rgb))


def test_contrast_blends_with_the_mean_gray_of_each_frame():
    x = pixels(1)
    means = [[float((LUMA[:, None, None] * frame.numpy()).sum(0).mean()) for frame in clip.unbind(1)] for clip in x]
    expected = torch.stack(
        [torch.stack([0.3 * x[n, :, t] + 0.7 * means[n][t] for t in range(2)], dim=1) for n in range(2)]
    )
    torch.testing.assert_close(color.contrast(x, torch.tensor([0.3, 0.3])), expected.clamp(0, 1))


def test_gray_has_one_channel():
    gray = color.gray(pixels(2))
    assert torch.equal(gray[:, 0], gray[:, 1])
    assert torch.equal(gray[:, 1], gray[:, 2])


def test_operations_leave_their_input_alone():
    x = pixels(3)
    for operation in (color.brightness, color.contrast, color.saturation, color.hue):
        operation(x, torch.tensor([0.3, 0.1]))
    color.gray(x)
    assert torch.equal(x, pixels(3))
