"""The stage pretrain with BatchNorm that waits for all processes while it trains, as the synchronized one of GPUs."""

import torch
import torch.distributed
from torch import Tensor, nn

from hico.stages import pretrain
from hico.stages.command import run
from hico.training.distributed import DistContext, Net

PREPARE = DistContext.prepare_model


class WaitingNorm(nn.BatchNorm3d):
    def forward(self, x: Tensor) -> Tensor:
        if self.training:
            torch.distributed.all_reduce(torch.zeros(1))
        return super().forward(x)


def prepare_model(dist: DistContext, module: Net) -> Net:
    for norm in module.modules():
        if type(norm) is nn.BatchNorm3d:
            norm.__class__ = WaitingNorm
    return PREPARE(dist, module)


if __name__ == "__main__":
    DistContext.prepare_model = prepare_model  # type: ignore[method-assign, assignment]
    run(pretrain.main)
