"""What no step can beat: as many operations as it has, done as plain matrix products; its convolutions alone."""

from collections.abc import Callable
from functools import partial
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils.flop_counter import FlopCounterMode

CONVOLUTIONS = {torch.ops.aten.convolution.default, torch.ops.aten.convolution_backward.default}

SIDES = {"cpu": 2048, "cuda": 8192}
"""Square matrices at which each device reaches its full rate."""


def operations(run: Callable[[], object]) -> int:
    """Floating-point operations of the convolutions and matrix products of one run; the rest is not counted."""
    with FlopCounterMode(display=False) as counter:
        run()
    return int(counter.get_total_flops())


def matrix_products(count: int, device: torch.device, dtype: torch.dtype) -> Callable[[], None]:
    """Products of square matrices that add up to `count` operations, to within half a product."""
    side = min(SIDES[device.type], round((count / 2) ** (1 / 3)))
    one, other = (torch.randn(side, side, device=device, dtype=dtype) for _ in range(2))
    products = max(1, round(count / (2 * side**3)))

    def run() -> None:
        for _ in range(products):
            one @ other
        if device.type == "cuda":
            torch.cuda.synchronize()

    return run


def convolutions(run: Callable[[], object], device: torch.device) -> Callable[[], None]:
    """The convolutions of one run and their gradients, on the same tensors, with nothing between them."""
    with _Convolutions() as recorded:
        run()

    def again() -> None:
        for convolution in recorded.calls:
            convolution()
        if device.type == "cuda":
            torch.cuda.synchronize()

    return again


class _Convolutions(TorchDispatchMode):
    """Keeps every call of a convolution, and its tensors."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self.calls: list[Callable[[], object]] = []

    def __torch_dispatch__(self, func: Any, types: Any, args: Any = (), kwargs: Any = None) -> Any:
        call = partial(func, *args, **(kwargs or {}))
        if func in CONVOLUTIONS:
            self.calls.append(call)
        return call()
