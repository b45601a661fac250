"""`snakemake features` on a folder of videos and a weights file, with no other configuration."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hico.synthetic import FPS
from hico.synthetic.codec import UNTRIMMED, write_video


@pytest.fixture(scope="module")
def project(new_project: Callable[[], Any], tiny_weights: Path) -> Any:
    own = new_project()
    (own.folder / "my videos/of 2024").mkdir(parents=True)
    frames = np.random.default_rng(0).integers(0, 256, (2 * FPS, 48, 64, 3), np.uint8)
    write_video(own.folder / "my videos/of 2024/it's me.mp4", frames, UNTRIMMED)
    (own.folder / "my videos/broken.mp4").write_bytes(b"no video")
    shutil.copy(tiny_weights, own.folder)
    return own


ASKED = ("--config", "videos=my videos", "weights=weights.safetensors")


def test_one_command_embeds_a_folder(project: Any) -> None:
    done = project.snakemake("--cores", "2", "features", *ASKED)
    assert done.returncode == 0, done.stdout
    results: Path = project.folder / "results/videos"
    rows = pd.read_parquet(results / "features.parquet")
    assert rows["path"].tolist() == ["my videos/of 2024/it's me.mp4"] * 2
    assert rows["end_s"].tolist() == [1, 2]
    assert rows["vector"].map(len).tolist() == [64, 64]
    assert pd.read_csv(results / "features.unusable.csv")["path"].tolist() == ["my videos/broken.mp4"]
    assert project.rules(*ASKED) == set()
    assert project.rules(*ASKED, "stride_s=0.5") == {"features"}
    sharded = project.plan(*ASKED, "name=other", "index={shards: 3}")
    assert {wildcards for rule, wildcards in sharded if rule == "index_shard"} == {
        f"dataset=videos, shard={number}" for number in range(3)
    }
    assert project.rules(*ASKED, "name=other") == {"annotations", "index_shard", "index", "features"}


def test_a_fault_is_told_before_any_job(project: Any) -> None:
    done = project.snakemake("--cores", "2", "features", "--config", "videos=nowhere", "weights=weights.safetensors")
    assert "data.videos.root: nowhere: no such folder" in done.stdout
    done = project.snakemake("--cores", "2", "features")
    assert "add --config videos=DIR weights=FILE" in done.stdout
