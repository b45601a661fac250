"""What no step can beat: as many operations as it has, done as plain matrix products."""

from collections.abc import Callable

import torch
from torch.utils.flop_counter import FlopCounterMode

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
