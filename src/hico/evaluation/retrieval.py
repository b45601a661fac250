"""Exact nearest neighbors by cosine similarity, and R@k."""

from collections.abc import Iterable

import torch
from torch import Tensor
from torch.nn.functional import normalize

CHUNK = 1024
"""Queries compared at a time."""


def neighbors(queries_nd: Tensor, gallery_md: Tensor, k: int) -> tuple[Tensor, Tensor]:
    """The k most similar gallery rows of each query, best first; equal ones by gallery number.

    queries_nd: (N, D); gallery_md: (M, D). Returns similarities (N, k) and numbers (N, k), k at most M.
    """
    gallery = normalize(gallery_md, dim=1).T
    k = min(k, gallery_md.shape[0])
    found = [_best(normalize(part, dim=1) @ gallery, k) for part in queries_nd.split(CHUNK)]
    return torch.cat([values for values, _ in found]), torch.cat([numbers for _, numbers in found])


def _best(similarity_nm: Tensor, k: int) -> tuple[Tensor, Tensor]:
    values, numbers = similarity_nm.topk(k, dim=1)
    # topk breaks ties arbitrarily: order those inside by number, redo rows with a tie across the border.
    numbers, by_number = numbers.sort(dim=1)
    values, by_value = values.gather(1, by_number).sort(dim=1, descending=True, stable=True)
    numbers = numbers.gather(1, by_value)
    crossing = (similarity_nm >= values[:, -1:]).sum(dim=1) > k
    if crossing.any():
        ordered, order = similarity_nm[crossing].sort(dim=1, descending=True, stable=True)
        values[crossing], numbers[crossing] = ordered[:, :k], order[:, :k]
    return values, numbers


def recall_at(ks: Iterable[int], neighbor_labels_nk: Tensor, labels_n: Tensor) -> dict[int, float]:
    """R@k in per cent: a hit when any of the k nearest shares the class.

    neighbor_labels_nk: (N, K), best first; labels_n: (N,). A k above K counts all K.
    """
    hits = (neighbor_labels_nk == labels_n[:, None]).cumsum(dim=1) > 0
    last = hits.shape[1]
    return {k: float(100 * hits[:, min(k, last) - 1].double().mean()) for k in ks}
