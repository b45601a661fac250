"""The stage pretrain with BatchNorm that waits for all processes while it trains, as the synchronized one of GPUs."""

import torch
import torch.distributed as dist
from torch import Tensor, nn

from hico.stages import pretrain
from hico.stages.command import run
from hico.training.processes import Net, Processes

PLACE = Processes.place


class WaitingNorm(nn.BatchNorm3d):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            dist.all_reduce(torch.zeros(1))
        return super().forward(x)


def place(processes: Processes, module: Net) -> Net:
    for norm in module.modules():
        if type(norm) is nn.BatchNorm3d:
            norm.__class__ = WaitingNorm
    return PLACE(processes, module)


if __name__ == "__main__":
    Processes.place = place  # type: ignore[method-assign, assignment]
    run(pretrain.main)
