"""Pre-training over two machines by the launch line of the documentation; both machines are this one."""

import json
import os
import re
import shlex
import socket
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd


def test_the_launch_line_starts_one_run(
    root: Path, tables: Callable[[str], dict[str, Path]], tiny_pretrain: dict[str, Any], tmp_path: Path
) -> None:
    options = {"experiment": "hico", "seed": 0, "settings": json.dumps(tiny_pretrain), "out_dir": tmp_path / "run"}
    options |= {"workers": 0, **tables("untrimmed")}
    line = launch_line(root).replace("OPTIONS", " ".join(map(shlex.quote, words(options))))
    machines = [start(line, tmp_path / f"{number}.log") for number in range(2)]
    codes = [machine.wait(timeout=300) for machine in machines]
    assert codes == [0, 0], [(tmp_path / f"{number}.log").read_text() for number in range(2)]
    videos, both = 7, 2 * tiny_pretrain["batch_videos"]
    assert len(pd.read_csv(tmp_path / "run/metrics.csv")) == tiny_pretrain["epochs"] * (videos // both)
    assert (tmp_path / "run/weights.safetensors").exists()


def launch_line(root: Path) -> str:
    """What each machine runs, on one process and a port that is free."""
    page = (root / "docs/start.md").read_text(encoding="utf-8")
    found = re.search(r"srun bash -c '(python -m torch\.distributed\.run .*)'", page)
    assert found is not None
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    return found[1].replace("--nproc-per-node 8", "--nproc-per-node 1").replace(":29500", f":{port}")


def words(options: dict[str, object]) -> list[str]:
    return [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", str(value))]


def start(line: str, log: Path) -> subprocess.Popen[bytes]:
    path = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    given = {"SLURM_NNODES": "2", "SLURM_JOB_ID": "17", "first": "127.0.0.1", "OMP_NUM_THREADS": "1", "PATH": path}
    with log.open("wb") as output:
        return subprocess.Popen(["bash", "-c", line], env={**os.environ, **given}, stdout=output, stderr=output)
