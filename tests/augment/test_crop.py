"""Test crop and the float form of crop and resize."""

import pytest
import torch

from hico.augment import center_crop_box, crop_resize


@pytest.mark.parametrize(
    ("width", "height", "pixels"),
    [(320, 240, (55, 15, 265, 225)), (132, 176, (9, 31, 124, 146)), (1, 1, (0, 0, 1, 1)), (2, 9, (1, 4, 2, 5))],
)
def test_the_central_square(width, height, pixels):
    x0, y0, x1, y1 = center_crop_box(width, height)
    assert (x0 * width, y0 * height, x1 * width, y1 * height) == pytest.approx(pixels)


def test_halving_averages_pairs():
    clip = torch.arange(2 * 8 * 12, dtype=torch.float32).view(1, 2, 8, 12)
    got = crop_resize(clip, (4 / 12, 0, 1, 1), 4)
    expected = clip[..., 4:].unflatten(2, (4, 2)).unflatten(4, (4, 2)).mean(dim=(3, 5))
    torch.testing.assert_close(got, expected)


def test_the_same_size_changes_nothing():
    clip = torch.rand(3, 2, 10, 10)
    assert torch.equal(crop_resize(clip, (0.2, 0.1, 0.7, 0.6), 5), clip[..., 1:6, 2:7])
