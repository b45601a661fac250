"""The crop of test frames."""

import pytest

from hico.augment import center_crop_box


@pytest.mark.parametrize(
    ("width", "height", "pixels"),
    [(320, 240, (55, 15, 265, 225)), (132, 176, (9, 31, 124, 146)), (1, 1, (0, 0, 1, 1)), (2, 9, (1, 4, 2, 5))],
)
def test_the_central_square(width, height, pixels):
    x0, y0, x1, y1 = center_crop_box(width, height)
    assert (x0 * width, y0 * height, x1 * width, y1 * height) == pytest.approx(pixels)
