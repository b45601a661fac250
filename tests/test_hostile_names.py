"""File names that a shell, a table or a workflow could trip over, through the rules from a folder to weights."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hico.synthetic import FPS
from hico.synthetic.codec import UNTRIMMED, write_video

NAMES = (
    'it\'s "quoted".mp4',
    "two\nlines.mp4",
    "-rf $(touch pwned) `touch pwned`; touch pwned.mp4",
    "a, b = {wildcard} *?[x] %s \\ !.mp4",
    "ünï — 動画.mp4",
)
PRETRAIN: dict[str, Any] = {
    "title": "{input} {{wildcards.x}} %s $(touch pwned)",
    "method": "hico",
    "data": "odd",
    "backbone": {"width": 0.0625},
    "head": {"hidden": 8, "embedding": 4, "predictor": 8},
    "clip": {"frames": 4, "size": 16},
    "compute": {"precision": "float32"},
    "optimizer": {"warmup_epochs": 0},
    "epochs": 1,
    "batch_videos": 5,
}


def test_from_a_folder_to_weights(root: Path, tmp_path: Path) -> None:
    folder, work = tmp_path / "vi \"de' os", tmp_path / "work"
    folder.mkdir()
    work.mkdir()
    for seed, name in enumerate(NAMES):
        write_video(
            folder / "plain.mp4",
            np.random.default_rng(seed).integers(0, 256, (3 * FPS, 32, 32, 3), np.uint8),
            UNTRIMMED,
        )
        (folder / "plain.mp4").rename(folder / name)
    data = {"odd": {"kind": "folder", "root": str(folder), "title": 'it\'s "odd"'}}
    settings = {"name": "odd", "index": {"shards": 1}, "data": data, "pretrain": {"hico": PRETRAIN}}
    (work / "config.json").write_text(json.dumps(settings))
    command = [sys.executable, "-m", "snakemake", "--snakefile", root / "Snakefile", "--directory", work]
    options = [
        "--configfile",
        work / "config.json",
        "--cores",
        1,
    ]
    environment = {name: value for name, value in os.environ.items() if name != "SNAKEMAKE_PROFILE"}
    for target in (["results/odd/pretrain/hico/seed0/weights.safetensors"], ["--dry-run"]):
        done = subprocess.run(
            [*map(str, command + options + target)],
            env=environment,
            cwd=work,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
    index = pd.read_parquet(work / "results/odd/data/odd/index.parquet")
    assert set(index["video_id"]) == set(NAMES)
    assert set(index["status"]) == {"ok"}
    assert set(map(Path, index["path"])) == {folder / name for name in NAMES}
    assert (work / "results/odd/pretrain/hico/seed0/dropped.csv").read_text().count("\n") == 1
    assert {path.name for path in tmp_path.rglob("*pwned*")} == {NAMES[2]}
