"""LARS against the released one's recorded steps, and against one weight at a time, written from the formula."""

import copy
from pathlib import Path

import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor, nn

from hico.config.training import Optimizer
from hico.optim import LARS, build_optimizer
from hico.parity import lars
from hico.parity.checks import Check
from hico.parity.figures import Figures, read_folder

REFERENCE = Path(__file__).parents[1] / "reference"
RELEASED = read_folder(REFERENCE)["reference_lars.json"]


class SlowLARS:
    """One weight, one number at a time."""

    def __init__(self, weight: Tensor, momentum: float, decay: float, trust: float, adapted: bool) -> None:
        self.weight = weight.flatten().tolist()
        self.velocity = [0.0] * len(self.weight)
        self.momentum, self.decay, self.trust, self.adapted = momentum, decay, trust, adapted

    def step(self, gradient: Tensor, rate: float) -> None:
        slope = gradient.flatten().tolist()
        weight_norm = sum(w * w for w in self.weight) ** 0.5
        grad_norm = sum(g * g for g in slope) ** 0.5
        ratio = 1.0
        if self.adapted and grad_norm + self.decay * weight_norm > 0:
            ratio = self.trust * weight_norm / (grad_norm + self.decay * weight_norm)
        for k, (w, g) in enumerate(zip(self.weight, slope, strict=True)):
            move = rate * ratio * (g + self.decay * w)
            self.velocity[k] = self.momentum * self.velocity[k] + move
            self.weight[k] = w - (move + self.momentum * self.velocity[k])


@pytest.mark.parametrize("check", list(lars.cases(RELEASED)), ids=lambda check: check.name.split(": ")[1])
def test_each_case_is_the_released_one(check: Check) -> None:
    assert check.holds, check.line()


def test_the_cases_reach_every_branch() -> None:
    """Norms of 0 on either side, with and without decay, adapted or not."""
    assert len(RELEASED["cases"]) == 10
    kinds = {(case["weight_scale"] == 0, case["gradient_scale"] == 0, case["excluded"]) for case in RELEASED["cases"]}
    assert kinds >= {(True, False, False), (False, True, False), (True, True, False), (True, False, True)}


@pytest.mark.parametrize("case", ["zero_weight", "zero_gradient_decayed", "plain"])
def test_another_local_rate_is_found(monkeypatch: pytest.MonkeyPatch, case: str) -> None:
    """A tensor of norm 0 with the rate 1, a division 0 / 0 that is not there, a coefficient a little off."""

    def otherwise(weights, gradients, trust_coefficient, weight_decay):
        return [torch.tensor(1.0 if case != "plain" else 1.000001 * trust_coefficient, dtype=torch.float64)]

    monkeypatch.setattr("hico.optim.lars._local_rates", otherwise)
    one = Figures("lars", dict(RELEASED) | {"cases": [it for it in RELEASED["cases"] if it["name"] == case]})
    assert [check.holds for check in lars.cases(one)] == [False]


@settings(max_examples=30, deadline=None)
@given(
    st.lists(st.lists(st.integers(1, 4), min_size=1, max_size=3), min_size=1, max_size=4),
    st.floats(0, 0.99),
    st.sampled_from([0.0, 1e-6, 0.1]),
    st.booleans(),
    st.integers(0, 2**31),
)
def test_many_tensors_are_the_formula_each(shapes, momentum, decay, adapted, seed):
    generator = torch.Generator().manual_seed(seed)
    weights = [torch.randn(shape, generator=generator, dtype=torch.float64) for shape in shapes]
    weights[0].zero_()
    slow = [SlowLARS(weight, momentum, decay, 0.01, adapted) for weight in weights]
    group = {"params": [nn.Parameter(weight) for weight in weights], "weight_decay": decay, "layer_adaptation": adapted}
    fast = LARS([group], 0.1, momentum, trust_coefficient=0.01)
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
def test_batchnorm_is_adapted_unless_excluded(exclude):
    model = network()
    optimizer = build_optimizer(model, Optimizer(exclude_batchnorm=exclude))
    assert [group["layer_adaptation"] for group in optimizer.param_groups] == [True, not exclude]
    descend(model, optimizer, 3)
    assert bool((model[1].bias == 0).all()) is not exclude, "a bias that starts at 0 moves only where it is excluded"


def test_the_state_of_an_older_checkpoint_goes_on() -> None:
    """Their groups have `trust` and `scaled`."""
    straight, resumed = network(), network()
    optimizer = build_optimizer(straight, Optimizer(exclude_batchnorm=True))
    descend(straight, optimizer, 2)
    older = copy.deepcopy(optimizer.state_dict())
    for group in older["param_groups"]:
        group["trust"], group["scaled"] = group.pop("trust_coefficient"), group.pop("layer_adaptation")
    resumed.load_state_dict(straight.state_dict())
    other = build_optimizer(resumed, Optimizer(exclude_batchnorm=True))
    other.load_state_dict(older)
    assert other.state_dict()["param_groups"] == optimizer.state_dict()["param_groups"]
    descend(straight, optimizer, 2)
    descend(resumed, other, 2)
    assert all(torch.equal(*both) for both in zip(straight.parameters(), resumed.parameters(), strict=True))


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
