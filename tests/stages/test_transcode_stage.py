"""The transcode stage as the command line runs it."""

import contextlib
import json
import logging
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from hico.data.videos import usable_videos
from hico.errors import MediaError, OutputError
from hico.stages import transcode
from hico.video.probe import probe
from hico.video.record import MISSING, OK, QUARANTINED, Video
from hico.video.table import to_table, write_index


@pytest.fixture
def originals(tmp_path: Path) -> list[Video]:
    """A good video, one that was quarantined, one that is missing, and one that has gone since indexing."""
    with av.open(str(tmp_path / "a.mp4"), "w") as container:
        stream = container.add_stream("mpeg4", rate=10)
        stream.width, stream.height, stream.pix_fmt = 64, 48, "yuv420p"
        for number in range(5):
            image = np.full((48, 64, 3), 40 * number, np.uint8)
            container.mux(stream.encode(av.VideoFrame.from_ndarray(image, format="rgb24")))
        container.mux(stream.encode(None))
    good = probe(str(tmp_path / "a.mp4"), "a")
    gone = replace(good, video_id="gone", path=str(tmp_path / "gone.mp4"))
    videos = [good, Video("b", "b.mp4", QUARANTINED, "why"), Video("c", None, MISSING), gone]
    rows = {"dataset": "own", "split": 0, "subset": "training", "video_id": [video.video_id for video in videos]}
    pd.DataFrame({**rows, "path": [video.path for video in videos]}).to_parquet(tmp_path / "manifest.parquet")
    return videos


def paths(folder: Path) -> list[str]:
    """The command line's files, all in one folder."""
    names = {"manifest": "manifest.parquet", "index": "index.parquet", "out-dir": "store"}
    names |= {"out": "copies.parquet", "coverage": "coverage.csv"}
    return [word for option, name in names.items() for word in (f"--{option}", str(folder / name))]


def test_the_new_index_leads_to_the_copies(
    originals: list[Video], tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    write_index(tmp_path / "index.parquet", to_table(originals))
    folder, out = tmp_path / "store", tmp_path / "copies.parquet"
    files = paths(tmp_path)
    with caplog.at_level(logging.INFO):
        transcode.main([*files, "--settings", json.dumps({"short_side": 32}), "--workers", "2", "--max-unusable", "1"])
    copies = [Video.from_row(row) for row in pq.read_table(out).to_pylist()]
    assert [(copy.video_id, copy.status) for copy in copies] == [
        ("a", OK), ("b", QUARANTINED), ("c", MISSING), ("gone", QUARANTINED),
    ]  # fmt: skip
    assert (copies[0].frames, copies[0].width, copies[0].height, copies[0].fps) == (5, 42, 32, 10.0)
    assert [path for path in folder.rglob("*") if path.is_file()] == [Path(str(copies[0].path))]
    assert copies[3].reason == "cannot be read: No such file or directory"
    assert "gone.mp4: quarantined: cannot be read" in caplog.text
    assert "1 copies" in caplog.text
    (share,) = pd.read_csv(tmp_path / "coverage.csv").itertuples()
    assert (share.listed, share.present, share.usable) == (4, 3, 1)
    record = json.loads(out.with_name("copies.parquet.provenance.json").read_text())
    assert record["settings"]["short_side"] == 32
    assert [file["path"] for file in record["inputs"]["index"]] == [str(tmp_path / "index.parquet")]


def test_copies_that_fail_in_numbers_stop_the_run(originals: list[Video], tmp_path: Path) -> None:
    write_index(tmp_path / "index.parquet", to_table(originals))
    with pytest.raises(MediaError, match="2 of 3 present videos are unusable"):
        transcode.main([*paths(tmp_path), "--settings", "{}"])
    assert not (tmp_path / "copies.parquet").exists()


def test_a_full_disk_stops_the_run_and_puts_no_video_aside(
    originals: list[Video], small_disk: Path, tmp_path: Path
) -> None:
    with contextlib.suppress(OSError):
        (small_disk / "ballast").write_bytes(bytes(2**23))
    write_index(tmp_path / "index.parquet", to_table(originals))
    store = small_disk / "store"
    with pytest.raises(OutputError, match=rf"{store}/.*: cannot be written: no space left"):
        transcode.main([*paths(tmp_path), "--out-dir", str(store), "--settings", "{}", "--max-unusable", "1"])
    assert not (tmp_path / "copies.parquet").exists()


def test_a_folder_that_takes_no_files_stops_the_run_and_puts_no_video_aside(
    originals: list[Video], tmp_path: Path
) -> None:
    (tmp_path / "store").write_text("a file where the folder should be")
    write_index(tmp_path / "index.parquet", to_table(originals))
    with pytest.raises(OutputError, match=r"/store/\w\w: Not a directory; this file or folder cannot be used as it is"):
        transcode.main([*paths(tmp_path), "--settings", "{}", "--max-unusable", "1"])
    assert not (tmp_path / "copies.parquet").exists()


def test_data_sets_read_the_copies_of_a_store(originals: list[Video], tmp_path: Path) -> None:
    rows = {"split": 0, "subset": "training", "video_id": ["a", "b", "a"], "path": ["a.mp4", "b.mp4", "a.mp4"]}
    pd.DataFrame({**rows, "label_id": 0}).to_parquet(tmp_path / "manifest.parquet")
    write_index(tmp_path / "index.parquet", to_table([replace(originals[0], path="store/copy.mp4")]))
    videos = usable_videos(tmp_path / "manifest.parquet", tmp_path / "index.parquet", "training")
    assert [videos[number].path for number in range(len(videos))] == ["store/copy.mp4"]
