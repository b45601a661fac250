"""Stages beside each other on one machine take different GPUs."""

import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

SMI = "#!/bin/sh\nprintf '%s\\n' 0 1 2 3\n"
STAGE = """
import os, pathlib, time
pathlib.Path(f"seen.{os.getpid()}").write_text(os.environ.get("CUDA_VISIBLE_DEVICES", "all"))
while not os.path.exists("go"):
    time.sleep(0.05)
"""


@pytest.fixture
def machine(tmp_path: Path, root: Path) -> "Machine":
    """A machine of four GPUs, on which stages only say which of them they see, and wait."""
    (tmp_path / "nvidia-smi").write_text(SMI, encoding="utf-8")
    (tmp_path / "nvidia-smi").chmod(0o755)
    (tmp_path / "waiting.py").write_text(STAGE, encoding="utf-8")
    return Machine(tmp_path, root / "src")


class Machine:
    def __init__(self, folder: Path, source: Path) -> None:
        self.folder = folder
        path = os.pathsep.join([str(folder), os.environ["PATH"]])
        self.environment = {**os.environ, "PATH": path, "XDG_CACHE_HOME": str(folder), "PYTHONPATH": str(source)}
        self.environment.pop("CUDA_VISIBLE_DEVICES", None)

    def start(self, gpus: int, **more: str) -> "subprocess.Popen[str]":
        launch = ["hico.training.launch", str(gpus)] if gpus else []
        command = [sys.executable, "-m", *launch, "waiting"]
        return subprocess.Popen(
            command, cwd=self.folder, env=self.environment | more, stderr=subprocess.PIPE, text=True
        )

    def seen(self, processes: int) -> list[str]:
        """What so many processes saw, once they have all begun."""
        end = time.monotonic() + 30
        while len(said := [text for path in self.folder.glob("seen.*") if (text := path.read_text())]) < processes:
            assert time.monotonic() < end, said
            time.sleep(0.02)
        return sorted(said)

    def finish(self, *stages: "subprocess.Popen[str]") -> None:
        (self.folder / "go").touch()
        for stage in stages:
            assert stage.wait(timeout=30) == 0, stage.communicate()[1]


def test_each_has_its_own(machine: Machine) -> None:
    stages = [machine.start(1), machine.start(2), machine.start(1)]
    seen = [gpu for gpus in set(machine.seen(4)) for gpu in gpus.split(",")]
    late = machine.start(1)
    assert late.wait(timeout=30) == 2
    assert "waiting needs 1 GPUs, and runs beside it leave 0 of 4" in late.communicate()[1]
    machine.finish(*stages)
    assert sorted(seen) == ["0", "1", "2", "3"]


def test_what_was_given_out_already_is_kept(machine: Machine) -> None:
    stages = [machine.start(1, CUDA_VISIBLE_DEVICES="3"), machine.start(1, CUDA_VISIBLE_DEVICES="3"), machine.start(0)]
    assert machine.seen(3) == ["3", "3", "all"]
    machine.finish(*stages)
