"""TCL against a loop over pairs."""

import math

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st

from hico.losses import tcl_loss


def slow_tcl(logits: torch.Tensor, clips: int, gamma: float) -> float:
    positive, negative = [], []
    for i in range(len(logits)):
        for j in range(len(logits)):
            for order in range(2):
                p = 1 / (1 + math.exp(-float(logits[i, j, order])))
                if i == j:
                    continue
                if i // clips == j // clips:
                    positive.append(-((1 - p) ** gamma) * math.log(p + 1e-5))
                else:
                    negative.append(-(p**gamma) * math.log(1 - p + 1e-5))
    return sum(positive) / len(positive) + sum(negative) / len(negative)


@settings(max_examples=40, deadline=None)
@given(st.integers(2, 5), st.integers(2, 4), st.floats(0, 3), st.integers(0, 2**31))
def test_tcl_is_the_formula(videos, clips, gamma, seed):
    rows = videos * clips
    generator = torch.Generator().manual_seed(seed)
    logits = 3 * torch.randn(rows, rows, 2, generator=generator, dtype=torch.float64)
    expected = slow_tcl(logits, clips, gamma)
    assert float(tcl_loss(logits, videos, clips, gamma)) == pytest.approx(expected, rel=1e-9)


def test_the_diagonal_does_not_count():
    logits = torch.zeros(6, 6, 2)
    sure = logits.clone()
    sure[torch.arange(6), torch.arange(6)] = 9
    assert torch.equal(tcl_loss(logits, 2, 3, 0.5), tcl_loss(sure, 2, 3, 0.5))


@pytest.mark.parametrize("size", [20.0, 200.0])
def test_gradients_stay_finite_where_the_predictor_is_sure(size):
    same = torch.arange(6)[:, None] // 3 == torch.arange(6)[None] // 3
    for right in (True, False):
        logits = torch.where(same == right, size, -size)[..., None].repeat(1, 1, 2).requires_grad_()
        loss = tcl_loss(logits, 2, 3, 0.5)
        loss.backward()
        assert loss.isfinite()
        assert logits.grad is not None
        assert logits.grad.isfinite().all()
