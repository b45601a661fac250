"""The training loop of pre-training, fine-tuning and the linear probe, which differ only in their step.

A step computes gradients and metrics of a batch. The trainer does the rest: learning rate, update, checkpoints,
stopping. Everything that changes results is a function of the step number, so a run that was killed and started
again ends with the same bits as one that was not.

Checkpoints are saved every `checkpoint_every_s`; at the end of an epoch once a tenth of that has passed; when the
process is asked to stop; and after the last step.
"""

import argparse
import logging
import math
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic

import torch
from torch import nn
from torch.optim import Optimizer

from hico.config.experiments import Finetune, Pretrain
from hico.data.sampler import TrainSchedule
from hico.data.videos import Videos
from hico.errors import CheckpointError, TrainingError
from hico.optim import base_rate, learning_rate
from hico.rng import rng
from hico.training.bad_videos import BadVideoPolicy, DroppedVideo
from hico.training.checkpoint import Checkpoints, run_identity
from hico.training.distributed import DistContext, Net
from hico.training.monitor import Metrics, ProgressMonitor, Throughput, open_events, time_waiting
from hico.training.signals import EX_TEMPFAIL, StopRequest, catch_stop_requests

LOG = logging.getLogger(__name__)


@dataclass
class TrainState(Generic[Net]):
    """Everything that training changes, and that a checkpoint holds."""

    model: Net
    optimizer: Optimizer
    step: int = 0
    metrics: list[Metrics] = field(default_factory=list)
    """A row for each step, as in metrics.csv."""
    throughput: Throughput = field(default_factory=Throughput)
    dropped: list[DroppedVideo] = field(default_factory=list)
    attempt: Callable[[], dict[str, Any]] = dict
    """Record of this attempt until now: `provenance.Record.attempt`."""
    earlier_attempts: list[dict[str, Any]] = field(default_factory=list)
    """Records of the attempts that this one resumes."""

    def state_dict(self) -> dict[str, Any]:
        return {
            "model": self.model.state_dict(),
            "optimizer": self.optimizer.state_dict(),
            "step": self.step,
            "rows": self.metrics,
            "speed": self.throughput.rows,
            "dropped": self.dropped,
            "attempts": [*self.earlier_attempts, self.attempt()],
        }

    def load_state_dict(self, state: dict[str, Any]) -> None:
        """Warns when the code has changed since the state was saved."""
        self.model.load_state_dict(state["model"])
        self.optimizer.load_state_dict(state["optimizer"])
        self.step, self.metrics, self.throughput.rows = state["step"], state["rows"], state["speed"]
        self.dropped, self.earlier_attempts = state["dropped"], state["attempts"]
        if self.earlier_attempts[-1].get("code_digest") != self.attempt().get("code_digest"):
            LOG.warning("the code has changed since step %d was trained; provenance.json will name both", self.step)


