"""VCL and instance discrimination against loops over pairs."""

import math

import pytest
import torch
import torch.nn.functional as F
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor

from hico.losses import instance_loss, vcl_loss


def embeddings(rows: int, width: int, seed: int) -> Tensor:
    generator = torch.Generator().manual_seed(seed)
    return F.normalize(torch.randn(rows, width, generator=generator, dtype=torch.float64), dim=1)


def slow_term(z: Tensor, anchor: int, positive: int, clips: int, tau: float) -> float:
    top = math.exp(float(z[anchor] @ z[positive]) / tau)
    bottom = top
    for other in range(len(z)):
        if other // clips != anchor // clips:
            bottom += math.exp(float(z[anchor] @ z[other]) / tau)
    return -math.log(top / bottom)


def slow_vcl(z: Tensor, videos: int, clips: int, tau: float, pairs: int) -> float:
    terms = []
    for video in range(videos):
        for pair in range(pairs):
            one, two = video * clips + 2 * pair, video * clips + 2 * pair + 1
            terms += [slow_term(z, one, two, clips, tau), slow_term(z, two, one, clips, tau)]
    return sum(terms) / len(terms)


def slow_instance(z: Tensor, videos: int, clips: int, tau: float) -> float:
    terms = []
    for video in range(videos):
        own = range(video * clips, (video + 1) * clips)
        terms += [slow_term(z, one, two, clips, tau) for one in own for two in own if one != two]
    return sum(terms) / len(terms)


SHAPES = (st.integers(2, 5), st.integers(2, 5), st.integers(2, 9), st.floats(0.05, 2), st.integers(0, 2**31))


@settings(max_examples=40, deadline=None)
@given(*SHAPES)
def test_vcl_is_the_formula(videos, clips, width, tau, seed):
    z = embeddings(videos * clips, width, seed)
    for pairs in range(1, clips // 2 + 1):
        expected = slow_vcl(z, videos, clips, tau, pairs)
        assert float(vcl_loss(z, videos, clips, tau, pairs)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


@settings(max_examples=40, deadline=None)
@given(*SHAPES)
def test_instance_discrimination_is_the_formula(videos, clips, width, tau, seed):
    z = embeddings(videos * clips, width, seed)
    expected = slow_instance(z, videos, clips, tau)
    assert float(instance_loss(z, videos, clips, tau)) == pytest.approx(expected, rel=1e-9, abs=1e-12)


def test_the_far_clip_is_only_a_negative_of_other_videos():
    z = embeddings(6, 8, 0).requires_grad_()
    vcl_loss(z, 2, 3, 0.1).backward()
    moved = z.detach().clone()
    moved[2] = embeddings(1, 8, 1)[0]
    own = [slow_term(one, 0, 1, 3, 0.1) for one in (z.detach(), moved)]
    others = [slow_term(one, 3, 4, 3, 0.1) for one in (z.detach(), moved)]
    assert own[0] == own[1]
    assert others[0] != others[1]
    assert z.grad is not None
    assert z.grad[2].norm() > 0


@pytest.mark.parametrize("tau", [0.1, 0.005])
def test_float32_does_not_overflow(tau):
    z = embeddings(12, 4, 3).float().requires_grad_()
    loss = vcl_loss(z, 4, 3, tau)
    loss.backward()
    assert loss.isfinite()
    assert z.grad is not None
    assert z.grad.isfinite().all()
