"""Color operations on batches of clips (N, 3, T, H, W) in [0, 1], one factor (N,) a clip."""

import torch
from torch import Tensor

LUMA = (0.299, 0.587, 0.114)


def brightness(clips: Tensor, factor: Tensor) -> Tensor:
    """Scaled towards black or away from it."""
    return torch.clamp_(clips * _per_clip(factor), 0, 1)


def contrast(clips: Tensor, factor: Tensor) -> Tensor:
    """Blended with the mean gray of each frame."""
    return _blend(clips, luma(clips).mean(dim=(3, 4), keepdim=True), factor)


def saturation(clips: Tensor, factor: Tensor) -> Tensor:
    """Blended with the gray of each pixel."""
    return _blend(clips, luma(clips), factor)


def gray(clips: Tensor) -> Tensor:
    """Luma in all three channels."""
    return luma(clips).expand_as(clips)


def hue(clips: Tensor, shift: Tensor) -> Tensor:
    """Hue turned by `shift` turns; value and chroma stay.

    With h the hue in sixths of a turn and m the smallest channel, a channel is m + chroma * ramp(h),
    where the ramps are those of the color hexagon.
    """
    low, chroma, h = _hexagon(clips)
    h = (h + 6 * _per_clip(shift)[:, 0]).remainder_(6)
    red = (h - 3).abs_().sub_(1)
    green = (h - 2).abs_().neg_().add_(2)
    blue = (h - 4).abs_().neg_().add_(2)
    return torch.stack([ramp.clamp_(0, 1).mul_(chroma).add_(low) for ramp in (red, green, blue)], dim=1)


def luma(clips: Tensor) -> Tensor:
    """(N, 1, T, H, W) gray."""
    red, green, blue = clips.split(1, dim=1)
    return torch.add(red * LUMA[0], green, alpha=LUMA[1]).add_(blue, alpha=LUMA[2])


def _hexagon(clips: Tensor) -> tuple[Tensor, Tensor, Tensor]:
    """Smallest channel, chroma, and hue in sixths of a turn from red, -1 to 5: each (N, T, H, W)."""
    red, green, blue = clips.unbind(1)
    high, low = clips.amax(dim=1), clips.amin(dim=1)
    chroma = high - low
    # Gray pixels have no hue: their differences are 0, and 0 / tiny is 0.
    scale = chroma.clamp_min(1e-12).reciprocal_()
    near_red = (green - blue).mul_(scale)
    near_green = (blue - red).mul_(scale).add_(2)
    near_blue = (red - green).mul_(scale).add_(4)
    return low, chroma, torch.where(high == red, near_red, torch.where(high == green, near_green, near_blue))


def _blend(clips: Tensor, other: Tensor, factor: Tensor) -> Tensor:
    share = _per_clip(factor)
    return (clips * share).add_(other * (1 - share)).clamp_(0, 1)


def _per_clip(values: Tensor) -> Tensor:
    return values.view(-1, 1, 1, 1, 1)
