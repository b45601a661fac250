"""The loop on a toy network: resumed equals straight, and nothing bad reaches the weights."""

import os
import signal
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import pytest
import torch
from torch import nn

from hico.data.order import Plan, Turn, Turns
from hico.errors import CheckpointError, TrainingError
from hico.training.checkpoint import Checkpoints
from hico.training.log import Row
from hico.training.loop import Run, State, fit
from hico.training.processes import Processes

PLAN = Plan(videos=7, batch_videos=2, epochs=4, seed=3)


@dataclass
class Numbers:
    turns: list[Turn]
    clip_count: int = 2

    def describe(self) -> str:
        return f"videos {[turn.video for turn in self.turns]}"


def batches(start: int) -> Iterator[Numbers]:
    return (Numbers(turns) for turns in Turns(PLAN, start))


def state() -> State:
    torch.manual_seed(0)
    model = nn.Sequential(nn.Linear(1, 4), nn.Dropout(0.5), nn.Linear(4, 1))
    return State(model, torch.optim.Adam(model.parameters()))


def step(state: State, batch: Numbers) -> Row:
    videos = torch.tensor([[float(turn.video)] for turn in batch.turns])
    loss = (state.model(videos) - videos).square().mean()
    loss.backward()
    return {"loss": loss.item()}


def run(folder: Path, every_s: float = 600.0) -> Run:
    one = Processes(0, 1, torch.device("cpu"))
    return Run(PLAN, lambda epoch: 0.1 / (1 + epoch), one, Checkpoints(folder, {"seed": 3}, keep=3), every_s)


def stopping_after(steps: int) -> Callable[[State, Numbers], Row]:
    """The step of an attempt that is interrupted after so many."""
    left = iter(range(steps))

    def one(now: State, batch: Numbers) -> Row:
        if next(left, None) is None:
            raise KeyboardInterrupt
        return step(now, batch)

    return one


def straight(folder: Path) -> State:
    whole = state()
    fit(whole, step, batches, run(folder))
    return whole


@pytest.mark.parametrize("stop_at", [1, 5, 11])
def test_resumed_equals_straight_to_the_bit(tmp_path: Path, stop_at: int) -> None:
    def dying(now: State, batch: Numbers) -> Row:
        if now.step == stop_at:
            raise KeyboardInterrupt
        return step(now, batch)

    with pytest.raises(KeyboardInterrupt):
        fit(state(), dying, batches, run(tmp_path / "a", every_s=0.0))
    resumed, whole = state(), straight(tmp_path / "b")
    fit(resumed, step, batches, run(tmp_path / "a"))
    assert resumed.rows == whole.rows
    for ours, theirs in zip(resumed.model.parameters(), whole.model.parameters(), strict=True):
        assert torch.equal(ours, theirs)


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGUSR1, signal.SIGINT])
def test_a_request_to_stop_saves_and_leaves_with_a_code_to_try_again(tmp_path: Path, number: int) -> None:
    def asked(now: State, batch: Numbers) -> Row:
        if now.step == 4:
            os.kill(os.getpid(), number)
        return step(now, batch)

    with pytest.raises(SystemExit) as leaving:
        fit(state(), asked, batches, run(tmp_path))
    assert leaving.value.code == 75
    saved = run(tmp_path).checkpoints.newest()
    assert saved is not None
    assert saved["step"] == 5
    assert signal.getsignal(signal.SIGTERM) == signal.SIG_IGN, "asked twice, it would end before it has left"
    for one in (signal.SIGTERM, signal.SIGUSR1):
        signal.signal(one, signal.SIG_DFL)


