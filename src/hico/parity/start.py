"""The start of our networks against the released one, layer by layer.

The release starts S3D-G's convolutions from N(0, 0.01^2) (its `models/base/base_blocks.py`), gives every BatchNorm
weight 1 and bias 0, and leaves all else to PyTorch: `VIDEO.BACKBONE.INITIALIZATION` of its `configs/pool/base.yaml` is
empty. It has no R3D-18; ours starts as torchvision's.
"""

import math
from collections.abc import Iterator
from typing import Literal, get_args

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from hico.config.experiments import Pretrain
from hico.config.training import Backbone
from hico.nets import build_pretrain_model, seeded
from hico.nets.heads import ClassifierHead
from hico.parity.checks import EXACT, STANDARD_ERRORS_OF_MANY, Check, worst
from hico.parity.rules import NORM_START

Name = Literal["s3dg", "r2plus1d_10", "r3d_18"]
CLASSES = 51
KURTOSIS = {"normal": 3.0, "uniform": 1.8}
Spread = tuple[float, Literal["normal", "uniform"]]


def starts(seed: int) -> Iterator[Check]:
    """Each backbone at full width with the heads of HiCo and the classifier: BatchNorm, convolutions, linear layers."""
    for name in get_args(Name):
        model = build_pretrain_model(Pretrain(method="hico", data="-", backbone=Backbone(name=name)), seed)
        with seeded(seed):
            network = nn.ModuleList([model, ClassifierHead(model.backbone.features, CLASSES)])
        yield from network_start(network, name)


def network_start(network: nn.Module, name: Name) -> Iterator[Check]:
    """Three checks. A parameter of a layer of another kind counts against BatchNorm."""
    norms = [layer for layer in network.modules() if isinstance(layer, _BatchNorm)]
    convolutions = [layer for layer in network.modules() if isinstance(layer, nn.Conv3d)]
    linears = [layer for layer in network.modules() if isinstance(layer, nn.Linear)]
    known = sum(len(list(layer.parameters())) for layer in (*norms, *convolutions, *linears))
    others = len(list(network.parameters())) - known
    moved = sum(not _is_all(getattr(norm, leaf), value) for norm in norms for leaf, value in NORM_START.items())
    yield Check(f"start: {name}: BatchNorm 0 or 1 ({len(norms)})", moved + others, EXACT)
    spreads = [_errors(layer.weight, *_convolution(layer.weight, name)) for layer in convolutions]
    yield Check(f"start: {name}: convolutions ({len(convolutions)})", worst(spreads), STANDARD_ERRORS_OF_MANY)
    spreads = [_errors(one, *_default(layer.weight)) for layer in linears for one in layer.parameters()]
    yield Check(f"start: {name}: linear layers ({len(linears)})", worst(spreads), STANDARD_ERRORS_OF_MANY)


def _convolution(weight: Tensor, name: Name) -> Spread:
    """Standard deviation and kind of the released convolutions."""
    match name:
        case "s3dg":
            return 0.01, "normal"
        case "r2plus1d_10":
            return _default(weight)
        case "r3d_18":
            return math.sqrt(2 / weight[:, 0].numel()), "normal"


def _default(weight: Tensor) -> Spread:
    """PyTorch's start of a layer, weight and bias alike: uniform in +-1 / sqrt(fan_in)."""
    return 1 / math.sqrt(3 * weight[0].numel()), "uniform"


def _is_all(tensor: Tensor, value: float) -> bool:
    return bool((tensor == value).all())


def _errors(tensor: Tensor, std: float, kind: Literal["normal", "uniform"]) -> float:
    """How far the mean square is from its expectation, in standard errors."""
    error = math.sqrt((KURTOSIS[kind] - 1) / tensor.numel())
    return abs(float(tensor.detach().square().mean()) / std**2 - 1) / error
