"""Learning rates: warm-up, cosine, and the base rate of a batch."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from hico.config.training import Optimizer
from hico.optim import base_rate, learning_rate


@given(st.floats(0, 1), st.integers(1, 600), st.floats(0, 1), st.floats(0.01, 10))
def test_rates_follow_the_formula(progress, epochs, warm_share, base):
    settings = Optimizer(warmup_epochs=warm_share * epochs, warmup_rate=0.001)
    epoch = progress * epochs

    def cosine(when: float) -> float:
        return base * 0.5 * (1 + math.cos(math.pi * when / epochs))

    expected = cosine(epoch)
    if epoch < settings.warmup_epochs:
        share = epoch / settings.warmup_epochs
        expected = (1 - share) * 0.001 + share * cosine(settings.warmup_epochs)
    assert learning_rate(settings, epoch, epochs, base) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_the_warm_up_starts_where_it_says_and_meets_the_cosine():
    settings = Optimizer(warmup_epochs=5, warmup_rate=0.001)
    assert learning_rate(settings, 0, 120, 0.9) == 0.001
    before, after = (learning_rate(settings, 5 + step, 120, 0.9) for step in (-1e-9, 0))
    assert before == pytest.approx(after, rel=1e-8)
    assert learning_rate(settings, 120, 120, 0.9) == pytest.approx(0, abs=1e-15)


def test_no_warm_up_starts_at_the_base_rate():
    assert learning_rate(Optimizer(warmup_epochs=0), 0, 10, 0.4) == 0.4


@pytest.mark.parametrize(("per_clips", "expected"), [(256, 0.9), (None, 0.3)])
def test_base_rate_follows_the_batch_where_it_is_told_to(per_clips, expected):
    assert base_rate(Optimizer(rate=0.3, rate_per_clips=per_clips), 8 * 32 * 3) == pytest.approx(expected)
