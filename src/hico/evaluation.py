"""Measuring a network on whole videos: class scores and features over temporal views, and nearest neighbors."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor, nn
from torch.nn import functional as F

from hico.augment import normalize
from hico.nets.heads import pool

CHUNK = 1024
"""Queries compared at a time."""


@dataclass(frozen=True)
class Scores:
    """Softmax scores of N videos over C classes."""

    multi_nc: NDArray[np.float32]
    """(N, C), summed over the temporal views."""
    single_nc: NDArray[np.float32]
    """(N, C), of the middle view alone."""


def class_scores(model: nn.Module, batches: Iterable[Tensor], device: torch.device) -> Scores:
    """Softmax over classes, summed over the views (the paper's test protocol), and that of the middle view.

    batches: (videos, views, T, H, W, 3) uint8 as from `data.loader.view_batches`; the last view is the middle one.
    """
    model.eval()
    scores = torch.cat([logits.softmax(dim=2) for logits in forward_views(model, batches, device)])
    return Scores(scores[:, :-1].sum(dim=1).numpy(), scores[:, -1].numpy())


def video_features(backbone: nn.Module, batches: Iterable[Tensor], device: torch.device) -> Tensor:
    """(videos, features): pooled features, mean over the views; batches as for `class_scores`."""
    backbone.eval()

    def pool_features(clips: Tensor) -> Tensor:
        return pool(backbone(clips))

    return torch.cat([views[:, :-1].mean(dim=1) for views in forward_views(pool_features, batches, device)])


@torch.no_grad()
def forward_views(
    network: Callable[[Tensor], Tensor], batches: Iterable[Tensor], device: torch.device
) -> Iterator[Tensor]:
    """The network's output for every view of each batch, (videos, views, width) float32 on the CPU."""
    for batch in batches:
        videos, views = batch.shape[:2]
        clips = normalize(batch.flatten(0, 1).to(device, non_blocking=True))
        output = network(clips.contiguous(memory_format=torch.channels_last_3d))
        yield output.float().cpu().unflatten(0, (videos, views))


def nearest_neighbors(queries_nd: Tensor, gallery_md: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k gallery rows of largest cosine similarity to each query, best first; equal ones by gallery number.

    queries_nd: (N, D); gallery_md: (M, D). Returns similarities (N, k) and numbers (N, k), k at most M.
    """
    gallery = F.normalize(gallery_md, dim=1).T
    k = min(k, gallery_md.shape[0])
    found = [_find_best(F.normalize(part, dim=1) @ gallery, k) for part in queries_nd.split(CHUNK)]
    return torch.cat([values for values, _ in found]), torch.cat([numbers for _, numbers in found])


def _find_best(similarity_nm: Tensor, k: int) -> tuple[Tensor, Tensor]:
    values, numbers = similarity_nm.topk(k, dim=1)
    # topk breaks ties arbitrarily: sort those inside by number, and redo rows with a tie across the border.
    numbers, by_number = numbers.sort(dim=1)
    values, by_value = values.gather(1, by_number).sort(dim=1, descending=True, stable=True)
    numbers = numbers.gather(1, by_value)
    crossing = (similarity_nm >= values[:, -1:]).sum(dim=1) > k
    if crossing.any():
        ordered, order = similarity_nm[crossing].sort(dim=1, descending=True, stable=True)
        values[crossing], numbers[crossing] = ordered[:, :k], order[:, :k]
    return values, numbers


def recall_at(ks: Iterable[int], neighbor_labels_nk: Tensor, labels_n: Tensor) -> dict[int, float]:
    """R@k in per cent: a query counts when any of its k nearest neighbors has its class.

    neighbor_labels_nk: (N, K), best first; labels_n: (N,). A k above K counts all K.
    """
    hits = (neighbor_labels_nk == labels_n[:, None]).cumsum(dim=1) > 0
    last = hits.shape[1]
    return {k: float(100 * hits[:, min(k, last) - 1].double().mean()) for k in ks}
