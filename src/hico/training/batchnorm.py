"""BatchNorm's running statistics: left alone for a while, or gathered without training."""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager

import torch
from torch import nn
from torch.nn.modules.batchnorm import _BatchNorm

from hico.data.clips import Batch
from hico.nets.model import PretrainModel
from hico.training.inputs import prepared


@contextmanager
def still_statistics(model: nn.Module) -> Iterator[None]:
    """BatchNorm normalizes with the batch but leaves its running statistics alone."""
    for norm in _norms(model):
        norm.track_running_stats = False
    try:
        yield
    finally:
        for norm in _norms(model):
            norm.track_running_stats = True


@torch.no_grad()
def gather_statistics(model: PretrainModel, batches: Iterable[Batch], device: torch.device) -> None:
    """Running statistics of an untrained network's BatchNorm: the plain mean over all batches.

    Without them a network that starts from small weights maps every clip to almost the same point.
    """
    for norm in _norms(model):
        norm.momentum = None
    for batch in batches:
        model(prepared(batch, device))


def _norms(model: nn.Module) -> list[_BatchNorm]:
    return [module for module in model.modules() if isinstance(module, _BatchNorm)]
