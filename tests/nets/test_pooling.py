"""Pooling gives torch's maxima, and leaves the type of what it pools alone."""

import pytest
import torch
from torch import nn

from hico.nets.pooling import LastPool, MaxPool3d


@pytest.mark.parametrize("pool", [MaxPool3d(3, 2, 1), LastPool()], ids=lambda pool: type(pool).__name__)
def test_autocast_does_not_widen_it(pool: nn.Module) -> None:
    x = torch.randn(2, 4, 4, 6, 6, generator=torch.Generator().manual_seed(0)).bfloat16()
    with torch.autocast("cpu", dtype=torch.bfloat16):
        pooled = pool(x)
    assert pooled.dtype == torch.bfloat16
    assert torch.equal(pooled.float(), pool(x.float()))


def test_an_axis_of_one_is_left_alone() -> None:
    assert LastPool()(torch.randn(1, 2, 1, 4, 1)).shape == (1, 2, 1, 2, 1)
