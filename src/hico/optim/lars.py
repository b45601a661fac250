"""LARS: SGD whose rate follows the ratio of weight and gradient norm (You et al., arXiv 1708.03888)."""

from collections.abc import Callable, Iterable
from typing import Any, overload

import torch
from torch import Tensor
from torch.optim import Optimizer

# What two keys of a group were called in older checkpoints.
EARLIER_KEYS = {"trust": "trust_coefficient", "scaled": "layer_adaptation"}


class LARS(Optimizer):
    """Layer-wise scaled SGD with Nesterov momentum.

    With g the gradient, w the weight, d the weight decay, and the local rate
    r = trust_coefficient * |w| / (|g| + d * |w|) (1 where the group says `layer_adaptation=False`, and for 0 / 0):
    v <- momentum * v + rate * r * (g + d * w);  w <- w - (rate * r * (g + d * w) + momentum * v).
    The rate is inside the momentum, so that a falling rate does not shrink earlier steps. A tensor of norm 0 has
    the local rate 0 and never moves, as in the released code: biases that start at 0 are only trained in a group
    without layer adaptation.
    """

    def __init__(
        self,
        params: Iterable[Tensor] | Iterable[dict[str, Any]],
        lr: float,
        momentum: float = 0.9,
        weight_decay: float = 0.0,
        trust_coefficient: float = 0.001,
    ) -> None:
        defaults = {
            "lr": lr,
            "momentum": momentum,
            "weight_decay": weight_decay,
            "trust_coefficient": trust_coefficient,
            "layer_adaptation": True,
        }
        super().__init__(params, defaults)

    def __setstate__(self, state: dict[str, Any]) -> None:
        """Also takes the groups of older checkpoints, under their earlier keys."""
        super().__setstate__(state)
        for group in self.param_groups:
            for old, new in EARLIER_KEYS.items():
                if old in group:
                    group[new] = group.pop(old)

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
        if group["layer_adaptation"]:
            rates = _local_rates(weights, gradients, group["trust_coefficient"], group["weight_decay"])
            torch._foreach_mul_(moves, rates)
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


def _local_rates(
    weights: list[Tensor], gradients: list[Tensor], trust_coefficient: float, weight_decay: float
) -> list[Tensor]:
    """trust_coefficient * |w| / (|g| + decay * |w|) of each weight, on its device and without waiting for it."""
    weight_norm, grad_norm = torch.stack(torch._foreach_norm(weights)), torch.stack(torch._foreach_norm(gradients))
    divisor = grad_norm + weight_decay * weight_norm
    # A divisor of 0 leaves nothing to scale; 1 keeps the move of 0 from becoming 0 times infinity.
    return list(torch.where(divisor != 0, trust_coefficient * weight_norm / divisor, 1.0).unbind())
