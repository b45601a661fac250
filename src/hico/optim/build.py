"""The optimizer that a configuration names, over the trainable parameters of a network."""

from typing import Any

from torch import nn, optim
from torch.nn.modules.batchnorm import _BatchNorm

from hico.config.training import Optimizer
from hico.nets.vit import ViTS
from hico.optim.lars import LARS


def build_optimizer(module: nn.Module, settings: Optimizer) -> optim.Optimizer:
    """Weight decay is 0 on norms and class tokens, and LARS can leave them unadapted; lr is set before each step."""
    norms, others = _split(module)
    groups: list[dict[str, Any]] = [
        {"params": others, "weight_decay": settings.weight_decay},
        {"params": norms, "weight_decay": 0.0},
    ]
    groups = [group for group in groups if group["params"]]
    match settings.name:
        case "lars":
            for group in groups:
                group["layer_adaptation"] = group["params"] is not norms or not settings.exclude_batchnorm
            return LARS(groups, settings.rate, settings.momentum, trust_coefficient=settings.trust)
        case "sgd":
            return optim.SGD(groups, settings.rate, settings.momentum, nesterov=settings.momentum > 0)
        case "adam":
            return optim.Adam(groups, settings.rate)
        case "adamw":
            return optim.AdamW(groups, settings.rate)


def _split(module: nn.Module) -> tuple[list[nn.Parameter], list[nn.Parameter]]:
    """Trainable parameters of norms with class tokens, and all others, in the order of the network."""
    kinds = (_BatchNorm, nn.LayerNorm)
    norm_ids = {id(weight) for part in module.modules() if isinstance(part, kinds) for weight in part.parameters()}
    norm_ids |= {id(part.class_token) for part in module.modules() if isinstance(part, ViTS)}
    trainable = [weight for weight in module.parameters() if weight.requires_grad]
    norms = [weight for weight in trainable if id(weight) in norm_ids]
    return norms, [weight for weight in trainable if id(weight) not in norm_ids]
