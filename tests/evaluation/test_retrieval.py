"""Retrieval against a slow, obvious ranking."""

import time

import pytest
import torch

from hico.evaluation.retrieval import neighbors, recall_at


def slow_neighbors(queries: torch.Tensor, gallery: torch.Tensor, k: int) -> list[list[int]]:
    ranked = []
    for query in queries:
        cosine = [float(query @ row / (query.norm() * row.norm())) for row in gallery]
        ranked.append(sorted(range(len(gallery)), key=lambda m, c=cosine: (-c[m], m))[:k])
    return ranked


@pytest.mark.parametrize("k", [1, 3, 7])
def test_agrees_with_a_slow_ranking(k: int) -> None:
    generator = torch.Generator().manual_seed(k)
    queries, gallery = torch.randn(5, 4, generator=generator), torch.randn(7, 4, generator=generator)
    assert neighbors(queries.double(), gallery.double(), k)[1].tolist() == slow_neighbors(
        queries.double(), gallery.double(), k
    )


def test_ties_rank_by_gallery_number() -> None:
    gallery = torch.eye(2)[[1, 0, 0, 0, 1]]
    similarity, numbers = neighbors(torch.tensor([[1.0, 0.0]]), gallery, 2)
    assert numbers.tolist() == [[1, 2]]
    assert similarity.tolist() == [[1.0, 1.0]]
    assert neighbors(torch.tensor([[1.0, 0.0]]), gallery, 4)[1].tolist() == [[1, 2, 3, 0]]


def test_recall_counts_any_hit_up_to_k() -> None:
    labels = torch.tensor([0, 1])
    found = torch.tensor([[2, 0, 0], [2, 2, 2]])
    assert recall_at([1, 2, 50], found, labels) == {1: 0.0, 2: 50.0, 50: 50.0}


def test_ten_thousand_by_five_thousand_is_quick() -> None:
    generator = torch.Generator().manual_seed(0)
    gallery, queries = torch.randn(10_000, 512, generator=generator), torch.randn(5_000, 512, generator=generator)
    begun = time.perf_counter()
    neighbors(queries, gallery, 50)
    assert time.perf_counter() - begun < 8  # a quiet machine takes under 2 s; a shared one may be slow
