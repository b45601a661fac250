"""What a network is fed in training, and in which precision it answers."""

import torch
from torch import Tensor

from hico.augment import apply_color
from hico.data.clips import Batch


def prepared(batch: Batch, device: torch.device) -> Tensor:
    """Colored, flipped and normalized clips (B, S, 3, T, H, W) on the device."""
    videos, count = batch.clips.shape[:2]
    pixels = batch.clips.flatten(0, 1).to(device, non_blocking=True)
    colored = apply_color(pixels, batch.augment)
    clips: Tensor = colored.contiguous(memory_format=torch.channels_last_3d).unflatten(0, (videos, count))
    return clips


def autocast(precision: str, device: torch.device) -> torch.autocast:
    """bfloat16 where the network allows it, or plain float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16")
