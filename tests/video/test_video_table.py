"""Shards, merging, coverage and the limit of unusable media, without any media."""

import time
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hico.errors import MediaError
from hico.video.record import MISSING, OK, QUARANTINED, SCHEMA, Video
from hico.video.table import coverage, distinct_videos, merge, require_usable, shard, to_table, write_index


def _manifest(ids: list[str], missing: frozenset[str] = frozenset(), subset: str = "training") -> pd.DataFrame:
    paths = [None if name in missing else f"/videos/{name}.mp4" for name in ids]
    return pd.DataFrame({"dataset": "set", "split": 0, "subset": subset, "video_id": ids, "path": paths})


def _video(name: str, status: str = OK) -> Video:
    path = None if status == MISSING else f"/videos/{name}.mp4"
    return Video(name, path, status, "" if status == OK else "why", frames=9, key_pts=np.array([0, 4]))


def test_each_video_once_in_manifest_order() -> None:
    manifest = _manifest(["b", "a", "b", "c"], frozenset("c"))
    assert distinct_videos(manifest) == [("b", "/videos/b.mp4"), ("a", "/videos/a.mp4"), ("c", None)]


def test_one_id_with_two_files_is_an_error() -> None:
    manifest = pd.concat([_manifest(["a"]), _manifest(["a"]).assign(path="/other.mp4")])
    with pytest.raises(MediaError, match=r"video a: the manifest gives it 2 files, /videos/a\.mp4 and /other\.mp4"):
        distinct_videos(manifest)


def test_shards_are_disjoint_and_complete() -> None:
    videos = distinct_videos(_manifest(list("abcdefg")))
    dealt = [shard(videos, number, 3) for number in range(3)]
    assert [[name for name, _ in share] for share in dealt] == [["a", "d", "g"], ["b", "e"], ["c", "f"]]
    assert shard(videos[:1], 1, 3) == []


def _write(folder: Path, *shards: list[Video]) -> list[Path]:
    paths = [folder / f"shard{number}.parquet" for number in range(len(shards))]
    for path, videos in zip(paths, shards, strict=True):
        write_index(path, to_table(videos))
    return paths


def test_merge_restores_the_manifest_order(tmp_path: Path) -> None:
    shards = _write(tmp_path, [_video("a"), _video("c", MISSING)], [_video("b", QUARANTINED)], [])
    table = merge(_manifest(["a", "b", "c"], frozenset("c")), shards)
    assert table.schema == SCHEMA
    assert table["video_id"].to_pylist() == ["a", "b", "c"]
    assert Video.from_row(table.to_pylist()[0]).key_pts.tolist() == [0, 4]


@pytest.mark.parametrize("ids", [["a"], ["a", "b", "c"]])
def test_shards_of_another_manifest_are_refused(tmp_path: Path, ids: list[str]) -> None:
    shards = _write(tmp_path, [_video("a"), _video("b")])
    with pytest.raises(
        MediaError, match=r"the shards do not fit the manifest, for instance in \['[bc]'\]; index again"
    ):
        merge(_manifest(ids), shards)


def test_coverage_counts_each_video_of_each_list_once() -> None:
    manifest = pd.concat([_manifest(["a", "a", "b"]), _manifest(["c", "d"], frozenset("d"), "validation")])
    index = to_table([_video("a"), _video("b", QUARANTINED), _video("c"), _video("d", MISSING)])
    table = coverage(manifest, index)
    assert table.columns.tolist() == ["dataset", "split", "subset", "listed", "present", "usable", "share"]
    assert table.iloc[:, 2:].to_numpy().tolist() == [["training", 2, 2, 1, 0.5], ["validation", 2, 1, 1, 0.5]]


def test_too_many_unusable_videos() -> None:
    index = to_table([_video("a"), _video("b", QUARANTINED), *[_video(str(n), MISSING) for n in range(9)]])
    require_usable(index, 0.5)
    with pytest.raises(MediaError, match=r"(?s)1 of 2 present .* index\.max_unusable = 0\.49.*/videos/b\.mp4: why"):
        require_usable(index, 0.49)


@pytest.mark.parametrize("status", [MISSING, QUARANTINED])
def test_nothing_usable_is_an_error_at_any_limit(status: str) -> None:
    with pytest.raises(MediaError, match="none of 1 listed videos is usable"):
        require_usable(to_table([_video("a", status)]), 1.0)


def test_160_000_videos(tmp_path: Path) -> None:
    """Merging and counting take seconds, whatever the machine."""
    count, jobs = 160_000, 8
    manifest = _manifest([f"video{number:06d}" for number in range(count)])
    for job in range(jobs):
        mine = manifest.iloc[job::jobs]
        table = to_table([_video("x")]).take(np.zeros(len(mine), np.int64))
        table = table.set_column(0, SCHEMA.field("video_id"), [mine["video_id"].to_numpy()])
        write_index(tmp_path / f"{job}.parquet", table)
    started = time.process_time()
    index = merge(manifest, [tmp_path / f"{job}.parquet" for job in range(jobs)])
    require_usable(index, 0.0)
    assert coverage(manifest, index)["share"].tolist() == [1.0]
    assert index["video_id"].to_pylist() == manifest["video_id"].tolist()
    assert time.process_time() - started < 20
