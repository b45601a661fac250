"""The index stages as the command line runs them."""

import json
from pathlib import Path

import av
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from hico.errors import MediaError
from hico.stages import index, index_shard
from hico.video.decode import read_frames
from hico.video.record import MISSING, OK, QUARANTINED, Video


def _encode(path: Path) -> str:
    with av.open(str(path), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 32, 32, "yuv420p"
        for number in range(5):
            image = np.full((32, 32, 3), 40 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    return str(path)


@pytest.fixture
def manifest(tmp_path: Path) -> Path:
    """Videos a and c are good, b is broken, d is missing; a is in both subsets."""
    (tmp_path / "b.mp4").write_bytes(b"no video")
    files = {
        "a": _encode(tmp_path / "a.mp4"),
        "b": str(tmp_path / "b.mp4"),
        "c": _encode(tmp_path / "c\n'.mp4"),
        "d": None,
    }
    rows = [(name, "training") for name in "aabd"] + [(name, "validation") for name in "ac"]
    table = pd.DataFrame(rows, columns=["video_id", "subset"])
    table = table.assign(dataset="set", split=0, path=table["video_id"].map(files))
    table.to_parquet(tmp_path / "manifest.parquet")
    return tmp_path / "manifest.parquet"


def _run(manifest: Path, max_unusable: float) -> Path:
    folder = manifest.parent / "out"
    settings = json.dumps({"shards": 3, "max_unusable": max_unusable})
    shards = [folder / "shards" / f"{number}.parquet" for number in range(3)]
    for number, shard in enumerate(shards):
        common = ["--manifest", str(manifest), "--settings", settings]
        index_shard.main([*common, "--shard", str(number), "--out", str(shard), "--workers", "2"])
    outputs = ["--out", str(folder / "index.parquet"), "--coverage", str(folder / "coverage.csv")]
    index.main([*common, "--shards", *map(str, shards), *outputs])
    return folder


def test_index_and_coverage(manifest: Path) -> None:
    folder = _run(manifest, max_unusable=0.5)
    rows = [Video.from_row(row) for row in pq.read_table(folder / "index.parquet").to_pylist()]
    assert [(video.video_id, video.status) for video in rows] == [
        ("a", OK), ("b", QUARANTINED), ("d", MISSING), ("c", OK),
    ]  # fmt: skip
    assert rows[1].reason == "cannot be read: Invalid data found when processing input"
    assert read_frames(rows[3], [np.array([4, 0])])[0].shape == (2, 32, 32, 3)
    assert (folder / "coverage.csv").read_text().splitlines() == [
        "dataset,split,subset,listed,present,usable,share",
        "set,0,training,3,2,1,0.3333333333333333",
        "set,0,validation,2,2,2,1.0",
    ]


def test_pandas_reads_rows_too(manifest: Path) -> None:
    table = pd.read_parquet(_run(manifest, max_unusable=0.5) / "index.parquet")
    video = Video.from_row(table.iloc[0])
    assert (video.frames, video.path) == (5, str(manifest.parent / "a.mp4"))


def test_files_that_have_gone_since_they_were_listed_count_as_unusable(manifest: Path) -> None:
    (manifest.parent / "a.mp4").unlink()
    with pytest.raises(MediaError, match=r"(?s)2 of 3 present .*a\.mp4: cannot be read: No such file"):
        _run(manifest, max_unusable=0.5)


def test_too_much_bad_media_fails_and_writes_nothing(manifest: Path) -> None:
    with pytest.raises(MediaError, match=r"(?s)1 of 3 present videos are unusable.*b\.mp4: cannot be read"):
        _run(manifest, max_unusable=0.3)
    assert {path.name for path in (manifest.parent / "out").iterdir()} == {"shards"}
