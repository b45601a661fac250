"""The processes of one run: one by itself, or those that a launcher started."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, TypeVar

import torch
import torch.distributed as dist
from torch import nn

from hico.errors import TrainingError
from hico.training.repeatable import repeatable

Net = TypeVar("Net", bound=nn.Module)
Item = TypeVar("Item")


@dataclass(frozen=True)
class Processes:
    """This process's place among `world`, and the device it computes on."""

    rank: int
    world: int
    device: torch.device

    @property
    def main(self) -> bool:
        return self.rank == 0

    def place(self, module: Net) -> Net:
        """Move to the device, channels last. BatchNorm is synchronized where the device can (not on CPUs)."""
        if self.world > 1 and self.device.type == "cuda":
            nn.SyncBatchNorm.convert_sync_batchnorm(module)
        module.to(self.device)
        module.to(memory_format=torch.channels_last_3d)  # type: ignore[call-overload]
        return module

    def average_gradients(self, module: nn.Module) -> None:
        """Replace each gradient by its mean over the processes, in one exchange.

        One flat buffer after the backward pass, because the loss may reach parameters on
        several ways (accumulated parts, the topical predictor), which bucketed hooks cannot follow.
        """
        if self.world == 1:
            return
        gradients = [p.grad for p in module.parameters() if p.grad is not None]
        flat = torch._utils._flatten_dense_tensors(gradients)
        dist.all_reduce(flat)
        flat /= self.world
        for gradient, mean in zip(gradients, torch._utils._unflatten_dense_tensors(flat, gradients), strict=True):
            gradient.copy_(mean)

    def mean(self, figures: dict[str, float]) -> dict[str, float]:
        """Each figure's mean over the processes."""
        if self.world == 1:
            return figures
        values = torch.tensor(list(figures.values()), dtype=torch.float64, device=self.device)
        dist.all_reduce(values)
        return dict(zip(figures, (values / self.world).tolist(), strict=True))

    def any(self, flag: bool) -> bool:
        """True on every process when it is true on one."""
        if self.world == 1:
            return flag
        votes = torch.tensor([int(flag)], device=self.device)
        dist.all_reduce(votes, op=dist.ReduceOp.MAX)
        return bool(votes.item())

    def gathered(self, value: Item) -> list[Item]:
        """The values of all processes, by rank."""
        if self.world == 1:
            return [value]
        values: list[Any] = [None] * self.world
        dist.all_gather_object(values, value)
        return values

    def wait(self) -> None:
        """Until every process is here."""
        if self.world > 1:
            dist.barrier()


@contextmanager
def processes() -> Iterator[Processes]:
    """Join the group that the environment describes (RANK, WORLD_SIZE, LOCAL_RANK).

    `hico.training.launch` sets these, and so do hico-stage under Slurm and torchrun. All that is computed inside
    repeats exactly, as far as the device can. Raises TrainingError when another process ends before its time.
    """
    rank, world = int(os.environ.get("RANK", 0)), int(os.environ.get("WORLD_SIZE", 1))
    device = _device()
    with repeatable(device):
        if world == 1:
            yield Processes(0, 1, device)
            return
        dist.init_process_group("nccl" if device.type == "cuda" else "gloo")
        try:
            yield Processes(rank, world, device)
        except RuntimeError as error:
            if not isinstance(error, dist.DistError) and "gloo" not in str(error):
                raise
            raise TrainingError(
                "another process of this run has ended; what it said stands above in the log"
            ) from error
        finally:
            dist.destroy_process_group()


def _device() -> torch.device:
    """This process's GPU, which becomes the current one; the processor where there is none."""
    if not torch.cuda.is_available():
        return torch.device("cpu")
    device = torch.device("cuda", int(os.environ.get("LOCAL_RANK", 0)))
    torch.cuda.set_device(device)
    return device
