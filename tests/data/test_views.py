"""Test views of a video: all of them from one open file, in one rising pass."""

from pathlib import Path

import av
import numpy as np
import pytest

from hico.config.experiments import LinearProbe
from hico.data.clips import ViewClips
from hico.data.videos import Videos
from hico.synthetic import FPS
from hico.synthetic.codec import UNTRIMMED, write_video
from hico.video import media, pictures
from hico.video.probe import probe
from hico.video.table import to_table

VIEWS = 10


def test_each_video_is_opened_once_for_all_views(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    frames = np.random.default_rng(0).integers(0, 256, (12 * FPS, 32, 48, 3), np.uint8)
    found = []
    for name in ("a", "b"):
        write_video(tmp_path / f"{name}.mp4", frames, UNTRIMMED)
        found.append(probe(str(tmp_path / f"{name}.mp4"), name))
    videos = Videos(to_table(found), np.array([0, 1]))
    settings = {"data": "any", "clip": {"frames": 4, "rate": 5, "size": 16}, "views": VIEWS}
    clips = ViewClips(videos, LinearProbe.check(settings, "test"))
    opened, runs = [], []
    open_file, read_run = av.open, pictures._read_run
    monkeypatch.setattr(media.av, "open", lambda file, *a, **k: opened.append(str(file)) or open_file(file, *a, **k))
    monkeypatch.setattr(pictures, "_read_run", lambda *a: runs.append(a[-1]) or read_run(*a))
    assert clips[0].shape == (VIEWS + 1, 4, 16, 16, 3)
    assert clips[1].shape == (VIEWS + 1, 4, 16, 16, 3)
    assert [Path(file).name.removeprefix("file:") for file in opened] == ["a.mp4", "b.mp4"]
    first = np.concatenate(runs[: len(runs) // 2])
    assert (np.diff(first) > 0).all()
