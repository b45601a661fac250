"""Gradients of convolutions that overhang what they run over, against float64; torch's own are wrong there in bf16."""

from typing import Any

import pytest
import torch
import torch.nn.functional as F
from torch import Tensor

from hico.nets.convolution import Conv3d

KERNELS = {
    "temporal 3": ((3, 1, 1), 1, (2, 4, 4)),
    "temporal 7": ((7, 1, 1), (2, 1, 1), (5, 2, 2)),
    "full 3": ((3, 3, 3), 1, (2, 4, 4)),
    "full 3, strided": ((3, 3, 3), 2, (3, 1, 1)),
    "spatial 7": ((1, 7, 7), (1, 2, 2), (5, 2, 2)),
    "as large as the picture": ((3, 3, 3), 1, (3, 3, 3)),
}


@pytest.mark.parametrize("precision", [torch.float32, torch.bfloat16])
@pytest.mark.parametrize("case", KERNELS)
def test_gradients_are_those_of_float64(case: str, precision: torch.dtype) -> None:
    kernel, stride, size = KERNELS[case]
    torch.manual_seed(0)
    ours = Conv3d(16, 16, kernel, stride, tuple(k // 2 for k in kernel), bias=False).to(precision)
    x = torch.randn(4, 16, *size).to(precision).to(memory_format=torch.channels_last_3d).requires_grad_()
    exact = (x.detach().double().requires_grad_(), ours.weight.detach().double().requires_grad_())
    expected = F.conv3d(*exact, None, ours.stride, ours.padding)
    gradient = torch.randn(expected.shape).to(precision)
    for _ in range(3):
        _spoil_free_memory()
        output = ours(x)
        got = (output, *torch.autograd.grad(output, (x, ours.weight), gradient))
        right = (expected, *torch.autograd.grad(expected, exact, gradient.double(), retain_graph=True))
        for one, other in zip(got, right, strict=True):
            assert _distance(one, other) < (0.01 if precision == torch.bfloat16 else 1e-5)


def _spoil_free_memory() -> None:
    """What is read before it is written becomes NaN."""
    junk: list[Any] = [torch.full((size,), float("nan")) for size in range(100, 300_000, 9_000)]
    del junk


def _distance(one: Tensor, other: Tensor) -> float:
    return float((one.detach().double() - other.detach()).norm() / other.detach().norm())
