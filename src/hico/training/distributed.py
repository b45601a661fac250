"""The processes of one run: rank, device, what they exchange, and algorithms that give the same bits every time."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import nn
from torch.utils import deterministic

from hico.errors import TrainingError

Net = TypeVar("Net", bound=nn.Module)
Item = TypeVar("Item")


@dataclass(frozen=True)
class DistContext:
    """Rank of this process among `world_size`, and the device it computes on."""

    rank: int
    world_size: int
    device: torch.device

    @property
    def is_main(self) -> bool:
        return self.rank == 0

    def prepare_model(self, module: Net) -> Net:
        """Move to the device, channels last. On GPUs BatchNorm is synchronized; torch has none of it for CPUs."""
        if self.world_size > 1 and self.device.type == "cuda":
            nn.SyncBatchNorm.convert_sync_batchnorm(module)
        module.to(self.device)
        module.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]
        return module

    def average_gradients(self, module: nn.Module) -> None:
        """Replace each gradient by its mean over the processes; call it after the last backward pass of a step.

        DistributedDataParallel expects one backward pass through `forward`; an accumulated step makes one through
        the predictor and one through `embed` for each part.
        """
        if self.world_size == 1:
            return
        gradients = [parameter.grad for parameter in module.parameters() if parameter.grad is not None]
        exchanges = [dist.all_reduce(gradient, async_op=True) for gradient in gradients]
        for gradient, exchange in zip(gradients, exchanges, strict=True):
            exchange.wait()
            gradient /= self.world_size

    def reduce_mean(self, metrics: dict[str, float]) -> dict[str, float]:
        """Mean of each value over the processes."""
        if self.world_size == 1:
            return metrics
        values = torch.tensor(list(metrics.values()), dtype=torch.float64, device=self.device)
        dist.all_reduce(values)
        return dict(zip(metrics, (values / self.world_size).tolist(), strict=True))

    def any_rank(self, flag: bool) -> bool:
        """True on every process when it is true on one."""
        if self.world_size == 1:
            return flag
        flags = torch.tensor([int(flag)], device=self.device)
        dist.all_reduce(flags, op=dist.ReduceOp.MAX)
        return bool(flags.item())

    def all_gather_object(self, value: Item) -> list[Item]:
        """The values of all processes, by rank."""
        if self.world_size == 1:
            return [value]
        values: list[Any] = [None] * self.world_size
        dist.all_gather_object(values, value)
        return values

    def barrier(self) -> None:
        """Wait until every process has called this."""
        if self.world_size > 1:
            dist.barrier()


@contextmanager
def init_distributed() -> Iterator[DistContext]:
    """Join the processes that the environment describes (RANK, WORLD_SIZE, LOCAL_RANK); one without them.

    `hico.training.launch` sets these variables, and so do `srun` under Slurm and torchrun. Everything computed
    inside uses deterministic algorithms. Raises TrainingError when another process ends early.
    """
    rank, world_size = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    device = _select_device()
    with deterministic_algorithms(device):
        if world_size == 1:
            yield DistContext(0, 1, device)
            return
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
        try:
            yield DistContext(rank, world_size, device)
        except RuntimeError as error:
            if not isinstance(error, dist.DistError) and "gloo" not in str(error):
                raise
            raise TrainingError(
                "another process of this run has ended; its message is further up in the log"
            ) from error
        finally:
            dist.destroy_process_group()


def _select_device() -> torch.device:
    """The GPU of this process, made the current one; the CPU where there is none."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    torch.cuda.set_device(device)
    return device


@contextmanager
def deterministic_algorithms(device: torch.device) -> Iterator[None]:
    """Use deterministic algorithms; a GPU warns of an operation that has none (3D pooling)."""
    # Read when cuBLAS starts.
    os.environ.setdefault("CUBLAS_WORKSPACE_CONFIG", ":4096:8")
    before = torch.are_deterministic_algorithms_enabled(), torch.is_deterministic_algorithms_warn_only_enabled()
    memory: Any = deterministic
    filled = memory.fill_uninitialized_memory
    torch.use_deterministic_algorithms(True, warn_only=device.type == "cuda")
    # Filling new memory finds errors in programs; it does not change the results of correct ones, and costs time.
    memory.fill_uninitialized_memory = False
    try:
        yield
    finally:
        torch.use_deterministic_algorithms(before[0], warn_only=before[1])
        memory.fill_uninitialized_memory = filled