def test_a_request_that_comes_while_the_last_checkpoint_is_written_is_not_lost(tmp_path: Path) -> None:
    class Slow(Checkpoints):
        def save(self, step: int, content: dict[str, Any]) -> Path:
            path = super().save(step, content)
            if step == PLAN.steps:
                os.kill(os.getpid(), signal.SIGTERM)
            return path

    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        fit(state(), step, batches, replace(run(tmp_path), checkpoints=Slow(tmp_path, {"seed": 3})))
        assert heard == [signal.SIGTERM]
        os.kill(os.getpid(), signal.SIGTERM)
        assert len(heard) == 2, "what comes later must not be ignored"
    finally:
        signal.signal(signal.SIGTERM, before)


def test_a_loss_that_is_not_finite_stops_before_the_update(tmp_path: Path) -> None:
    before: list[torch.Tensor] = []

    def exploding(now: State, batch: Numbers) -> Row:
        row = step(now, batch)
        if now.step < 3:
            return row
        before.extend(weight.detach().clone() for weight in now.model.parameters())
        return {"loss": float("nan")}

    now = state()
    with pytest.raises(TrainingError, match=r"step 3 .*loss is nan.*videos \[") as stopped:
        fit(now, exploding, batches, run(tmp_path))
    assert now.rows == straight(tmp_path / "b").rows[:3]
    assert all(torch.equal(weight, old) for weight, old in zip(now.model.parameters(), before, strict=True))
    assert "last checkpoint is whole" in str(stopped.value)


def test_a_gradient_that_is_not_finite_stops_before_the_update_though_the_loss_is(tmp_path: Path) -> None:
    def overflowing(now: State, batch: Numbers) -> Row:
        row = step(now, batch)
        if now.step == PLAN.steps - 1:
            gradient = now.model[0].bias.grad
            assert gradient is not None
            gradient[1] = float("nan")
        return row

    now = state()
    with pytest.raises(TrainingError, match=r"step 11 .*the loss is \d.*, but its largest gradient is nan; .*videos"):
        fit(now, overflowing, batches, run(tmp_path))
    assert all(weight.isfinite().all() for weight in now.model.parameters())


def test_a_run_that_goes_on_knows_its_earlier_attempts(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    def attempt(source: str) -> State:
        now = state()
        now.attempt = lambda: {"code_digest": source}
        return now

    for source in ("old", "new"):
        with pytest.raises(KeyboardInterrupt):
            fit(attempt(source), stopping_after(2), batches, run(tmp_path, every_s=0.0))
    last = attempt("new")
    fit(last, step, batches, run(tmp_path))
    assert last.earlier == [{"code_digest": "old"}, {"code_digest": "new"}]
    assert caplog.text.count("the code has changed since step 2 was trained") == 1


def test_processes_that_see_different_checkpoints_stop(tmp_path: Path) -> None:
    class Lagging(Processes):
        def gathered(self, value: Any) -> list[Any]:
            return [value, 5]

    two = replace(run(tmp_path), processes=Lagging(0, 1, torch.device("cpu")))
    with pytest.raises(CheckpointError, match=r"different checkpoints \(steps \[0, 5\]\)"):
        fit(state(), step, batches, two)


def test_every_epoch_has_every_video_at_most_once_and_another_order() -> None:
    epochs = [[turn.video for s in range(3) for turn in PLAN.turns(3 * e + s)] for e in range(4)]
    assert all(len(set(epoch)) == 6 for epoch in epochs)
    assert len({tuple(epoch) for epoch in epochs}) == 4
    assert PLAN.turns(5) == Plan(7, 2, 4, 3).turns(5) != Plan(7, 2, 4, 4).turns(5)


def test_two_processes_share_a_step_without_overlap() -> None:
    plan = Plan(videos=8, batch_videos=4, epochs=1, seed=0)
    shares = [list(Turns(plan, rank=rank, world=2)) for rank in (0, 1)]
    assert [a + b for a, b in zip(*shares, strict=True)] == [plan.turns(0), plan.turns(1)]


def test_a_batch_larger_than_the_data_set_is_refused() -> None:
    with pytest.raises(TrainingError, match="a step takes 9 videos but only 8 are usable"):
        Plan(videos=8, batch_videos=9, epochs=1, seed=0)
