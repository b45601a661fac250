"""Scores of whole videos from those of their views, on a network of known output; nearest neighbors."""

import time
from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from hico.evaluation import class_scores, nearest_neighbors, recall_at, video_features

GRAYS = torch.tensor([[0, 255, 51], [255, 255, 0], [102, 0, 204]], dtype=torch.uint8)
"""(videos, views): two views that are summed, then the middle one."""


class Brightness(nn.Module):
    """Features (N, 3, T, H, W): the brightness from 0 to 1, three times it, and 0. In training mode, nothing."""

    def forward(self, clips: Tensor) -> Tensor:
        light = (clips * 0.225 + 0.45)[:, :1] * (not self.training)
        return torch.cat([light, 3 * light, 0 * light], dim=1)


class Classes(Brightness):
    """The same, pooled, as logits of three classes."""

    def forward(self, clips: Tensor) -> Tensor:
        return super().forward(clips).mean(dim=(2, 3, 4))


def batches() -> Iterator[Tensor]:
    """Two videos, then one."""
    clips = GRAYS[:, :, None, None, None, None].expand(-1, -1, 2, 4, 4, 3)
    yield from (clips[:2], clips[2:])


def softmax(light: float) -> np.ndarray:
    powers = np.exp([light, 3 * light, 0.0])
    return powers / powers.sum()


def test_class_scores_sum_softmax_over_views() -> None:
    scores = class_scores(Classes(), batches(), torch.device("cpu"))
    shares = GRAYS.numpy() / 255
    summed = [softmax(first) + softmax(second) for first, second, _ in shares]
    assert scores.multi_nc == pytest.approx(np.array(summed), rel=1e-5)
    assert scores.single_nc == pytest.approx(np.array([softmax(middle) for *_, middle in shares]), rel=1e-5)


def test_features_are_means_over_views() -> None:
    features = video_features(Brightness(), batches(), torch.device("cpu"))
    light = GRAYS[:, :2].double().mean(dim=1) / 255
    assert features.numpy() == pytest.approx(torch.stack([light, 3 * light, 0 * light], dim=1).numpy(), abs=1e-6)


def slow_neighbors(queries: torch.Tensor, gallery: torch.Tensor, k: int) -> list[list[int]]:
    ranked = []
    for query in queries:
        cosine = [float(query @ row / (query.norm() * row.norm())) for row in gallery]
        ranked.append(sorted(range(len(gallery)), key=lambda m, c=cosine: (-c[m], m))[:k])
    return ranked


@pytest.mark.parametrize("k", [1, 3, 7])
def test_neighbors_equal_a_slow_ranking(k: int) -> None:
    generator = torch.Generator().manual_seed(k)
    queries, gallery = torch.randn(5, 4, generator=generator), torch.randn(7, 4, generator=generator)
    assert nearest_neighbors(queries.double(), gallery.double(), k)[1].tolist() == slow_neighbors(
        queries.double(), gallery.double(), k
    )


def test_ties_rank_by_gallery_number() -> None:
    gallery = torch.eye(2)[[1, 0, 0, 0, 1]]
    similarity, numbers = nearest_neighbors(torch.tensor([[1.0, 0.0]]), gallery, 2)
    assert numbers.tolist() == [[1, 2]]
    assert similarity.tolist() == [[1.0, 1.0]]
    assert nearest_neighbors(torch.tensor([[1.0, 0.0]]), gallery, 4)[1].tolist() == [[1, 2, 3, 0]]


def test_recall_counts_any_hit_up_to_k() -> None:
    labels = torch.tensor([0, 1])
    found = torch.tensor([[2, 0, 0], [2, 2, 2]])
    assert recall_at([1, 2, 50], found, labels) == {1: 0.0, 2: 50.0, 50: 50.0}


def test_large_retrieval_is_quick() -> None:
    generator = torch.Generator().manual_seed(0)
    gallery, queries = torch.randn(10_000, 512, generator=generator), torch.randn(5_000, 512, generator=generator)
    started = time.perf_counter()
    nearest_neighbors(queries, gallery, 50)
    assert time.perf_counter() - started < 8  # a quiet machine takes under 2 s; a shared one may be slow
