"""The trainer on a toy network: resuming gives the same bits, and no loss that is not finite reaches the weights."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from hico.data.sampler import SampleSpec, ShardedBatchSampler, TrainSchedule
from hico.errors import CheckpointError, TrainingError
from hico.training.checkpoint import Checkpoints
from hico.training.distributed import DistContext
from hico.training.monitor import Metrics
from hico.training.trainer import Trainer, TrainState

SCHEDULE = TrainSchedule(num_videos=7, global_batch_videos=2, epochs=4, seed=3)


@dataclass
class FakeBatch:
    samples: list[SampleSpec]
    clip_count: int = 2

    def describe(self) -> str:
        return f"videos {[sample.video for sample in self.samples]}"


def batches(start: int) -> Iterator[FakeBatch]:
    return (FakeBatch(samples) for samples in ShardedBatchSampler(SCHEDULE, start))


def new_state() -> TrainState:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    return TrainState(model, torch.optim.Adam(model.parameters()))


def step(model: nn.Module, batch: FakeBatch, number: int) -> Metrics:
    videos = torch.tensor([[float(sample.video)] for sample in batch.samples])
    loss = (model(videos) - videos).square().mean()
    loss.backward()
    return {"loss": loss.item()}


def new_trainer(folder: Path, every_s: float = 600.0) -> Trainer:
    dist = DistContext(0, 1, torch.device("cpu"))
    return Trainer(SCHEDULE, lambda epoch: 0.1 / (1 + epoch), dist, Checkpoints(folder, {"seed": 3}, keep=3), every_s)


def stopping_after(steps: int) -> Callable[[nn.Module, FakeBatch, int], Metrics]:
    """The step of an attempt that is interrupted after so many."""
    left = iter(range(steps))

    def interrupted(model: nn.Module, batch: FakeBatch, number: int) -> Metrics:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return step(model, batch, number)

    return interrupted


def train_straight(folder: Path) -> TrainState:
    state = new_state()
    new_trainer(folder).fit(state, step, batches)
    return state


@pytest.mark.parametrize("stop_at", [1, 5, 11])
def test_resumed_equals_straight_to_the_bit(tmp_path: Path, stop_at: int) -> None:
    def dying(model: nn.Module, batch: FakeBatch, number: int) -> Metrics:
        if number == stop_at:
            raise KeyboardInterrupt
        return step(model, batch, number)

    with pytest.raises(KeyboardInterrupt):
        new_trainer(tmp_path / "a", every_s=0.0).fit(new_state(), dying, batches)
    resumed, whole = new_state(), train_straight(tmp_path / "b")
    new_trainer(tmp_path / "a").fit(resumed, step, batches)
    assert resumed.metrics == whole.metrics
    for ours, theirs in zip(resumed.model.parameters(), whole.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1, signal.SIGINT])
def test_a_stop_request_saves_and_exits_with_75(tmp_path: Path, number: int) -> None:
    def asked(model: nn.Module, batch: FakeBatch, at: int) -> Metrics:
        if at == 4:
            os.kill(os.getpid(), number)
        return step(model, batch, at)

    with pytest.raises(SystemExit) as leaving:
        new_trainer(tmp_path).fit(new_state(), asked, batches)
    assert leaving.value.code == 75
    saved = new_trainer(tmp_path).checkpoints.load_newest()
    assert saved is not None
    assert saved["step"] == 5
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN, "a second request would end it before it has exited"
    for one in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(one, signal.SIG_DFL)


def test_a_request_in_the_last_save_is_not_lost(tmp_path: Path) -> None:
    class Interrupted(Checkpoints):
        def save(self, state: dict[str, Any]) -> Path:
            path = super().save(state)
            if state["step"] == SCHEDULE.total_steps:
                os.kill(os.getpid(), signal.SIGTERM)
            return path

    received: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: received.append(number))
    try:
        trainer = replace(new_trainer(tmp_path), checkpoints=Interrupted(tmp_path, {"seed": 3}))
        trainer.fit(new_state(), step, batches)
        assert received == [signal.SIGTERM]
        os.kill(os.getpid(), signal.SIGTERM)
        assert len(received) == 2, "what comes later must not be ignored"
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_non_finite_loss_stops_before_the_update(tmp_path: Path) -> None:
    before: list[torch.Tensor] = []

    def exploding(model: nn.Module, batch: FakeBatch, number: int) -> Metrics:
        metrics = step(model, batch, number)
        if number < 3:
            return metrics
        before.extend(weight.detach().clone() for weight in model.parameters())
        return {"loss": float("nan")}

    state = new_state()
    with pytest.raises(TrainingError, match=r"step 3 .*loss is nan.*videos \[") as stopped:
        new_trainer(tmp_path).fit(state, exploding, batches)
    assert state.metrics == train_straight(tmp_path / "b").metrics[:3]
    assert all(torch.equal(weight, old) for weight, old in zip(state.model.parameters(), before, strict=True))
    assert "last checkpoint is whole" in str(stopped.value)


def test_a_non_finite_gradient_stops_too(tmp_path: Path) -> None:
    def overflowing(model: nn.Sequential, batch: FakeBatch, number: int) -> Metrics:
        metrics = step(model, batch, number)
        if number == SCHEDULE.total_steps - 1:
            gradient = model[0].bias.grad
            assert gradient is not None
            gradient[1] = float("nan")
        return metrics

    state = new_state()
    with pytest.raises(TrainingError, match=r"step 11 .*the loss is \d.*, but its largest gradient is nan; .*videos"):
        new_trainer(tmp_path).fit(state, overflowing, batches)
    assert all(weight.isfinite().all() for weight in state.model.parameters())


def test_a_resumed_run_has_its_earlier_attempts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def attempt(source: str) -> TrainState:
        state = new_state()
        state.attempt = lambda: {"code_digest": source}
        return state

    for source in ("old", "new"):
        with pytest.raises(KeyboardInterrupt):
            new_trainer(tmp_path, every_s=0.0).fit(attempt(source), stopping_after(2), batches)
    last = attempt("new")
    new_trainer(tmp_path).fit(last, step, batches)
    assert last.earlier_attempts == [{"code_digest": "old"}, {"code_digest": "new"}]
    assert caplog.text.count("the code has changed since step 2 was trained") == 1


def test_processes_of_different_steps_stop(tmp_path: Path) -> None:
    class Lagging(DistContext):
        def all_gather_object(self, value: Any) -> list[Any]:
            return [value, 5]

    two = replace(new_trainer(tmp_path), dist=Lagging(0, 1, torch.device("cpu")))
    with pytest.raises(CheckpointError, match=r"different checkpoints \(steps \[0, 5\]\)"):
        two.fit(new_state(), step, batches)


def test_checkpoints_have_the_keys_of_format_2() -> None:
    """Whatever the fields are called: a run of an older version can be resumed."""
    assert new_state().state_dict().keys() == {"model", "optimizer", "step", "rows", "speed", "dropped", "attempts"}
