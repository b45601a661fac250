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
from hico.data.strides import Part, StrideBatch, StrideClips
from hico.errors import InputError, MediaError
from hico.stages import features
from hico.synthetic import FPS
from hico.synthetic.codec import UNTRIMMED, write_video
from hico.video.decode import read_frames
from hico.video.probe import probe
from hico.video.record import QUARANTINED, Video
from hico.video.table import to_table, write_index


@pytest.fixture
def folder(tmp_path: Path, tiny_weights: Path) -> Path:
    frames = np.random.default_rng(0).integers(0, 256, (round(2.6 * FPS), 48, 64, 3), np.uint8)
    write_video(tmp_path / "a b.mp4", frames, UNTRIMMED)
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


def test_a_stopped_run_goes_on_behind_its_last_row_group(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(features, "GROUP_BATCHES", 1)
    monkeypatch.setattr("hico.data.strides.PART_CLIPS", 2)
    undisturbed = run(folder, stride_s=0.5)
    (folder / "out/features.parquet").unlink()
    read, starts = StrideClips.__getitem__, []

    def reading(clips: StrideClips, part: Part) -> StrideBatch:
        starts.append(part.first)
        if len(starts) == 2:
            raise KeyboardInterrupt
        return read(clips, part)

    monkeypatch.setattr(StrideClips, "__getitem__", reading)
    with pytest.raises(KeyboardInterrupt):
        run(folder, stride_s=0.5)
    pd.testing.assert_frame_equal(run(folder, stride_s=0.5), undisturbed)
    assert starts == [0, 2, 2, 4]
    assert not list((folder / "out").glob(".features.parquet*"))


def test_row_groups_of_other_settings_are_not_taken_and_damaged_ones_named(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def stopped(*_: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as change:
        change.setattr(features, "write_table", stopped)
        with pytest.raises(KeyboardInterrupt):
            run(folder, stride_s=0.5)
    (group,) = (folder / "out").glob(".features.parquet.groups/*/*.parquet")
    group.write_bytes(b"PAR1")
    with pytest.raises(InputError, match=r"000000.parquet: rows of a stopped run are damaged .* remove it"):
        run(folder, stride_s=0.5)
    assert run(folder)["start_s"].tolist() == [0, 1, 2]


def test_clips_that_cannot_be_read_are_listed_and_end_nothing(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("hico.data.strides.PART_CLIPS", 2)
    undisturbed = run(folder, stride_s=0.5)
    read = StrideClips.__getitem__

    def reading(clips: StrideClips, part: Part) -> StrideBatch:
        if part.first != 2:
            raise MediaError(f"a b.mp4: damaged at {part.first}")
        return read(clips, part)

    monkeypatch.setattr(StrideClips, "__getitem__", reading)
    rows = run(folder, stride_s=0.5)
    pd.testing.assert_frame_equal(rows, undisturbed[2:4].reset_index(drop=True))
    unusable = pd.read_csv(folder / "out/features.unusable.csv")
    assert unusable["video_id"].tolist() == ["bad", "a b"]
    assert unusable.iloc[1][["status", "reason"]].tolist() == ["unreadable", "a b.mp4: damaged at 0"]


def test_nothing_readable_is_an_error(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def reading(*_: object) -> StrideBatch:
        raise MediaError("a b.mp4: no such file")

    monkeypatch.setattr(StrideClips, "__getitem__", reading)
    with pytest.raises(MediaError, match=r"a b.mp4: no such file; and so with all 1 parts .* disk"):
        run(folder)
    assert not (folder / "out/features.parquet").exists()


def test_nothing_usable_is_an_error(folder: Path) -> None:
    write_index(folder / "index.parquet", to_table([Video("bad", "bad.mp4", QUARANTINED, "damaged")]))
    with pytest.raises(MediaError, match="none of its 1 videos is usable"):
        run(folder)
    assert not (folder / "out").exists()
