"""Every real file is indexed as a full decode shows it, or quarantined with the right reason."""

import csv
from pathlib import Path

import pytest

from hico.video.probe import probe
from hico.video.record import OK, QUARANTINED


def test_index_agrees_with_the_recorded_truth(shared: Path) -> None:
    media = shared / "real-mini"
    with (media / "manifest.csv").open() as stream:
        rows = list(csv.DictReader(stream))
    assert len(rows) > 30
    for row in rows:
        video = probe(str(media / row["path"]), row["path"])
        frame_s = 1 / float(row["fps"])
        assert (video.video_id, video.status, video.reason) == (row["path"], OK, "")
        assert video.frames == int(row["frames_decoded"]), row["path"]
        assert video.duration_s == pytest.approx(float(row["duration_s"]), abs=1.1 * frame_s), row["path"]
        assert video.fps == pytest.approx(float(row["fps"]), rel=1e-3), row["path"]
        assert (video.width, video.height) == (int(row["width"]), int(row["height"])), row["path"]
        assert video.rotation == int(row["rotation"]) % 360
        assert (video.codec, video.container) == (row["codec"], row["container"])
        assert len(video.frame_times_s) == video.frames
        assert video.duration_s == pytest.approx(video.frame_times_s[-1] + frame_s, abs=1.1 * frame_s)


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("corrupted.mp4", "after 28 frames: Invalid data found when processing input"),
        ("zero_bytes.webm", "cannot be read: Invalid data found when processing input"),
    ],
)
def test_broken_files_are_quarantined(shared: Path, name: str, reason: str) -> None:
    video = probe(str(shared / "real-mini" / "media" / name), name)
    assert (video.status, video.reason) == (QUARANTINED, reason)
    assert video.frames == 0


def test_full_check_finds_the_same(shared: Path) -> None:
    for name in ("media/again.mkv", "hmdb51/videos/wave/TrumanShow_wave_f_nm_np1_fr_med_26.avi", "media/video_180.mov"):
        path = str(shared / "real-mini" / name)
        assert probe(path, full_check=True).to_row() == probe(path).to_row()
