"""The launcher: its exit code is that of its processes, and none outlives it."""

import os
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


def test_only_srun_spans_machines() -> None:
    command = [sys.executable, "-m", "hico.training.launch", "mpirun", "hico.stages.pretrain"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert "only srun starts processes over several machines (given: mpirun)" in done.stderr


SRUN = """#!/bin/sh
printf '%s\\n' "$@" > srun.txt
while [ "${1#--}" != "$1" ]; do shift; done
exec "$@"
"""
NAMES = ("RANK", "LOCAL_RANK", "WORLD_SIZE", "MASTER_ADDR", "MASTER_PORT")
TASK = f"import os; print(*[os.environ[name] for name in {NAMES}])"


def test_srun_starts_a_task_with_its_rank(root: Path, tmp_path: Path) -> None:
    (tmp_path / "srun").write_text(SRUN)
    (tmp_path / "srun").chmod(0o755)
    (tmp_path / "task.py").write_text(TASK)
    job = {"PROCID": "3", "LOCALID": "1", "NTASKS": "4", "LAUNCH_NODE_IPADDR": "10.0.0.1", "JOB_ID": "20007"}
    slurm = {f"SLURM_{name}": value for name, value in job.items()}
    path = os.pathsep.join([str(tmp_path), os.environ["PATH"]])
    done = subprocess.run(
        [sys.executable, "-m", "hico.training.launch", "srun", "task"],
        **{"cwd": tmp_path, "capture_output": True, "text": True, "check": True},
        env={**os.environ, **slurm, "PATH": path, "PYTHONPATH": str(root / "src")},
    )
    assert done.stdout.split() == ["3", "1", "4", "10.0.0.1", "20007"]
    assert "--kill-on-bad-exit=1" in (tmp_path / "srun.txt").read_text().splitlines()
