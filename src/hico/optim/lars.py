"""LARS: SGD whose rate follows the ratio of weight and gradient norm (You et al., arXiv 1708.03888)."""

from collections.abc import Callable, Iterable
from typing import Any, overload

import torch
from torch import Tensor
from torch.optim import Optimizer


class LARS(Optimizer):
    """Layer-wise scaled SGD with Nesterov momentum.

    With g the gradient, w the weight, d the weight decay, and the trust ratio
    r = trust * |w| / (|g| + d * |w|) (1 where a norm is 0, or where the group says `scaled=False`):
    v <- momentum * v + rate * r * (g + d * w);  w <- w - (rate * r * (g + d * w) + momentum * v).
    The rate is inside the momentum, so that a falling rate does not shrink earlier steps.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
        trust: float = 0.001,
    ) -> None:
        defaults = {"lr": lr, "momentum": momentum, "weight_decay": weight_decay, "trust": trust, "scaled": True}
        super().__init__(params, defaults)

    @overload
    def step(self, closure: None = None) -> None: ...

    @overload
    def step(self, closure: Callable[[], float]) -> float: ...

    @torch.no_grad()
    def step(self, closure: Callable[[], float] | None = None) -> float | None:
        """One update of every parameter that has a gradient."""
        loss = None
        if closure is not None:
            with torch.enable_grad():
                loss = closure()
        for group in self.param_groups:
            weights = [weight for weight in group["params"] if weight.grad is not None]
            if weights:
                self._update(weights, group)
        return loss

    def _update(self, weights: list[Tensor], group: dict[str, Any]) -> None:
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        moves = list(torch._foreach_add(gradients, weights, alpha=group["weight_decay"]))
        if group["scaled"]:
            torch._foreach_mul_(moves, _trust_ratios(weights, gradients, group["trust"], group["weight_decay"]))
        torch._foreach_mul_(moves, group["lr"])
        velocities = [self._velocity(weight) for weight in weights]
        torch._foreach_mul_(velocities, group["momentum"])
        torch._foreach_add_(velocities, moves)
        torch._foreach_sub_(weights, moves)
        torch._foreach_sub_(weights, velocities, alpha=group["momentum"])

    def _velocity(self, weight: Tensor) -> Tensor:
        state = self.state[weight]
        if not state:
            state["velocity"] = torch.zeros_like(weight)
        velocity: Tensor = state["velocity"]
        return velocity


def _trust_ratios(weights: list[Tensor], gradients: list[Tensor], trust: float, decay: float) -> list[Tensor]:
    """trust * |w| / (|g| + decay * |w|) of each weight, on its device and without waiting for it."""
    size, slope = torch.stack(torch._foreach_norm(weights)), torch.stack(torch._foreach_norm(gradients))
    usable = (size > 0) & (slope > 0)
    return list(torch.where(usable, trust * size / (slope + decay * size), 1.0).unbind())
