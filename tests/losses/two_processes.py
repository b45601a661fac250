"""One of two processes: gradients of the whole HiCo loss under data parallelism, BatchNorm frozen.

Started by torchrun with the output file as its argument; test_data_parallel.py compares.
"""

import sys
from pathlib import Path

import torch
import torch.distributed as dist
from torch.nn.modules.batchnorm import _BatchNorm
from torch.nn.parallel import DistributedDataParallel

from hico.config.experiments import Head, Pretrain, Sampling
from hico.config.training import Backbone
from hico.losses import pretrain_loss
from hico.nets import PretrainModel, build_pretrain_model

VIDEOS = 4


def settings(pairs: int) -> Pretrain:
    return Pretrain(
        method="simclr" if pairs == 0 else "hico",
        data="d",
        backbone=Backbone(width=0.05),
        head=Head(hidden=16, embedding=8),
        sampling=Sampling(near_pairs=max(1, pairs)),
    )


def clips(pairs: int) -> torch.Tensor:
    """Noise around a color of each clip's own, so that pooled features differ."""
    shape = (VIDEOS, settings(pairs).clips_per_video, 3, 4, 32, 32)
    generator = torch.Generator().manual_seed(1)
    colors = torch.randn((*shape[:3], 1, 1, 1), generator=generator, dtype=torch.float64)
    return 2 * colors + torch.randn(shape, generator=generator, dtype=torch.float64)


def network(pairs: int) -> PretrainModel:
    """BatchNorm frozen at the statistics of the joined batch, so that embeddings differ as in training."""
    model = build_pretrain_model(settings(pairs), 0).double().train()
    for module in model.modules():
        if isinstance(module, _BatchNorm):
            module.momentum = 1.0
    with torch.no_grad():
        model(clips(pairs))
    return model.eval()


def main(out: Path) -> None:
    torch.set_num_threads(1)
    dist.init_process_group("gloo")
    gradients = {}
    for pairs in (0, 1, 2):
        model = network(pairs)
        mine = clips(pairs).chunk(dist.get_world_size())[dist.get_rank()]
        parallel = DistributedDataParallel(model)
        pretrain_loss(parallel(mine), settings(pairs)).total.backward()
        gradients[pairs] = {name: weight.grad for name, weight in model.named_parameters()}
    if dist.get_rank() == 0:
        torch.save(gradients, out)
    dist.destroy_process_group()


if __name__ == "__main__":
    main(Path(sys.argv[1]))
