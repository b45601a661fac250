"""The whole pre-training loss of one process."""

from typing import NamedTuple

from torch import Tensor

from hico.config.experiments import Pretrain
from hico.losses.contrast import instance_loss, vcl_loss
from hico.losses.topical import tcl_loss
from hico.nets.model import PretrainOutput


class PretrainLoss(NamedTuple):
    """What to differentiate, and what to write down."""

    total: Tensor
    figures: dict[str, Tensor]
    """`loss`, `vcl` (the contrastive term, also of SimCLR) and, where it is learned, `tcl`; detached."""


def pretrain_loss(output: PretrainOutput, settings: Pretrain) -> PretrainLoss:
    """VCL + TCL with the weights of `settings.loss`, or the SimCLR baseline's loss alone.

    Under data parallelism VCL sees the clips of all processes, TCL those of its own.
    """
    if settings.own is not None:
        own: PretrainLoss = settings.own.loss(output, settings)
        return own
    weights, clips, pairs = settings.loss, settings.clips_per_video, settings.sampling.near_pairs
    videos = output.visual.shape[0] // clips
    if settings.method == "simclr":
        total = instance_loss(output.visual, videos, clips, weights.temperature)
        return PretrainLoss(total, {"loss": total.detach(), "vcl": total.detach()})
    vcl = vcl_loss(output.visual, videos, clips, weights.temperature, pairs)
    if output.topic_logits is None:
        total = weights.vcl * vcl
        return PretrainLoss(total, {"loss": total.detach(), "vcl": vcl.detach()})
    tcl = tcl_loss(output.topic_logits, videos, output.topic_logits.shape[0] // videos, weights.gamma)
    total = weights.vcl * vcl + weights.tcl * tcl
    return PretrainLoss(total, {"loss": total.detach(), "vcl": vcl.detach(), "tcl": tcl.detach()})
