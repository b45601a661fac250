"""Augmentation: parameters drawn per clip on the CPU, color applied per batch on the device."""

from hico.augment.apply import apply_color, normalize
from hico.augment.crop import center_crop_box
from hico.augment.draw import AugmentParameters, draw

__all__ = ["AugmentParameters", "apply_color", "center_crop_box", "draw", "normalize"]
