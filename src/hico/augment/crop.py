"""Crop boxes: parts of a frame, as `hico.video.decode` cuts them out."""

import math

from hico.video.decode import Box

TEST_SHARE = 0.875


def relative(left: int, top: int, w: int, h: int, width: int, height: int) -> Box:
    """Box of a w x h crop of a width x height frame, in pixels."""
    return left / width, top / height, (left + w) / width, (top + h) / height


def center_crop_box(width: int, height: int) -> Box:
    """Central square of 0.875 of the short side; odd margins lean right and down."""
    side = max(1, int(TEST_SHARE * min(width, height)))
    left, top = math.ceil((width - side) / 2), math.ceil((height - side) / 2)
    return relative(left, top, side, side, width, height)
