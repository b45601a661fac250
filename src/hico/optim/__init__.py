"""Optimizers and learning-rate schedules."""

from hico.optim.build import build_optimizer
from hico.optim.lars import LARS
from hico.optim.schedule import base_rate, learning_rate

__all__ = ["LARS", "base_rate", "build_optimizer", "learning_rate"]
