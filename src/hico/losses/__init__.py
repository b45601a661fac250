"""Losses of pre-training: VCL, TCL and instance discrimination."""

from hico.losses.contrast import instance_loss, vcl_loss
from hico.losses.gather import from_all_processes
from hico.losses.topical import tcl_loss
from hico.losses.total import PretrainLoss, pretrain_loss

__all__ = ["PretrainLoss", "from_all_processes", "instance_loss", "pretrain_loss", "tcl_loss", "vcl_loss"]
