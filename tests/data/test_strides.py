"""Consecutive clips of whole videos: all of them, once, in parts that fit in memory."""

from pathlib import Path

import numpy as np
import pytest

from hico.config.training import Clip
from hico.data import strides
from hico.data.strides import Part, StrideClips, grouped, stride_batches
from hico.data.videos import Videos
from hico.synthetic import FPS
from hico.synthetic.codec import UNTRIMMED, write_video
from hico.video.probe import probe
from hico.video.record import OK, Video
from hico.video.table import to_table

CLIP = Clip(frames=4, rate=7.5, size=16)  # 1 s


def listed(*durations_s: float, width: int = 320, height: int = 240) -> Videos:
    rows = [
        Video(
            str(number), f"{number}.mp4", OK, duration_s=s, frames=round(s * 10), fps=10.0, width=width, height=height
        )
        for number, s in enumerate(durations_s)
    ]
    return Videos(to_table(rows), np.full(len(rows), -1))


def made(path: Path, seconds: float) -> Video:
    frames = np.random.default_rng(0).integers(0, 256, (round(seconds * FPS), 48, 64, 3), np.uint8)
    write_video(path, frames, UNTRIMMED)
    return probe(str(path), path.name)


@pytest.mark.parametrize(
    ("duration_s", "stride_s", "clips"),
    [(3.0, 1.0, 3), (3.4, 1.0, 3), (3.5, 1.0, 4), (0.1, 1.0, 1), (3.0, 0.5, 6), (3.0, 2.0, 2), (10.0, 3.0, 4)],
)
def test_clips_go_to_the_end_and_a_video_has_always_one(duration_s: float, stride_s: float, clips: int) -> None:
    assert StrideClips(listed(duration_s), CLIP, stride_s).clip_counts().tolist() == [clips]


def test_parts_are_all_clips_once_and_batches_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(strides, "PART_CLIPS", 4)
    clips = StrideClips(listed(1, 1, 10, 2, 1), CLIP, 1.0)
    batches = list(grouped(clips.parts()))
    assert [part for batch in batches for part in batch] == list(clips.parts())
    assert [sum(part.clips for part in batch) for batch in batches] == [2, 4, 4, 4, 1]
    assert [part for part in clips.parts() if part.video == 2] == [Part(2, 0, 4), Part(2, 4, 8), Part(2, 8, 10)]


def test_large_frames_make_small_parts() -> None:
    clips = StrideClips(listed(100, width=3840, height=2160), CLIP, 1.0)
    assert {part.clips for part in clips.parts()} == {12, 4}


def test_batches_hold_the_clips_and_their_times_whatever_the_workers(tmp_path: Path) -> None:
    videos = [made(tmp_path / "a.mp4", 2.6), made(tmp_path / "b.mp4", 0.4)]
    clips = StrideClips(Videos(to_table(videos), np.full(2, -1)), CLIP, 1.0)
    (batch,) = stride_batches(clips, workers=0)
    assert batch.clips.shape == (4, 4, 16, 16, 3)
    assert batch.videos.tolist() == [0, 0, 0, 1]
    assert batch.windows.round(3).tolist() == [[0, 1], [1, 2], [2, 2.6], [0, 0.4]]
    assert len(np.unique(batch.clips.flatten(1).numpy(), axis=0)) == 4
    (again,) = stride_batches(clips, workers=1)
    assert again.clips.equal(batch.clips)
