"""Learning rates: linear warm-up, then half a cosine; the base rate may follow the batch."""

import math

from hico.config.training import Optimizer


def base_rate(settings: Optimizer, clips_per_step: int) -> float:
    """Rate before the schedule, for `clips_per_step` clips over all processes."""
    if settings.rate_per_clips is None:
        return settings.rate
    return settings.rate * clips_per_step / settings.rate_per_clips


def learning_rate(settings: Optimizer, epoch: float, epochs: float, base_rate: float) -> float:
    """Rate at a fractional epoch in [0, epochs]; the warm-up meets the cosine where it ends."""
    if epoch >= settings.warmup_epochs:
        return _cosine(epoch, epochs, base_rate)
    peak = _cosine(settings.warmup_epochs, epochs, base_rate)
    return settings.warmup_rate + (peak - settings.warmup_rate) * epoch / settings.warmup_epochs


def _cosine(epoch: float, epochs: float, base_rate: float) -> float:
    return base_rate * (1 + math.cos(math.pi * epoch / epochs)) / 2
