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
from typing import Any, Generic, Protocol

import torch
from torch.optim import Optimizer

from hico.data.order import Plan
from hico.errors import TrainingError
from hico.rng import rng
from hico.training.checkpoint import Checkpoints
from hico.training.log import Bar, Row, Speed
from hico.training.processes import Net, Processes
from hico.training.signals import EX_TEMPFAIL, StopRequest, stop_requests

LOG = logging.getLogger(__name__)
LOG_EVERY_S = 30.0


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

    def save(self, checkpoints: Checkpoints) -> None:
        content = {"model": self.model.state_dict(), "optimizer": self.optimizer.state_dict(), "rows": self.rows}
        checkpoints.save(self.step, content)

    def load(self, content: dict[str, Any]) -> None:
        self.model.load_state_dict(content["model"])
        self.optimizer.load_state_dict(content["optimizer"])
        self.rows, self.step = content["rows"], content["step"]


@dataclass(frozen=True)
class Run:
    """One run's arithmetic, rate, place and habits."""

    plan: Plan
    rate: Callable[[float], float]
    """Learning rate at a (fractional) epoch."""
    processes: Processes
    checkpoints: Checkpoints
    checkpoint_every_s: float = 600.0


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
    speed, last_save, last_log = Speed(), time.monotonic(), time.monotonic()
    with stop_requests() as request, Bar("training", run.plan.steps, state.step) as bar:
        for batch, waited_s in _timed(batches(state.step)):
            row = _one_step(state, step, batch, run)
            speed.add(batch.clip_count * run.processes.world, waited_s)
            bar.step(row["loss"])
            if time.monotonic() - last_log > LOG_EVERY_S:
                last_log = time.monotonic()
                _log(state, run, speed.close(state.step))
            if _leaving(request, run):
                _leave(state, run, request)
            if run.processes.main and time.monotonic() - last_save > run.checkpoint_every_s:
                state.save(run.checkpoints)
                last_save = time.monotonic()
    if speed.clips:
        _log(state, run, speed.close(state.step))
    return speed


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


def _timed(batches: Iterator[Any]) -> Iterator[tuple[Any, float]]:
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


def _log(state: State[Any], run: Run, speed: Row) -> None:
    if not run.processes.main:
        return
    row = state.rows[-1]
    LOG.info(
        "step %d/%d epoch %.2f loss %.4f rate %.3g | %.1f clips/s, waiting for data %.0f%%",
        state.step, run.plan.steps, row["epoch"], row["loss"], row["rate"],
        speed["clips_per_s"], 100 * speed["waiting_share"],
    )  # fmt: skip
