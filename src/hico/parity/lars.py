"""LARS alone, step by step on one tensor: also where weight, gradient or both have the norm 0."""

import math
from collections.abc import Iterator
from typing import Literal, Self

import torch
from pydantic import BaseModel, ConfigDict, model_validator
from torch import nn

from hico.optim import LARS
from hico.parity.checks import OPTIMIZER, Check, to_largest
from hico.parity.figures import Figures, parsed


class Case(BaseModel):
    """The tensor at the start, the gradient of each step, the tensor after each."""

    model_config = ConfigDict(extra="forbid")
    name: str
    weight_scale: float
    gradient_scale: float
    weight_decay: float
    excluded: bool
    start: list[float]
    gradients: list[list[float]]
    after: list[list[float]]


class Recorded(BaseModel):
    """The whole file."""

    model_config = ConfigDict(extra="forbid")
    seed: int
    shape: list[int]
    rates: list[float]
    eta: float
    momentum: float
    nesterov: Literal[True]
    cases: list[Case]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        """Every tensor has the shape, every case all steps."""
        for case in self.cases:
            if {len(row) for row in (case.start, *case.gradients, *case.after)} != {math.prod(self.shape)}:
                raise ValueError(f"case {case.name!r} has tensors that are not of shape {self.shape}")
            if {len(case.gradients), len(case.after)} != {len(self.rates)}:
                raise ValueError(f"case {case.name!r} has not the {len(self.rates)} steps that `rates` has")
        return self


def cases(figures: Figures) -> Iterator[Check]:
    """One check a case, over the tensor after each step."""
    recorded = parsed(Recorded, dict(figures), figures.name)
    for case in recorded.cases:
        yield Check(f"LARS alone: {case.name}", to_largest(_descend(case, recorded), case.after), OPTIMIZER)


def _descend(case: Case, recorded: Recorded) -> list[list[float]]:
    """The flat tensor after each step."""

    def tensor(values: list[float]) -> torch.Tensor:
        return torch.tensor(values, dtype=torch.float64).reshape(recorded.shape)

    weight, after = nn.Parameter(tensor(case.start)), []
    group = {"params": [weight], "layer_adaptation": not case.excluded}
    optimizer = LARS([group], recorded.rates[0], recorded.momentum, case.weight_decay, recorded.eta)
    for rate, gradient in zip(recorded.rates, case.gradients, strict=True):
        optimizer.param_groups[0]["lr"] = rate
        weight.grad = tensor(gradient)
        optimizer.step()
        after.append(weight.detach().flatten().tolist())
    return after
