"""A run killed at any moment and started again ends with the very bytes of one that was never disturbed."""

import contextlib
import json
import os
import random
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

Tables = Callable[[str], dict[str, Path]]
OUTPUTS = {
    "pretrain": ("weights.safetensors", "metrics.csv", "topics.npz", "dropped.csv"),
    "finetune": ("metrics.json", "metrics.csv", "predictions.parquet", "dropped.csv"),
}
WRITING = [("writing", 0), ("written", 1), ("renamed", 0), ("writing", 2)]
"""Moments of writing a checkpoint, and how many of them the process survives."""


class Stages:
    """Starts stages in processes of their own."""

    def __init__(self, process: "subprocess.Popen[str]") -> None:
        self.process = process

    def start(
        self,
        stage: str,
        out: Path,
        options: dict[str, Any],
        crash: tuple[str, int] | None = None,
        log: Path | None = None,
    ) -> int:
        given = {**options, "out-dir": out}
        words = [word for name, value in given.items() for word in (f"--{name.replace('_', '-')}", str(value))]
        out.mkdir(parents=True, exist_ok=True)
        return self._ask({"stage": stage, "words": words, "log": str(log or out / "log"), "crash": crash})

    def wait(self, number: int) -> int:
        """Exit code; negative for a signal."""
        return self._ask({"wait": number})

    def run(self, stage: str, out: Path, options: dict[str, Any]) -> None:
        assert self.wait(self.start(stage, out, options)) == 0, (out / "log").read_text()

    def _ask(self, request: dict[str, Any]) -> int:
        assert self.process.stdin is not None
        assert self.process.stdout is not None
        self.process.stdin.write(json.dumps(request) + "\n")
        self.process.stdin.flush()
        return int(self.process.stdout.readline())


