"""How the reference's weights and inputs follow from its seed."""

import math
import zlib
from collections.abc import Mapping, Sequence

import torch
from torch import Tensor

from hico.nets.weights import State

NORM_START = {"weight": 1.0, "bias": 0.0, "running_mean": 0.0, "running_var": 1.0}


def weights(shapes: Mapping[str, Sequence[int]], seed: int) -> State:
    """Tensors by upstream name, float32; each depends on its own name and the seed alone."""
    return {name: _weight(name, list(shape), seed) for name, shape in shapes.items()}


def _weight(name: str, shape: list[int], seed: int) -> Tensor:
    if name.endswith("num_batches_tracked"):
        return torch.zeros(shape, dtype=torch.int64)
    generator = torch.Generator().manual_seed((zlib.crc32(name.encode()) + seed) & 0x7FFFFFFF)
    noise = torch.randn(shape, generator=generator)
    if name.endswith("running_var"):
        return 1 + 0.1 * noise.abs()
    if name.endswith(("running_mean", "bias")):
        return 0.1 * noise
    if len(shape) >= 2:
        return noise * math.sqrt(2 / noise[0].numel())
    return 1 + 0.1 * noise


def released_start(shapes: Mapping[str, Sequence[int]], seed: int) -> State:
    """Like `weights`, but every BatchNorm as it is built: weight 1, bias 0, running mean 0 and variance 1."""
    state = weights(shapes, seed)
    norms = {name.removesuffix("running_mean") for name in state if name.endswith(".running_mean")}
    for norm in norms:
        for leaf, value in NORM_START.items():
            state[norm + leaf].fill_(value)
    return state


def clips(shape: Sequence[int], seed: int) -> Tensor:
    """Input of the networks in evaluation mode: float32."""
    return torch.randn(list(shape), generator=torch.Generator().manual_seed(seed))


def training_clips(shape: Sequence[int], seed: int) -> Tensor:
    """Input of the networks in training mode: float64 of float32 draws."""
    return clips(shape, seed + 1).double()
