"""A tiny synthetic data set, and stages run on it as if from their command lines."""

import json
import subprocess
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hico.stages import annotations, index, index_shard, synthetic_dataset

CLIP = {"frames": 4, "rate": 6, "size": 32}
PRETRAIN: dict[str, Any] = {
    "method": "hico",
    "data": "untrimmed",
    "backbone": {"name": "s3dg", "width": 0.0625},
    "head": {"hidden": 16, "embedding": 8, "predictor": 16},
    "clip": CLIP,
    "compute": {"precision": "float32"},
    "optimizer": {"name": "adamw", "rate": 0.001, "rate_per_clips": None, "warmup_epochs": 1},
    "epochs": 3,
    "batch_videos": 3,
}
SUPERVISED: dict[str, Any] = {
    "data": "actions",
    "clip": CLIP,
    "views": 2,
    "compute": {"precision": "float32"},
    "optimizer": {"name": "adamw", "rate": 0.01, "warmup_epochs": 0},
    "epochs": 1,
    "batch_videos": 12,
}

Stage = Callable[..., None]


@pytest.fixture(scope="session")
def stage() -> Stage:
    """Run a stage's main as if from its command line."""

    def run(module: object, **options: object) -> None:
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", _text(value))]
        module.main(words)  # type: ignore[attr-defined]

    return run


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


@pytest.fixture(scope="session")
def synthetic(tmp_path_factory: pytest.TempPathFactory, stage: Stage) -> Path:
    """A few synthetic videos, annotated and indexed: synthetic/, untrimmed/ and actions/."""
    root = tmp_path_factory.mktemp("tiny")
    stage(
        synthetic_dataset,
        settings={"videos": 7, "train_clips": 1, "test_clips": 1},
        out_dir=root / "synthetic",
        workers=2,
    )
    media = {
        "untrimmed": ("hacs_segments", "untrimmed/videos", "untrimmed/HACS_segments_v1.1.1.json"),
        "actions": ("ucf101", "clips/videos", "clips/ucfTrainTestlist"),
    }
    for key, (kind, videos, lists) in media.items():
        dataset = {"kind": kind, "root": f"{root}/synthetic/{videos}", "annotations": [f"{root}/synthetic/{lists}"]}
        out = root / key
        stage(annotations, key=key, settings=dataset, out=out / "manifest.parquet")
        shard = {"manifest": out / "manifest.parquet", "settings": {"shards": 1}}
        stage(index_shard, **shard, shard=0, out=out / "0.parquet")
        stage(index, **shard, shards=out / "0.parquet", out=out / "index.parquet", coverage=out / "coverage.csv")
    return root


@pytest.fixture(scope="session")
def tables(synthetic: Path) -> Callable[[str], dict[str, Path]]:
    """Function that names manifest, index and coverage of a data set below it, as a stage's options."""
    names = {"manifest": "manifest.parquet", "index": "index.parquet", "coverage": "coverage.csv"}
    return lambda key: {name: synthetic / key / file for name, file in names.items()}


@pytest.fixture(scope="session")
def tiny_pretrain() -> dict[str, Any]:
    """Settings of a pre-training run of 6 steps."""
    return PRETRAIN


@pytest.fixture(scope="session")
def tiny_task() -> dict[str, Any]:
    """Settings of a supervised run of 1 step."""
    return SUPERVISED


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A file system of 4 MiB."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = subprocess.run(["mount", "-t", "tmpfs", "-o", "size=4m", "tmpfs", str(disk)], check=False)
    if mounted.returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)
