"""The one training loop: pre-training, fine-tuning and the linear probe differ only in their step.

A step takes the state and a batch, and gives figures. The loop owns order, rate, time,
logging, saving and leaving. All that it saves is a function of the step, so that a run
killed anywhere and started again ends as if it had never been disturbed.

Checkpoints are written every N minutes, at the end of an epoch once a tenth of N has passed since the last one
(short epochs would otherwise do little else), when the process is asked to leave, and after the last step.
"""

import logging
import math
import time
from collections.abc import Callable, Generator, Iterator
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic

import torch
from torch import nn
from torch.optim import Optimizer

from hico.data.order import Plan
from hico.errors import CheckpointError, TrainingError
from hico.rng import rng
from hico.training.checkpoint import Checkpoints
from hico.training.dropping import Dropped, Dropping
from hico.training.log import Row, Speed
from hico.training.processes import Net, Processes
from hico.training.signals import EX_TEMPFAIL, StopRequest, stop_requests
from hico.training.watch import Watch, events

LOG = logging.getLogger(__name__)


@dataclass
class State(Generic[Net]):
    """All that a run changes: the network, the optimizer, the step, the figures so far, and the videos dropped."""

    model: Net
    optimizer: Optimizer
    attempt: Callable[[], Row] = dict
    """The record of this attempt until now: `provenance.Record.attempt`."""
    earlier: list[Row] = field(default_factory=list)
    """Those of the attempts that this one goes on from."""
    step: int = 0
    rows: list[Row] = field(default_factory=list)
    speed: Speed = field(default_factory=Speed)
    dropped: Dropped = field(default_factory=list)

    def save(self, checkpoints: Checkpoints) -> None:
        figures = {"rows": self.rows, "speed": self.speed.rows, "dropped": self.dropped}
        networks = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        checkpoints.save(self.step, networks | figures | {"attempts": [*self.earlier, self.attempt()]})

    def load(self, content: dict[str, Any]) -> None:
        self.model.load_state_dict(content["model"])
        self.optimizer.load_state_dict(content["optimizer"])
        self.rows, self.speed.rows, self.step = content["rows"], content["speed"], content["step"]
        self.dropped, self.earlier = content["dropped"], content["attempts"]
        if self.earlier[-1].get("code_digest") != self.attempt().get("code_digest"):
            LOG.warning("the code has changed since step %d was trained; provenance.json will name both", self.step)


@dataclass(frozen=True)
class Run:
    """One run's arithmetic, rate, place and habits."""

    plan: Plan
    rate: Callable[[float], float]
    """Learning rate at a (fractional) epoch."""
    processes: Processes
    checkpoints: Checkpoints
    checkpoint_every_s: float = 600.0
    events: Path | None = None
    """Folder of TensorBoard's event files, if they are asked for."""
    dropping: Dropping | None = None
    """What becomes of videos that cannot be read, where there are any."""


def fit(
    state: State[Any],
    step: Callable[[State[Any], Any], Row],
    batches: Callable[[int], Iterator[Any]],
    run: Run,
) -> Speed:
    """Train from the newest checkpoint (or the start) to the end of the plan.

    step(state, batch) computes gradients and figures (a "loss" among them) and leaves the update to the loop;
    batches(start) yields this process's batches from step `start` on; each has clip_count and describe().
    Raises TrainingError on a loss or gradient that is not finite, before the optimizer touches the weights;
    MediaError or TrainingError as `run.dropping` says.
    """
    saved = run.checkpoints.newest()
    if saved is not None:
        state.load(saved)
    _agree(state.step, run)
    main, last_save = run.processes.main, time.monotonic()
    with (
        stop_requests() as request,
        events(run.events if main else None, state.step) as written,
        Watch("training", run.plan.steps, state.speed, state.step, quiet=not main) as watch,
        closing(timed(batches(state.step))) as waited,
    ):
        for batch, waited_s in waited:
            row = _one_step(state, step, batch, run)
            written.write("training", row)
            state.speed.add(batch.clip_count * run.processes.world, waited_s)
            stretch = watch.step(state.step, f"epoch {row['epoch']:.2f} loss {row['loss']:.4f} rate {row['rate']:.3g}")
            if stretch is not None:
                written.write("speed", stretch)
            if _leaving(request, run):
                _leave(state, run, request)
            if main and _due(run, state.step, time.monotonic() - last_save):
                state.save(run.checkpoints)
                written.flush()
                last_save = time.monotonic()
    return state.speed


def _agree(step: int, run: Run) -> None:
    """Raises CheckpointError when the processes of a run would go on from different steps."""
    steps = run.processes.gathered(step)
    if len(set(steps)) > 1:
        raise CheckpointError(
            f"{run.checkpoints.folder}: the processes see different checkpoints (steps {steps}); "
            "a shared disk may lag behind: start again"
        )


def _due(run: Run, step: int, since_s: float) -> bool:
    epoch_ends = step % run.plan.steps_per_epoch == 0
    return step == run.plan.steps or since_s > run.checkpoint_every_s * (0.1 if epoch_ends else 1)


def _one_step(state: State[Any], step: Callable[[State[Any], Any], Row], batch: Any, run: Run) -> Row:
    epoch = run.plan.epoch(state.step)
    rate = run.rate(epoch)
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    # Dropout draws from torch's own stream: begin it anew from the step, and nothing needs saving.
    torch.manual_seed(int(rng(run.plan.seed, "step", state.step, run.processes.rank).integers(2**62)))
    state.optimizer.zero_grad(set_to_none=True)
    if run.dropping is not None:
        batch = run.dropping.settled(batch, state.step + 1, state.dropped, run.processes)
    figures = step(state, batch)
    wrong = _not_finite(figures["loss"], state.model)
    if run.processes.any(wrong is not None):
        raise TrainingError(
            f"step {state.step} (epoch {epoch:.2f}, rate {rate:.3g}): the loss is {figures['loss']}{wrong or ''}; "
            f"the weights were left as they are and the last checkpoint is whole. Lower the rate, or use precision "
            f"float32. Batch: {batch.describe()}"
        )
    state.optimizer.step()
    state.step += 1
    row = {"step": state.step, "epoch": round(run.plan.epoch(state.step), 6), "rate": rate, **figures}
    row["dropped"] = sum(one["step"] == state.step for one in state.dropped)
    state.rows.append(row)
    return row


def _not_finite(loss: float, model: nn.Module) -> str | None:
    """What there is to say beside the loss where it, or a gradient of it, is not finite; None where all are.

    A finite loss may have gradients that are not: the weights would be lost a step before the loss tells.
    """
    if not math.isfinite(loss):
        return ""
    gradients = [one.grad for one in model.parameters() if one.grad is not None]
    largest = float(nn.utils.get_total_norm(gradients, norm_type=math.inf))
    return None if math.isfinite(largest) else f", but its largest gradient is {largest}"


def timed(batches: Iterator[Any]) -> Generator[tuple[Any, float]]:
    """Each batch with the seconds spent waiting for it."""
    while True:
        begun = time.perf_counter()
        batch = next(batches, None)
        if batch is None:
            return
        yield batch, time.perf_counter() - begun


def _leaving(request: StopRequest, run: Run) -> bool:
    return run.processes.any(request.signal is not None)


def _leave(state: State[Any], run: Run, request: StopRequest) -> None:
    if run.processes.main:
        state.save(run.checkpoints)
    run.processes.wait()
    LOG.warning("stopped by %s after step %d; checkpoint saved, start again to go on", request.signal, state.step)
    raise SystemExit(EX_TEMPFAIL)
