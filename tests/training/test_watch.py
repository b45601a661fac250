"""Watching a run: what is said, where, and event files that go on after a resume."""

import argparse
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch import nn

from hico.data.order import Plan
from hico.errors import TrainingError
from hico.stages.training import TENSORBOARD, add_arguments, event_folder
from hico.training.checkpoint import Checkpoints
from hico.training.log import Row, Speed
from hico.training.loop import Run, State, fit
from hico.training.processes import Processes
from hico.training.watch import Watch, events

PLAN = Plan(videos=4, batch_videos=2, epochs=3, seed=0)


class Two:
    clip_count = 2

    def describe(self) -> str:
        return "two"


def batches(start: int) -> Iterator[Two]:
    return (Two() for _ in range(PLAN.steps - start))


def step(state: State, batch: Two) -> Row:
    loss = state.model(torch.ones(1, 1)).square().sum()
    loss.backward()
    return {"loss": loss.item()}


def train(folder: Path, stop_at: int = -1, event_files: bool = False) -> State:
    def stopping(now: State, batch: Two) -> Row:
        if now.step == stop_at:
            raise KeyboardInterrupt
        return step(now, batch)

    model = nn.Linear(1, 1)
    state = State(model, torch.optim.SGD(model.parameters()))
    one = Processes(0, 1, torch.device("cpu"))
    folder_of_events = folder / "tensorboard" if event_files else None
    fit(state, stopping, batches, Run(PLAN, lambda _: 0.1, one, Checkpoints(folder, {}), 0.0, folder_of_events))
    return state


def test_a_log_line_tells_figures_speed_waiting_and_time_left(caplog: pytest.LogCaptureFixture) -> None:
    speed = Speed()
    with caplog.at_level(logging.INFO), Watch("training", 4, speed) as watch:
        speed.begun -= 10.0
        speed.add(clips=30, waited_s=1.0)
        assert watch.step(1, "loss 0.5") is None
        watch.logged -= 60
        stretch = watch.step(1, "loss 0.5")
    assert caplog.messages == ["training 1/4 loss 0.5 | 3.0 clips/s, waiting for data 10%, 0:00:30 left"]
    assert stretch is not None
    assert stretch["clips_per_s"] == pytest.approx(3, rel=0.01)
    assert speed.clips == 0


def test_a_terminal_shows_the_same_live(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    speed = Speed()
    with Watch("training", 4, speed) as watch:
        speed.begun -= 10.0
        speed.add(clips=30, waited_s=1.0)
        watch.step(1, "loss 0.5")
    shown = capsys.readouterr().err
    for part in ("loss 0.5", "1/4", "3.0 clips/s", "waiting for data 10%", "0:00:30 left"):
        assert part in shown


def test_speed_goes_on_after_a_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hico.training.watch.LOG_EVERY_S", -1.0)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, stop_at=3)
    assert [row["step"] for row in train(tmp_path).speed.rows] == [1, 2, 3, 4, 5, 6]
    assert not (tmp_path / "tensorboard").exists()


def test_event_files_hold_each_step_once_after_a_resume(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, 3, event_files=True)
    with events(tmp_path / "tensorboard", 3) as written:
        written.write("training", {"step": 4, "loss": -1.0})
    state = train(tmp_path, event_files=True)
    found = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert [event.step for event in found.Scalars("training/loss")] == [1, 2, 3, 4, 5, 6]
    assert [event.value for event in found.Scalars("training/loss")] == pytest.approx([r["loss"] for r in state.rows])
    assert "speed/clips_per_s" in found.Tags()["scalars"]


def test_without_the_package_the_error_says_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(TrainingError, match="pip install tensorboard"), events(tmp_path, 0):
        pass


@pytest.mark.parametrize(
    ("variable", "given", "wanted"), [("", [], False), ("1", [], True), ("", ["--tensorboard"], True)]
)
def test_option_and_variable(monkeypatch: pytest.MonkeyPatch, variable: str, given: list[str], wanted: bool) -> None:
    monkeypatch.setenv(TENSORBOARD, variable)
    parser = argparse.ArgumentParser()
    parser.add_argument("--out-dir", type=Path)
    add_arguments(parser)
    folder = event_folder(parser.parse_args(["--out-dir", "run", *given]))
    assert folder == (Path("run/tensorboard") if wanted else None)
