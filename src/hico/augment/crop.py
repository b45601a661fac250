"""Crop boxes: parts of a frame, as `hico.video.decode` cuts them out."""

from hico.video.decode import Box

TEST_SHARE = 0.875


def relative(left: int, top: int, w: int, h: int, width: int, height: int) -> Box:
    """Box of a w x h crop of a width x height frame, in pixels."""
    return left / width, top / height, (left + w) / width, (top + h) / height


def center_crop_box(width: int, height: int) -> Box:
    """Central square of 0.875 of the short side, around the whole-number centers of frame and square as in the release.

    An odd margin leans right (down) with an even width (height), and left (up) with an odd one.
    """
    side = max(1, int(TEST_SHARE * min(width, height)))
    return relative(width // 2 - side // 2, height // 2 - side // 2, side, side, width, height)
