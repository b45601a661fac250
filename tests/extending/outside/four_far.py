"""Four clips anywhere in a video, each the positive of all others: SimCLR with more clips."""

import numpy as np

from hico.clips import Uniform, Windows, simclr_windows
from hico.config.experiments import Pretrain
from hico.config.outside import Method
from hico.losses import PretrainLoss, instance_loss
from hico.nets import PretrainOutput

CLIPS = 4


def windows(generator: Uniform, settings: Pretrain, duration_s: float, progress: float) -> Windows:
    """(4, 2) start and end in seconds; `progress` is the share of training that is done."""
    pairs = [simclr_windows(generator, duration_s, settings.clip.seconds) for _ in range(CLIPS // 2)]
    return np.concatenate(pairs)


def loss(output: PretrainOutput, settings: Pretrain) -> PretrainLoss:
    """The first figure is differentiated; `loss` and `vcl` become columns of metrics.csv."""
    videos = len(output.visual) // CLIPS
    total = instance_loss(output.visual, videos, CLIPS, settings.loss.temperature)
    return PretrainLoss(total, {"loss": total.detach(), "vcl": total.detach()})


METHOD = Method(CLIPS, windows, loss)
