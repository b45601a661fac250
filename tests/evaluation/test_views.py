"""Scores of whole videos from those of their views, on a network that says what it sees."""

from collections.abc import Iterator

import numpy as np
import pytest
import torch
from torch import Tensor, nn

from hico.evaluation.views import class_scores, video_features

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


def test_softmax_is_summed_over_views_and_the_middle_view_stands_alone() -> None:
    scores = class_scores(Classes(), batches(), torch.device("cpu"))
    shares = GRAYS.numpy() / 255
    summed = [softmax(first) + softmax(second) for first, second, _ in shares]
    assert scores.multi_nc == pytest.approx(np.array(summed), rel=1e-5)
    assert scores.single_nc == pytest.approx(np.array([softmax(middle) for *_, middle in shares]), rel=1e-5)


def test_features_are_the_mean_over_views_without_the_middle_one() -> None:
    features = video_features(Brightness(), batches(), torch.device("cpu"))
    light = GRAYS[:, :2].double().mean(dim=1) / 255
    assert features.numpy() == pytest.approx(torch.stack([light, 3 * light, 0 * light], dim=1).numpy(), abs=1e-6)
