"""Pre-training on two processes through its rule, from a store: rate and sampler know how many there are."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hico.nets.weights import read_metadata

SETTINGS = """
name: two
synthetic: { videos: 8 }
data:
  untrimmed:
    kind: hacs_segments
    root: results/two/synthetic/untrimmed/videos
    annotations: [results/two/synthetic/untrimmed/HACS_segments_v1.1.1.json]
    store: { short_side: 32 }
index: { shards: 1 }
pretrain:
  hico:
    method: hico
    data: untrimmed
    backbone: { width: 0.05 }
    head: { hidden: 8, embedding: 4, predictor: 8 }
    clip: { frames: 4, rate: 12, size: 32 }
    optimizer: { name: sgd, rate: 0.01, rate_per_clips: 6, warmup_epochs: 0 }
    compute: { precision: float32 }
    epochs: 2
    batch_videos: 2
"""
VIDEOS = 8


@pytest.fixture(scope="module")
def run(new_project: Callable[[], Any]) -> Path:
    project = new_project()
    (project.folder / "config/config.yaml").write_text(SETTINGS, encoding="utf-8")
    folder: Path = project.folder / "results/two/pretrain/hico/seed0"
    target = str((folder / "weights.safetensors").relative_to(project.folder))
    done = project.snakemake("--cores", "2", "--set-resources", "pretrain:gpu=2", "--", target, OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stdout
    return folder


def test_a_step_takes_the_batch_of_both(run: Path) -> None:
    metrics = pd.read_csv(run / "metrics.csv")
    assert metrics["step"].tolist() == list(range(1, 1 + 2 * (VIDEOS // (2 * 2))))
    assert metrics["loss"].notna().all()


def test_the_weights_say_how_large_a_step_was(run: Path) -> None:
    assert read_metadata(run / "weights.safetensors")["trained_on"]["batch_videos"] == 2 * 2


def test_the_rate_follows_the_clips_of_both(run: Path) -> None:
    clips = 2 * 2 * 3
    assert pd.read_csv(run / "metrics.csv")["rate"][0] == pytest.approx(0.01 * clips / 6)


def test_the_copies_were_read_and_the_record_says_so(run: Path) -> None:
    record = json.loads((run / "provenance.json").read_text(encoding="utf-8"))
    (index,) = record["inputs"]["index"]
    assert index["path"].endswith("data/untrimmed/store/index.parquet")
    store = run.parents[2] / "data/untrimmed/store"
    paths = pd.read_parquet(store / "index.parquet")["path"]
    assert len(paths) == len(list(store.rglob("*.mp4")))
    assert all("store" in path for path in paths)
