"""What pre-training and supervised training set up alike."""

import argparse
import os
from pathlib import Path
from typing import Any

from hico.config.experiments import Finetune, Pretrain
from hico.data.order import Plan
from hico.data.videos import Videos
from hico.optim import base_rate, learning_rate
from hico.training.checkpoint import Checkpoints, identity
from hico.training.dropping import Dropping
from hico.training.loop import Run
from hico.training.processes import Processes

MINUTES = "HICO_CHECKPOINT_MINUTES"
TENSORBOARD = "HICO_TENSORBOARD"
"""Environment variables, as these reach the stages of a workflow without changing their commands."""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """`--checkpoint-minutes` and `--tensorboard`, which no result depends on."""
    parser.add_argument(
        "--checkpoint-minutes",
        type=_minutes,
        default=os.environ.get(MINUTES, "10"),
        help=f"at most this much work is lost (default: 10); also by the environment variable {MINUTES}",
    )
    parser.add_argument(
        "--tensorboard",
        action=argparse.BooleanOptionalAction,
        default=bool(os.environ.get(TENSORBOARD)),
        help=f"write event files to --out-dir/tensorboard; also by the environment variable {TENSORBOARD}=1",
    )


def _minutes(text: str) -> float:
    """At least 0, and not more than a year. A default from the environment is checked like any other."""
    try:
        minutes = float(text)
    except ValueError:
        minutes = -1
    if not 0 <= minutes <= 527_040:
        raise argparse.ArgumentTypeError(f"needs a number of minutes (given: {text!r:.80}); see also {MINUTES}")
    return minutes


def event_folder(args: argparse.Namespace) -> Path | None:
    """Where event files go, if they are asked for."""
    return args.out_dir / "tensorboard" if args.tensorboard else None


def run_of(
    args: argparse.Namespace,
    settings: Pretrain | Finetune,
    videos: Videos,
    plan: Plan,
    group: Processes,
    **more: Any,
) -> Run:
    """The loop's orders; its checkpoints belong to these settings, videos and processes, and to `more`."""
    rate = base_rate(settings.optimizer, plan.batch_videos * settings.clips_per_video)
    owner = identity(settings, args.seed, videos, group.world, **more)
    return Run(
        plan,
        lambda epoch: learning_rate(settings.optimizer, epoch, settings.epochs, rate),
        group,
        Checkpoints(args.out_dir / "checkpoints", owner),
        60 * args.checkpoint_minutes,
        event_folder(args),
        Dropping(settings.media, videos),
    )
