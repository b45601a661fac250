"""The launcher: its exit code is that of its processes, and none outlives it."""

import subprocess
import sys
import time
from pathlib import Path

import pytest

from hico.training.launch import launch

HANG_S = 60.0


def one(code: str) -> list[str]:
    """A process that knows its rank and how many there are."""
    given = "import os, sys, time; rank, world = int(os.environ['RANK']), int(os.environ['WORLD_SIZE'])"
    return [sys.executable, "-c", f"{given}; {code}"]


@pytest.mark.parametrize(
    ("code", "left_with"),
    [
        ("sys.exit(0 if (world, int(os.environ['LOCAL_RANK'])) == (2, rank) else 1)", 0),
        ("sys.exit(75)", 75),
        ("sys.exit(2 * rank)", 2),
        ("os.kill(os.getpid(), 9 * rank)", 137),
    ],
)
def test_the_exit_code_is_theirs(code: str, left_with: int) -> None:
    assert launch(one(code), 2) == left_with


def test_one_failure_ends_the_others() -> None:
    begun = time.monotonic()
    assert launch(one(f"sys.exit(2) if rank else time.sleep({HANG_S})"), 3, grace_s=0.2) == 2
    assert time.monotonic() - begun < HANG_S / 2


FAULTY = """
from hico.errors import TrainingError
from hico.stages.command import run
from hico.training.distributed import init_distributed

def main():
    with init_distributed() as dist:
        dist.barrier()
        if dist.is_main:
            raise TrainingError("what is wrong")
        dist.reduce_mean({"loss": 0.0})

run(main)
"""


def test_the_first_error_is_in_the_output(capfd: pytest.CaptureFixture[str]) -> None:
    assert launch([sys.executable, "-c", FAULTY], 2) == 2
    said = capfd.readouterr().err
    assert "error: what is wrong" in said
    assert "error: another process of this run has ended" in said
    assert "Traceback" not in said


def test_the_launcher_of_stages_knows_only_srun(root: Path, tmp_path: Path) -> None:
    command = ["bash", str(root / "workflow/scripts/stage.sh"), str(tmp_path / "log"), "mpirun", "pretrain"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "only srun starts processes over several machines (given: mpirun)" in done.stderr
