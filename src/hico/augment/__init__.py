"""Augmentation: parameters drawn per clip on the CPU, colour applied per batch on the device."""

from hico.augment.apply import apply_colour, normalise
from hico.augment.crop import center_crop_box
from hico.augment.draw import AugmentParameters, draw

__all__ = ["AugmentParameters", "apply_colour", "center_crop_box", "draw", "normalise"]
