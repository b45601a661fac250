"""Several processes whose BatchNorm is synchronized, as on GPUs: all of them must run the network."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np


def test_a_run_ends_with_its_topic_maps(
    tmp_path: Path, tables: Callable[[str], dict[str, Path]], tiny_pretrain: dict[str, Any]
) -> None:
    files = [word for name, path in tables("untrimmed").items() for word in (f"--{name}", str(path))]
    settings = json.dumps(tiny_pretrain | {"epochs": 1, "optimizer": {"name": "sgd", "rate": 0.01, "warmup_epochs": 0}})
    words = ["--experiment", "hico", "--settings", settings, "--seed", "0", "--out-dir", str(tmp_path), *files]
    done = subprocess.run(
        [sys.executable, "-m", "hico.training.launch", "2", "synchronized", *words],
        env=os.environ | {"PYTHONPATH": os.pathsep.join([str(Path(__file__).parent), *sys.path])},
        capture_output=True,
        text=True,
        timeout=300,
    )
    assert done.returncode == 0, done.stderr
    assert {"first_predicted", "last_predicted"} <= set(np.load(tmp_path / "topics.npz"))
