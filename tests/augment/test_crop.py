"""The crop of test frames."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hico.augment import center_crop_box


@pytest.mark.parametrize(
    ("width", "height", "pixels"),
    [
        (320, 240, (55, 15, 265, 225)),
        (132, 176, (9, 31, 124, 146)),
        (427, 240, (108, 15, 318, 225)),  # odd width, even side
        (240, 427, (15, 108, 225, 318)),
        (1, 1, (0, 0, 1, 1)),
        (2, 9, (1, 4, 2, 5)),
    ],
)
def test_the_central_square(width, height, pixels):
    x0, y0, x1, y1 = center_crop_box(width, height)
    assert (x0 * width, y0 * height, x1 * width, y1 * height) == pytest.approx(pixels)


@given(st.integers(1, 4096), st.integers(1, 4096))
def test_the_released_rule(width, height):
    """The release centers both frame and square at whole numbers: `AutoResizedCropVideo`, crop mode `cc`."""
    side = max(1, int(224 / 256 * min(width, height)))
    x0, y0, x1, y1 = center_crop_box(width, height)
    left, top = x0 * width, y0 * height
    assert (x1 * width - left, y1 * height - top) == pytest.approx((side, side))
    assert round(left) + side // 2 == width // 2
    assert round(top) + side // 2 == height // 2