@pytest.fixture(scope="module")
def stages() -> Iterator[Stages]:
    command = [sys.executable, str(Path(__file__).with_name("forking.py"))]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    with subprocess.Popen(
        command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as process:
        yield Stages(process)


@pytest.fixture(scope="module")
def options(stages: Stages, tables: Tables, synthetic: Path, tiny_pretrain: Any, tiny_task: Any) -> dict[str, Any]:
    """Options of a run of 36 steps of each stage, which saves a checkpoint at every one."""
    longer = json.dumps({**tiny_pretrain, "epochs": 18})
    pretrain = {"experiment": "hico", "settings": longer, "seed": 1, **tables("untrimmed")}
    stages.run("pretrain", synthetic / "undisturbed/pretrain", {**pretrain, "workers": 0})
    weights = synthetic / "undisturbed/pretrain/weights.safetensors"
    task = json.dumps({**tiny_task, "batch_videos": 4, "epochs": 9, "dropout": 0.5})
    finetune = {"task": "actions", "settings": task, "seed": 1, "weights": weights, **tables("actions")}
    stages.run("finetune", synthetic / "undisturbed/finetune", {**finetune, "workers": 0})
    often = {"checkpoint_minutes": 0, "workers": 0}
    return {"pretrain": pretrain | often, "finetune": finetune | often}


def assert_same(stage: str, out: Path, undisturbed: Path) -> None:
    for name in OUTPUTS[stage]:
        assert (out / name).read_bytes() == (undisturbed / name).read_bytes(), name
    assert not list((out / "checkpoints").glob("step*"))


def newest(out: Path) -> str:
    return max((path.name for path in (out / "checkpoints").glob("step*.ckpt")), default="")


def wait_for_checkpoints(out: Path, count: int) -> None:
    for _ in range(count):
        before, end = newest(out), time.monotonic() + 60
        while newest(out) == before:
            assert time.monotonic() < end, (out / "log").read_text()
            time.sleep(0.002)


def kill(stages: Stages, stage: str, out: Path, options: Any, chance: random.Random, progress: bool) -> None:
    """Start it, and kill it at a random moment; with `progress`, after it has saved something."""
    process = stages.start(stage, out, options)
    wait_for_checkpoints(out, chance.randint(1, 2) if progress else 0)
    time.sleep(chance.uniform(0, 0.05 if progress else 0.2))
    os.kill(process, signal.SIGKILL)
    assert stages.wait(process) == -signal.SIGKILL, (out / "log").read_text()


@pytest.mark.parametrize("name", ["pretrain", "finetune"])
def test_killed_ten_times_and_the_same_bytes(name: str, stages: Stages, options: Any, synthetic: Path) -> None:
    out, chance = synthetic / "killed" / name, random.Random(name)
    moments: list[tuple[str, int] | bool] = [*WRITING, False, False, *[True] * 4]
    chance.shuffle(moments)
    for moment in moments:
        if isinstance(moment, bool):
            kill(stages, name, out, options[name], chance, moment)
        else:
            process = stages.start(name, out, options[name], crash=moment)
            assert stages.wait(process) == -signal.SIGKILL, (out / "log").read_text()
    assert "step0000000" in newest(out)
    stages.run(name, out, options[name])
    assert_same(name, out, synthetic / "undisturbed" / name)


@pytest.mark.parametrize("name", ["pretrain", "finetune"])
def test_with_workers_too(name: str, stages: Stages, options: Any, synthetic: Path) -> None:
    out, chance = synthetic / "killed3" / name, random.Random(name)
    for _ in range(2):
        kill(stages, name, out, {**options[name], "workers": 3}, chance, progress=True)
    stages.run(name, out, {**options[name], "workers": 3})
    assert_same(name, out, synthetic / "undisturbed" / name)


@pytest.mark.parametrize(("signal_number", "workers"), [(signal.SIGTERM, 0), (signal.SIGUSR1, 1)])
def test_asked_to_stop_it_saves_and_says_try_again(
    signal_number: signal.Signals, workers: int, stages: Stages, options: Any, synthetic: Path
) -> None:
    out, given = synthetic / f"asked{workers}", {**options["pretrain"], "workers": workers}
    process = stages.start("pretrain", out, given)
    wait_for_checkpoints(out, 1)
    os.killpg(process, signal_number)  # workers too, as a scheduler does it
    assert stages.wait(process) == 75
    assert f"stopped by {signal_number.name} after step" in (out / "log").read_text()
    stages.run("pretrain", out, {**given, "checkpoint_minutes": 10})
    assert_same("pretrain", out, synthetic / "undisturbed/pretrain")
    assert len(json.loads((out / "provenance.json").read_text())["attempts"]) == 2


def test_a_second_job_stops_and_names_the_first(stages: Stages, options: Any, synthetic: Path) -> None:
    out = synthetic / "twice"
    first = stages.start("pretrain", out, options["pretrain"])
    wait_for_checkpoints(out, 1)
    second = stages.start("pretrain", out, options["pretrain"])
    assert stages.wait(second) == 2
    assert f"process {first} on {socket.gethostname()} is writing this run" in (out / "log").read_text()
    assert stages.wait(first) == 0
    assert_same("pretrain", out, synthetic / "undisturbed/pretrain")


def test_a_full_disk_stops_the_run_and_room_lets_it_go_on(
    stages: Stages, options: Any, synthetic: Path, small_disk: Path, tmp_path: Path
) -> None:
    out, ballast, log = small_disk / "run", small_disk / "ballast", tmp_path / "log"
    process = stages.start("pretrain", out, options["pretrain"], log=log)
    wait_for_checkpoints(out, 1)
    with ballast.open("wb", buffering=0) as stream:
        while "error:" not in log.read_text():  # removing an old checkpoint makes room again
            with contextlib.suppress(OSError):
                stream.write(bytes(2**12))
    assert stages.wait(process) == 2
    ballast.unlink()
    wanted = r"error: .*/checkpoints/step\d+\.ckpt: cannot be written: no space left, [\d.]+ MiB free on the disk of"
    assert re.search(wanted, log.read_text()), log.read_text()
    saved = newest(out)
    stages.run("pretrain", out, options["pretrain"])
    assert f"resuming from {out}/checkpoints/{saved}" in (out / "log").read_text()
    assert_same("pretrain", out, synthetic / "undisturbed/pretrain")
