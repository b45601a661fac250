"""The one training loop: pre-training, fine-tuning and the linear probe differ only in their step.

A step takes the state and a batch, and gives figures. The loop owns order, rate, time,
logging, saving and leaving. All that it saves is a function of the step, so that a run
killed anywhere and started again ends as if it had never been disturbed.
"""

import logging
import math
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, Protocol

import torch
from torch.optim import Optimizer

from hico.data.order import Plan
from hico.errors import TrainingError
from hico.rng import rng
from hico.training.checkpoint import Checkpoints
from hico.training.log import Row, Speed
from hico.training.processes import Net, Processes
from hico.training.signals import EX_TEMPFAIL, StopRequest, stop_requests
from hico.training.watch import Watch, events

LOG = logging.getLogger(__name__)


class Batch(Protocol):
    """What the loop needs to know of a batch."""

    @property
    def clip_count(self) -> int: ...

    def describe(self) -> str: ...


@dataclass
class State(Generic[Net]):
    """All that a run changes: the network, the optimiser, the step, and the figures so far."""

    model: Net
    optimizer: Optimizer
    step: int = 0
    rows: list[Row] = field(default_factory=list)
    speed: Speed = field(default_factory=Speed)

    def save(self, checkpoints: Checkpoints) -> None:
        figures = {"rows": self.rows, "speed": self.speed.rows}
        networks = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict()}
        checkpoints.save(self.step, networks | figures)

    def load(self, content: dict[str, Any]) -> None:
        self.model.load_state_dict(content["model"])
        self.optimizer.load_state_dict(content["optimizer"])
        self.rows, self.speed.rows, self.step = content["rows"], content["speed"], content["step"]


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


def fit(
    state: State[Any],
    step: Callable[[State[Any], Any], Row],
    batches: Callable[[int], Iterator[Any]],
    run: Run,
) -> Speed:
    """Train from the newest checkpoint (or the start) to the end of the plan.

    step(state, batch) computes gradients and figures (a "loss" among them) and leaves the update to the loop;
    batches(start) yields this process's batches from step `start` on.
    Raises TrainingError on a loss that is not finite, before the optimiser touches the weights.
    """
    saved = run.checkpoints.newest()
    if saved is not None:
        state.load(saved)
    main, last_save = run.processes.main, time.monotonic()
    with (
        stop_requests() as request,
        events(run.events if main else None, state.step) as written,
        Watch("training", run.plan.steps, state.speed, state.step, quiet=not main) as watch,
    ):
        for batch, waited_s in timed(batches(state.step)):
            row = _one_step(state, step, batch, run)
            written.write("training", row)
            state.speed.add(batch.clip_count * run.processes.world, waited_s)
            stretch = watch.step(state.step, f"epoch {row['epoch']:.2f} loss {row['loss']:.4f} rate {row['rate']:.3g}")
            if stretch is not None:
                written.write("speed", stretch)
            if _leaving(request, run):
                _leave(state, run, request)
            if main and time.monotonic() - last_save > run.checkpoint_every_s:
                state.save(run.checkpoints)
                written.flush()
                last_save = time.monotonic()
    return state.speed


def _one_step(state: State[Any], step: Callable[[State[Any], Any], Row], batch: Batch, run: Run) -> Row:
    epoch = run.plan.epoch(state.step)
    rate = run.rate(epoch)
    for group in state.optimizer.param_groups:
        group["lr"] = rate
    # Dropout draws from torch's own stream: begin it anew from the step, and nothing needs saving.
    torch.manual_seed(int(rng(run.plan.seed, "step", state.step, run.processes.rank).integers(2**62)))
    state.optimizer.zero_grad(set_to_none=True)
    figures = step(state, batch)
    if run.processes.any(not math.isfinite(figures["loss"])):
        raise TrainingError(
            f"step {state.step} (epoch {epoch:.2f}, rate {rate:.3g}): the loss is {figures['loss']}; the weights were "
            f"left as they are and the last checkpoint is whole. Lower the rate, or use precision float32. "
            f"Batch: {batch.describe()}"
        )
    state.optimizer.step()
    state.step += 1
    row = {"step": state.step, "epoch": round(run.plan.epoch(state.step), 6), "rate": rate, **figures}
    state.rows.append(row)
    return row


def timed(batches: Iterator[Any]) -> Iterator[tuple[Any, float]]:
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
