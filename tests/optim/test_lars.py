"""LARS against one weight at a time, written from the formula."""

import copy

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from hico.config.training import Optimizer
from hico.optim import LARS, build_optimizer


class SlowLARS:
    """One weight, one number at a time."""

    def __init__(self, weight: Tensor, momentum: float, decay: float, trust: float, scaled: bool) -> None:
        self.weight = weight.flatten().tolist()
        self.velocity = [0.0] * len(self.weight)
        self.momentum, self.decay, self.trust, self.scaled = momentum, decay, trust, scaled

    def step(self, gradient: Tensor, rate: float) -> None:
        slope = gradient.flatten().tolist()
        size = sum(w * w for w in self.weight) ** 0.5
        steepness = sum(g * g for g in slope) ** 0.5
        ratio = 1.0
        if self.scaled and size > 0 and steepness > 0:
            ratio = self.trust * size / (steepness + self.decay * size)
        for k, (w, g) in enumerate(zip(self.weight, slope, strict=True)):
            move = rate * ratio * (g + self.decay * w)
            self.velocity[k] = self.momentum * self.velocity[k] + move
            self.weight[k] = w - (move + self.momentum * self.velocity[k])


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3), min_size=1, max_size=4),
    st.floats(0, 0.99),
    st.sampled_from([0.0, 1e-6, 0.1]),
    st.booleans(),
    st.integers(0, 2**31),
)
def test_lars_is_the_formula(shapes, momentum, decay, scaled, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]
    weights[0].zero_()
    slow = [SlowLARS(weight, momentum, decay, 0.01, scaled) for weight in weights]
    group = {"params": [nn.Parameter(weight) for weight in weights], "weight_decay": decay, "scaled": scaled}
    fast = LARS([group], 0.1, momentum, trust=0.01)
    for rate in (0.1, 0.7, 0.3):
        fast.param_groups[0]["lr"] = rate
        for weight, one in zip(group["params"], slow, strict=True):
            weight.grad = torch.randn(weight.shape, generator=generator, dtype=torch.float64)
            one.step(weight.grad, rate)
        fast.step()
    for weight, one in zip(group["params"], slow, strict=True):
        assert weight.detach().flatten().tolist() == pytest.approx(one.weight, rel=1e-10, abs=1e-12)


def network() -> nn.Module:
    torch.manual_seed(0)
    return nn.Sequential(nn.Linear(3, 4), nn.BatchNorm1d(4), nn.ReLU(), nn.Linear(4, 2))


def descend(model: nn.Module, optimizer: torch.optim.Optimizer, steps: int) -> None:
    clips = torch.randn(6, 3, generator=torch.Generator().manual_seed(1))
    for _ in range(steps):
        optimizer.zero_grad()
        model(clips).square().sum().backward()
        optimizer.step()


def test_a_saved_state_goes_on_as_if_never_stopped():
    straight = network()
    descend(straight, build_optimizer(straight, Optimizer()), 4)
    first = network()
    optimizer = build_optimizer(first, Optimizer())
    descend(first, optimizer, 2)
    second = copy.deepcopy(first)
    resumed = build_optimizer(second, Optimizer())
    resumed.load_state_dict(optimizer.state_dict())
    descend(second, resumed, 2)
    for one, other in zip(straight.parameters(), second.parameters(), strict=True):
        assert torch.equal(one, other)


@pytest.mark.parametrize("name", ["lars", "sgd", "adam", "adamw"])
def test_batchnorm_has_no_weight_decay(name):
    model = network()
    optimizer = build_optimizer(model, Optimizer(name=name, weight_decay=0.1))
    norms = {id(weight) for weight in model[1].parameters()}
    for group in optimizer.param_groups:
        assert {id(weight) in norms for weight in group["params"]} == {group["weight_decay"] == 0}


@pytest.mark.parametrize("exclude", [False, True])
def test_batchnorm_is_scaled_unless_excluded(exclude):
    optimizer = build_optimizer(network(), Optimizer(exclude_batchnorm=exclude))
    assert [group["scaled"] for group in optimizer.param_groups] == [True, not exclude]


def test_frozen_weights_are_left_out():
    model = network()
    model[:3].requires_grad_(False)
    optimizer = build_optimizer(model, Optimizer(name="adam"))
    assert [len(group["params"]) for group in optimizer.param_groups] == [2]
    before = model[0].weight.clone()
    descend(model, optimizer, 1)
    assert torch.equal(model[0].weight, before)


def test_a_closure_is_evaluated_with_gradients():
    weight = nn.Parameter(torch.ones(2))
    optimizer = LARS([weight], 0.1)

    def closure() -> float:
        optimizer.zero_grad()
        loss = weight.square().sum()
        loss.backward()
        return float(loss.detach())

    assert optimizer.step(closure) == 2.0
    assert (weight < 1).all()
