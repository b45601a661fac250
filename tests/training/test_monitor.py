"""Monitoring a run: log lines, a progress bar, and event files that continue after a resume."""

import argparse
import logging
import sys
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pyarrow as pa
import pytest
import torch
from tensorboard.backend.event_processing.event_accumulator import EventAccumulator
from torch import nn

from hico.config.experiments import Pretrain
from hico.data.sampler import TrainSchedule
from hico.data.videos import Videos
from hico.errors import TrainingError
from hico.stages.command import TENSORBOARD, add_training_arguments
from hico.training.checkpoint import Checkpoints
from hico.training.distributed import DistContext
from hico.training.monitor import Metrics, ProgressMonitor, Throughput, open_events
from hico.training.trainer import Trainer, TrainState, build_trainer

SCHEDULE = TrainSchedule(num_videos=4, global_batch_videos=2, epochs=3, seed=0)


class FakeBatch:
    clip_count = 2

    def describe(self) -> str:
        return "two"


def batches(start: int) -> Iterator[FakeBatch]:
    return (FakeBatch() for _ in range(SCHEDULE.total_steps - start))


def step(model: nn.Module, batch: FakeBatch, number: int) -> Metrics:
    loss = model(torch.ones(1, 1)).square().sum()
    loss.backward()
    return {"loss": loss.item()}


def train(folder: Path, stop_at: int = -1, event_files: bool = False) -> TrainState:
    def stopping(model: nn.Module, batch: FakeBatch, number: int) -> Metrics:
        if number == stop_at:
            raise KeyboardInterrupt
        return step(model, batch, number)

    model = nn.Linear(1, 1)
    state = TrainState(model, torch.optim.SGD(model.parameters()))
    dist = DistContext(0, 1, torch.device("cpu"))
    event_folder = folder / "tensorboard" if event_files else None
    trainer = Trainer(SCHEDULE, lambda _: 0.1, dist, Checkpoints(folder, {}), 0.0, event_folder)
    trainer.fit(state, stopping, batches)
    return state


def test_a_log_line_has_throughput_and_time_left(caplog: pytest.LogCaptureFixture) -> None:
    throughput = Throughput()
    with caplog.at_level(logging.INFO), ProgressMonitor("training", 4, throughput) as progress:
        throughput.started -= 10.0
        throughput.add(clips=30, waited_s=1.0)
        assert progress.update(1, "loss 0.5") is None
        progress.logged -= 60
        interval = progress.update(1, "loss 0.5")
    assert caplog.messages == ["training 1/4 loss 0.5 | 3.0 clips/s, waiting for data 10%, 0:00:30 left"]
    assert interval is not None
    assert interval["clips_per_s"] == pytest.approx(3, rel=0.01)
    assert throughput.clips == 0


def test_a_terminal_shows_a_progress_bar(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("FORCE_COLOR", "1")
    monkeypatch.setenv("COLUMNS", "160")
    monkeypatch.setattr(sys.stderr, "isatty", lambda: True)
    throughput = Throughput()
    with ProgressMonitor("training", 4, throughput) as progress:
        throughput.started -= 10.0
        throughput.add(clips=30, waited_s=1.0)
        progress.update(1, "loss 0.5")
    shown = capsys.readouterr().err
    for part in ("loss 0.5", "1/4", "3.0 clips/s", "waiting for data 10%", "0:00:30 left"):
        assert part in shown


def test_throughput_continues_after_a_resume(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hico.training.monitor.LOG_EVERY_S", -1.0)
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, stop_at=3)
    assert [row["step"] for row in train(tmp_path).throughput.rows] == [1, 2, 3, 4, 5, 6]
    assert not (tmp_path / "tensorboard").exists()


def test_event_files_have_each_step_once(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt):
        train(tmp_path, 3, event_files=True)
    with open_events(tmp_path / "tensorboard", 3) as events:
        events.write("training", {"step": 4, "loss": -1.0})
    state = train(tmp_path, event_files=True)
    found = EventAccumulator(str(tmp_path / "tensorboard")).Reload()
    assert [event.step for event in found.Scalars("training/loss")] == [1, 2, 3, 4, 5, 6]
    assert [event.value for event in found.Scalars("training/loss")] == pytest.approx(
        [r["loss"] for r in state.metrics]
    )
    assert "speed/clips_per_s" in found.Tags()["scalars"]


def test_the_missing_package_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "torch.utils.tensorboard", None)
    with pytest.raises(TrainingError, match="pip install tensorboard"), open_events(tmp_path, 0):
        pass


@pytest.mark.parametrize(
    ("variable", "given", "wanted"), [("", [], False), ("1", [], True), ("", ["--tensorboard"], True)]
)
def test_tensorboard_option_and_variable(
    monkeypatch: pytest.MonkeyPatch, variable: str, given: list[str], wanted: bool
) -> None:
    monkeypatch.setenv(TENSORBOARD, variable)
    parser = argparse.ArgumentParser()
    parser.add_argument("--out-dir", type=Path)
    add_training_arguments(parser)
    args = parser.parse_args(["--out-dir", "run", *given])
    args.seed = 0
    videos = Videos(pa.table({"video_id": ["a"], "size_bytes": [1]}), np.array([-1]))
    settings = Pretrain(method="hico", data="any")
    trainer = build_trainer(args, settings, videos, SCHEDULE, DistContext(0, 1, torch.device("cpu")))
    assert trainer.event_folder == (Path("run/tensorboard") if wanted else None)
