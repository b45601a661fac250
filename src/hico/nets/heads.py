"""Heads over the feature map: HiCo's projections and topical predictor (CVPR 2022), and the classifier."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


def pool(features: Tensor) -> Tensor:
    """Global average pool: (N, C, t, h, w) -> (N, C)."""
    return features.mean(dim=(2, 3, 4))


def at_least_float32(x: Tensor) -> Tensor:
    """Half-precision results of autocast to float32; float32 and float64 as they are."""
    return x.to(torch.promote_types(x.dtype, torch.float32))


class ProjectionHead(nn.Module):
    """(N, C, t, h, w) -> (N, D) embeddings of L2 norm 1: pool, two Linear-BatchNorm-ReLU, Linear."""

    def __init__(self, features: int, hidden: int, embedding: int) -> None:
        super().__init__()
        self.first = nn.Linear(features, hidden)
        self.first_norm = nn.BatchNorm1d(hidden, eps=1e-3, momentum=0.1)
        self.second = nn.Linear(hidden, hidden)
        self.second_norm = nn.BatchNorm1d(hidden, eps=1e-3, momentum=0.1)
        self.out = nn.Linear(hidden, embedding)

    def forward(self, features: Tensor) -> Tensor:
        x = F.relu(self.first_norm(self.first(pool(features))), inplace=True)
        x = F.relu(self.second_norm(self.second(x)), inplace=True)
        return F.normalize(at_least_float32(self.out(x)), dim=1)


class TopicalPredictor(nn.Module):
    """(N, D) topical embeddings -> (N, N, 2) logits that clips i and j share a video, in both orders."""

    def __init__(self, embedding: int, hidden: int) -> None:
        super().__init__()
        self.hidden = nn.Linear(2 * embedding, hidden)
        self.out = nn.Linear(hidden, 1)

    def forward(self, topical: Tensor) -> Tensor:
        # Linear of a concatenation is a sum of two halves: N rows instead of N^2 go through the first layer.
        left, right = self.hidden.weight.chunk(2, dim=1)
        hidden = F.linear(topical, left)[:, None] + F.linear(topical, right, self.hidden.bias)[None]
        logits = self.out(F.relu(hidden, inplace=True)).squeeze(-1)
        return at_least_float32(torch.stack([logits, logits.T], dim=-1))


class ClassifierHead(nn.Module):
    """Global average pool, dropout, Linear: (N, C, t, h, w) -> (N, classes) logits."""

    def __init__(self, features: int, classes: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.dropout = nn.Dropout(dropout)
        self.linear = nn.Linear(features, classes)

    def forward(self, features: Tensor) -> Tensor:
        return at_least_float32(self.linear(self.dropout(pool(features))))
