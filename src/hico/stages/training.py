"""What pre-training and supervised training set up alike."""

import argparse

from hico.config.experiments import Finetune, Pretrain
from hico.data.order import Plan
from hico.data.videos import Videos
from hico.optim import base_rate, learning_rate
from hico.training.checkpoint import Checkpoints
from hico.training.dropping import Dropping
from hico.training.loop import Run
from hico.training.processes import Processes
from hico.training.watch import event_folder


def run_of(
    settings: Pretrain | Finetune,
    plan: Plan,
    clips: int,
    videos: Videos,
    group: Processes,
    checkpoints: Checkpoints,
    args: argparse.Namespace,
) -> Run:
    """The loop's orders; `clips` is the number of clips a step over all processes, which the rate may follow."""
    rate = base_rate(settings.optimizer, clips)
    return Run(
        plan,
        lambda epoch: learning_rate(settings.optimizer, epoch, settings.epochs, rate),
        group,
        checkpoints,
        60 * args.checkpoint_minutes,
        event_folder(args),
        Dropping(settings.media, videos),
    )
