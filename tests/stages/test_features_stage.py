"""features: every usable video embedded as `hico.load` would, every other one listed."""

import json
import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest
import torch

import hico
from hico.clips import window_frames
from hico.demo import FPS
from hico.demo.encode import UNTRIMMED, write
from hico.errors import MediaError
from hico.stages import features
from hico.video.decode import read_frames
from hico.video.probe import probe
from hico.video.record import QUARANTINED, Video
from hico.video.table import to_table, write_index


@pytest.fixture
def folder(tmp_path: Path, tiny_weights: Path) -> Path:
    frames = np.random.default_rng(0).integers(0, 256, (round(2.6 * FPS), 48, 64, 3), np.uint8)
    write(tmp_path / "a b.mp4", frames, UNTRIMMED)
    good = probe(str(tmp_path / "a b.mp4"), "a b")
    bad = Video("bad", str(tmp_path / "bad.mp4"), QUARANTINED, "damaged")
    write_index(tmp_path / "index.parquet", to_table([bad, good]))
    shutil.copy(tiny_weights, tmp_path)
    return tmp_path


def run(folder: Path, **settings: object) -> pd.DataFrame:
    given = {"data": "videos", "weights": str(folder / "weights.safetensors"), **settings}
    names = {"--weights": "weights.safetensors", "--index": "index.parquet", "--out": "out/features.parquet"}
    paths = [text for option, name in names.items() for text in (option, str(folder / name))]
    unusable = ["--unusable-out", str(folder / "out/features.unusable.csv")]
    features.main(["--settings", json.dumps(given), *paths, *unusable, "--workers", "0"])
    return pd.read_parquet(folder / "out/features.parquet")


def test_rows_are_those_of_the_api(folder: Path) -> None:
    rows = run(folder)
    assert rows["video_id"].unique().tolist() == ["a b"]
    assert rows[["start_s", "end_s"]].round(3).to_numpy().tolist() == [[0, 1], [1, 2], [2, 2.6]]
    backbone, transform = hico.load(folder / "weights.safetensors")
    video = probe(str(folder / "a b.mp4"))
    for row in rows.itertuples():
        numbers = window_frames(row.start_s, row.end_s, video.frames, video.fps, transform.clip.frames)
        wanted = backbone(transform(read_frames(video, [numbers])[0])).mean((2, 3, 4))[0]
        torch.testing.assert_close(torch.from_numpy(row.vector.copy()), wanted)


def test_unusable_videos_are_listed_with_their_reason(folder: Path) -> None:
    run(folder)
    unusable = pd.read_csv(folder / "out/features.unusable.csv")
    assert unusable[["video_id", "status", "reason"]].to_numpy().tolist() == [["bad", "quarantined", "damaged"]]
    record = json.loads((folder / "out/features.parquet.provenance.json").read_text(encoding="utf-8"))
    assert set(record["inputs"]) == {"weights", "index"}


def test_a_stride_overlaps_clips_and_rows_are_written_in_groups(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "GROUP_BATCHES", 1)
    monkeypatch.setattr("hico.data.strides.PART_CLIPS", 2)
    assert run(folder, stride_s=0.5)["start_s"].tolist() == [0, 0.5, 1.0, 1.5, 2.0]
    assert pq.ParquetFile(folder / "out/features.parquet").num_row_groups == 3


def test_nothing_usable_is_an_error(folder: Path) -> None:
    write_index(folder / "index.parquet", to_table([Video("bad", "bad.mp4", QUARANTINED, "damaged")]))
    with pytest.raises(MediaError, match="none of its 1 videos is usable"):
        run(folder)
    assert not (folder / "out").exists()
