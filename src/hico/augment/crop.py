"""Crop boxes and the float form of crop and resize."""

import math

import torch.nn.functional as F
from torch import Tensor

Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as shares of width and height."""

TEST_SHARE = 0.875


def relative(left: int, top: int, w: int, h: int, width: int, height: int) -> Box:
    """Box of a w x h crop of a width x height frame, in pixels."""
    return left / width, top / height, (left + w) / width, (top + h) / height


def center_crop_box(width: int, height: int) -> Box:
    """Central square of 0.875 of the short side; odd margins lean right and down."""
    side = max(1, int(TEST_SHARE * min(width, height)))
    left, top = math.ceil((width - side) / 2), math.ceil((height - side) / 2)
    return relative(left, top, side, side, width, height)


def crop_resize(clip: Tensor, box: Box, size: int) -> Tensor:
    """(C, T, H, W) float -> (C, T, size, size): crop to whole pixels, then bilinear without antialiasing."""
    height, width = clip.shape[-2:]
    x0, x1 = round(box[0] * width), round(box[2] * width)
    y0, y1 = round(box[1] * height), round(box[3] * height)
    return F.interpolate(clip[..., y0:y1, x0:x1], size=(size, size), mode="bilinear", align_corners=False)