@dataclass(frozen=True)
class Trainer:
    """Trains from the newest checkpoint, or from the start, to the last step of the schedule."""

    schedule: TrainSchedule
    lr_at: Callable[[float], float]
    """Learning rate at a (fractional) epoch."""
    dist: DistContext
    checkpoints: Checkpoints
    checkpoint_every_s: float = 600.0
    event_folder: Path | None = None
    """Where TensorBoard event files go; None: nowhere."""
    bad_videos: BadVideoPolicy | None = None
    """What happens to videos that cannot be read; None where there are no videos."""

    def fit(
        self,
        state: TrainState[Any],
        step: Callable[[Any, Any, int], Metrics],
        batches_from: Callable[[int], Iterator[Any]],
    ) -> None:
        """Train `state` to the end.

        step(model, batch, number) computes gradients, and metrics with "loss" among them.
        batches_from(number) yields the batches of this process from that step on; each has `clip_count` and
        `describe()`.
        Raises TrainingError for a loss or gradient that is not finite, before the weights change; MediaError or
        TrainingError as `bad_videos` decides; SystemExit(75) after a signal to stop.
        """
        if (saved := self.checkpoints.load_newest()) is not None:
            state.load_state_dict(saved)
        self.check_same_step(state.step)
        is_main, total_steps, saved_at = self.dist.is_main, self.schedule.total_steps, time.monotonic()
        with (
            catch_stop_requests() as stop_request,
            open_events(self.event_folder if is_main else None, state.step) as events,
            ProgressMonitor("training", total_steps, state.throughput, state.step, quiet=not is_main) as progress,
            closing(time_waiting(batches_from(state.step))) as batches,
        ):
            for batch, waited_s in batches:
                metrics = self.train_step(state, step, batch)
                events.write("training", metrics)
                state.throughput.add(batch.clip_count * self.dist.world_size, waited_s)
                if (interval := progress.update(state.step, _format_metrics(metrics))) is not None:
                    events.write("speed", interval)
                if self.dist.any_rank(stop_request.signal is not None):
                    self.save_and_exit(state, stop_request)
                if is_main and self.should_save(state.step, time.monotonic() - saved_at):
                    self.checkpoints.save(state.state_dict())
                    events.flush()
                    saved_at = time.monotonic()

    def train_step(self, state: TrainState[Any], step: Callable[[Any, Any, int], Metrics], batch: Any) -> Metrics:
        """One update of the weights; gives the step's row of metrics.csv."""
        epoch = self.schedule.epoch_at(state.step)
        lr = self.lr_at(epoch)
        for group in state.optimizer.param_groups:
            group["lr"] = lr
        # Dropout draws from torch's own generator: seeded by the step, it needs no place in checkpoints.
        torch.manual_seed(int(rng(self.schedule.seed, "step", state.step, self.dist.rank).integers(2**62)))
        state.optimizer.zero_grad(set_to_none=True)
        if self.bad_videos is not None:
            batch = self.bad_videos.apply(batch, state.step + 1, state.dropped, self.dist)
        metrics = step(state.model, batch, state.step)
        fault = find_non_finite(metrics["loss"], state.model)
        if self.dist.any_rank(fault is not None):
            raise TrainingError(
                f"step {state.step} (epoch {epoch:.2f}, rate {lr:.3g}): the loss is {metrics['loss']}{fault or ''}; "
                f"the weights were left as they are and the last checkpoint is whole. Lower the rate, or use precision "
                f"float32. Batch: {batch.describe()}"
            )
        state.optimizer.step()
        state.step += 1
        row = {"step": state.step, "epoch": round(self.schedule.epoch_at(state.step), 6), "rate": lr, **metrics}
        row["dropped"] = sum(video["step"] == state.step for video in state.dropped)
        state.metrics.append(row)
        return row

    def check_same_step(self, step: int) -> None:
        """Raises CheckpointError when the processes would resume from different steps."""
        steps = self.dist.all_gather_object(step)
        if len(set(steps)) > 1:
            raise CheckpointError(
                f"{self.checkpoints.folder}: the processes see different checkpoints (steps {steps}); "
                "a shared disk may lag behind: start again"
            )

    def should_save(self, step: int, elapsed_s: float) -> bool:
        """Whether a checkpoint is due after `step`, `elapsed_s` after the last one."""
        epoch_ends = step % self.schedule.steps_per_epoch == 0
        return step == self.schedule.total_steps or elapsed_s > self.checkpoint_every_s * (0.1 if epoch_ends else 1)

    def save_and_exit(self, state: TrainState[Any], stop_request: StopRequest) -> None:
        """Exit with code 75 (try again) once the checkpoint is saved."""
        if self.dist.is_main:
            self.checkpoints.save(state.state_dict())
        self.dist.barrier()
        LOG.warning(
            "stopped by %s after step %d; checkpoint saved, start again to go on", stop_request.signal, state.step
        )
        raise SystemExit(EX_TEMPFAIL)


def find_non_finite(loss: float, model: nn.Module) -> str | None:
    """None where the loss and all gradients are finite; else what to say after the loss.

    A finite loss can have gradients that are not: the weights would be lost a step before the loss shows it.
    """
    if not math.isfinite(loss):
        return ""
    gradients = [parameter.grad for parameter in model.parameters() if parameter.grad is not None]
    largest = float(nn.utils.get_total_norm(gradients, norm_type=math.inf))
    return None if math.isfinite(largest) else f", but its largest gradient is {largest}"


def _format_metrics(metrics: Metrics) -> str:
    return f"epoch {metrics['epoch']:.2f} loss {metrics['loss']:.4f} rate {metrics['rate']:.3g}"


def build_trainer(
    args: argparse.Namespace,
    settings: Pretrain | Finetune,
    videos: Videos,
    schedule: TrainSchedule,
    dist: DistContext,
    **identity: Any,
) -> Trainer:
    """A trainer whose checkpoints belong to these settings, videos, number of processes, and `identity`."""
    peak_lr = base_rate(settings.optimizer, schedule.global_batch_videos * settings.clips_per_video)
    owner = run_identity(settings, args.seed, videos, dist.world_size, **identity)
    return Trainer(
        schedule,
        lambda epoch: learning_rate(settings.optimizer, epoch, settings.epochs, peak_lr),
        dist,
        Checkpoints(args.out_dir / "checkpoints", owner),
        60 * args.checkpoint_minutes,
        args.out_dir / "tensorboard" if args.tensorboard else None,
        BadVideoPolicy(settings.media, videos),
    )
