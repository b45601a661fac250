"""Flip, color and normalize whole batches of clips on the device that trains."""

from collections.abc import Callable, Sequence

import torch
from torch import Tensor

from hico.augment import color
from hico.augment.draw import AugmentParameters

MEAN, STD = 0.45, 0.225

# Indices as in `AugmentParameters.order`.
OPERATIONS: tuple[tuple[str, Callable[[Tensor, Tensor], Tensor]], ...] = (
    ("brightness", color.brightness),
    ("contrast", color.contrast),
    ("saturation", color.saturation),
    ("hue", color.hue),
)


def normalize(clips: Tensor) -> Tensor:
    """(N, T, H, W, 3) uint8 -> (N, 3, T, H, W) float32 of mean 0.45 and deviation 0.225 taken off."""
    return _planes(clips).sub_(MEAN).div_(STD)


def apply_color(clips: Tensor, parameters: Sequence[AugmentParameters]) -> Tensor:
    """(N, T, H, W, 3) uint8 clips, cropped already -> (N, 3, T, H, W) float32, flipped, colored, normalized."""
    planes = _planes(_flipped(clips, [one.flip for one in parameters]))
    _gray(planes, [one.gray and one.gray_first for one in parameters])
    for position in range(len(OPERATIONS)):
        for number in range(len(OPERATIONS)):
            _operate(planes, parameters, position, number)
    _gray(planes, [one.gray and not one.gray_first for one in parameters])
    return planes.sub_(MEAN).div_(STD)


def _operate(planes: Tensor, parameters: Sequence[AugmentParameters], position: int, number: int) -> None:
    """Apply one operation in place to the clips that have it at this position."""
    name, operation = OPERATIONS[number]
    chosen = [one.color and one.order[position] == number for one in parameters]
    rows = _rows(chosen, planes.device)
    if len(rows):
        values = [getattr(one, name) for one, mine in zip(parameters, chosen, strict=True) if mine]
        factors = torch.tensor(values, dtype=torch.float32).to(planes.device, non_blocking=True)
        planes.index_copy_(0, rows, operation(planes[rows], factors))


def _gray(planes: Tensor, chosen: list[bool]) -> None:
    rows = _rows(chosen, planes.device)
    if len(rows):
        planes.index_copy_(0, rows, color.gray(planes[rows]))


def _flipped(clips: Tensor, chosen: list[bool]) -> Tensor:
    rows = _rows(chosen, clips.device)
    return clips.index_copy(0, rows, clips[rows].flip(3)) if len(rows) else clips


def _planes(clips: Tensor) -> Tensor:
    """(N, T, H, W, 3) uint8 -> (N, 3, T, H, W) float32 in [0, 1]."""
    return clips.permute(0, 4, 1, 2, 3).to(torch.float32, memory_format=torch.contiguous_format).div_(255)


def _rows(chosen: list[bool], device: torch.device) -> Tensor:
    """Numbers of the chosen clips; found on the CPU, so that the device is not waited for."""
    return torch.tensor(chosen).nonzero().flatten().to(device, non_blocking=True)
