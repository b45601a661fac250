"""What a network says of whole videos: several temporal views, each video opened once."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn

from hico.augment import normalize
from hico.nets.heads import pool


@dataclass(frozen=True)
class Scores:
    """Softmax scores of N videos over C classes."""

    multi_nc: NDArray[np.float32]
    """Summed over the temporal views."""
    single_nc: NDArray[np.float32]
    """Of the middle view alone."""


@torch.no_grad()
def per_view(network: Callable[[Tensor], Tensor], batches: Iterable[Tensor], device: torch.device) -> Iterator[Tensor]:
    """The network's output of every view, (videos, views, width) float32 on the CPU, for each batch of
    (videos, views, T, H, W, 3) uint8.
    """
    for batch in batches:
        videos, views = batch.shape[:2]
        clips = normalize(batch.flatten(0, 1).to(device, non_blocking=True))
        output = network(clips.contiguous(memory_format=torch.channels_last_3d))
        yield output.float().cpu().unflatten(0, (videos, views))


def class_scores(model: nn.Module, batches: Iterable[Tensor], device: torch.device) -> Scores:
    """Softmax over classes, summed over views (paper's test protocol); the middle view apart.

    The last view of each batch is the middle one; the views before it are spread evenly.
    """
    model.eval()
    parts = [view.softmax(dim=2) for view in per_view(model, batches, device)]
    scores = torch.cat(parts)
    return Scores(scores[:, :-1].sum(dim=1).numpy(), scores[:, -1].numpy())


def video_features(backbone: nn.Module, batches: Iterable[Tensor], device: torch.device) -> Tensor:
    """Pooled features, mean over the views: (videos, features)."""
    backbone.eval()

    def pooled(clips: Tensor) -> Tensor:
        return pool(backbone(clips))

    return torch.cat([views[:, :-1].mean(dim=1) for views in per_view(pooled, batches, device)])
