"""Embeddings of all processes, differentiable, for contrastive losses under data parallelism."""

from typing import Any

import torch
import torch.distributed as dist
from torch import Tensor
from torch.autograd.function import FunctionCtx


class _AllGather(torch.autograd.Function):
    """Rows of every process by rank; backward adds what every process's loss says of our rows."""

    @staticmethod
    def forward(ctx: FunctionCtx, rows: Tensor) -> Tensor:
        parts = [torch.empty_like(rows) for _ in range(dist.get_world_size())]
        dist.all_gather(parts, rows.contiguous())
        return torch.cat(parts)

    @staticmethod
    def backward(ctx: FunctionCtx, *gradients: Tensor) -> Tensor:
        gradient = gradients[0].clone(memory_format=torch.contiguous_format)
        dist.all_reduce(gradient)
        return gradient.chunk(dist.get_world_size())[dist.get_rank()]


def from_all_processes(rows: Tensor) -> tuple[Tensor, int]:
    """Rows (N, D) of every process as (processes * N, D) by rank, and where ours begin.

    Every process must bring the same N. Backward sums the gradients of all processes' losses, so
    that averaging parameter gradients over processes (as data parallelism does) gives exactly the
    gradient of the mean of their losses: no further factor. Without processes: the rows themselves.
    """
    if not (dist.is_available() and dist.is_initialized()):
        return rows, 0
    everything: Any = _AllGather.apply(rows)  # type: ignore[no-untyped-call]
    return everything, dist.get_rank() * rows.shape[0]
