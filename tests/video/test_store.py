"""The store's copies hold the same frames at the same times, small and quick to enter."""

import os
import subprocess
import sys
from pathlib import Path

import av
import numpy as np
import pytest

from hico.config.data import Store
from hico.errors import ConfigError, MediaError
from hico.video import store
from hico.video.decode import read_crops
from hico.video.probe import probe
from hico.video.record import OK, Video
from hico.video.store import store_path, transcode

SMALL = Store(short_side=32, gop=6, crf=8)


def _frames(video: Video, numbers: list[int]) -> np.ndarray:
    return read_crops(video, [np.array(numbers)], [(0, 0, 1, 1)], 24)[0].astype(float)


@pytest.mark.parametrize(
    ("name", "how"),
    [
        ("plain.mp4", {}),
        ("open.mkv", {"options": {"x264-params": "keyint=12:open-gop=1:bframes=4"}}),
        ("mpeg4.avi", {"codec": "mpeg4", "max_b_frames": 2}),
        ("edited.mp4", {"pts": range(-10, 38)}),
        ("uneven.mkv", {"pts": np.cumsum(np.random.default_rng(0).integers(1, 5, 48))}),
        ("turned.mp4", {"rotation": 90}),
        ("over.mp4", {"rotation": 180}),
        ("back.mp4", {"rotation": -90}),
        ("full.mp4", {"pix_fmt": "yuvj420p"}),
        ("ten.mp4", {"pix_fmt": "yuv422p10le"}),
    ],
)
def test_frames_and_times_stay(tmp_path: Path, make_video, name: str, how: dict) -> None:
    original = probe(str(make_video(tmp_path / name, size=(96, 64), **how)), "id")
    copy = transcode(original, tmp_path / "store" / "copy.mp4", SMALL)
    assert (copy.video_id, copy.status, copy.codec, copy.rotation) == ("id", OK, "h264", 0)
    assert sorted((copy.width, copy.height)) == [32, 48]
    assert (copy.width > copy.height) == (original.width > original.height)
    assert (copy.frames, copy.fps, copy.duration_s) == (original.frames, original.fps, original.duration_s)
    np.testing.assert_allclose(copy.frame_times_s, original.frame_times_s, atol=1e-3)
    assert np.diff(copy.key_frames).max() <= 6
    here, there = _frames(original, [0, 9, 20, 35]), _frames(original, [2, 11, 22, 37])
    copied = _frames(copy, [0, 9, 20, 35])
    assert (np.abs(copied - here).mean((1, 2, 3)) < 0.7 * np.abs(copied - there).mean((1, 2, 3))).all()


def test_a_new_rate(tmp_path: Path, make_video) -> None:
    original = probe(str(make_video(tmp_path / "a.mp4")))
    copy = transcode(original, tmp_path / "copy.mp4", Store(short_side=32, fps=10))
    assert (copy.fps, copy.duration_s) == (10, pytest.approx(1.9, abs=0.11))
    assert copy.frames == pytest.approx(19, abs=1)


def test_sound_is_dropped_and_settings_are_recorded(tmp_path: Path, make_video) -> None:
    transcode(probe(str(make_video(tmp_path / "a.mp4"))), tmp_path / "copy.mp4", SMALL)
    with av.open(str(tmp_path / "copy.mp4")) as container:
        assert [stream.type for stream in container.streams] == ["video"]
        assert container.metadata["comment"] == f"hico store {SMALL.model_dump_json()}"


def test_a_copy_is_made_once(tmp_path: Path, make_video) -> None:
    original, out = probe(str(make_video(tmp_path / "a.mp4"))), tmp_path / "copy.mp4"
    first = transcode(original, out, SMALL)
    written = out.stat().st_mtime_ns
    assert transcode(original, out, SMALL).to_row() == first.to_row()
    assert out.stat().st_mtime_ns == written


def test_a_copy_that_is_damaged_is_made_anew(tmp_path: Path, make_video) -> None:
    original, out = probe(str(make_video(tmp_path / "a.mp4"))), tmp_path / "copy.mp4"
    first = transcode(original, out, SMALL)
    whole = out.read_bytes()
    out.write_bytes(whole[: len(whole) // 2])
    assert transcode(original, out, SMALL).to_row() == first.to_row()
    assert out.read_bytes() == whole


def test_a_copy_of_what_has_been_replaced_since_is_made_anew(tmp_path: Path, make_video) -> None:
    path, out = make_video(tmp_path / "a.avi", codec="rawvideo"), tmp_path / "copy.mp4"
    size_before = path.stat().st_size
    before = _frames(transcode(probe(str(path)), out, SMALL), [0])
    size = 64 * 48 * 3 // 2
    head, *frames = path.read_bytes().split(b"00dc" + size.to_bytes(4, "little"))
    turned = [bytes(255 - byte for byte in frame[:size]) + frame[size:] for frame in frames]
    path.write_bytes((b"00dc" + size.to_bytes(4, "little")).join([head, *turned]))
    other = probe(str(path))
    assert other.size_bytes == size_before
    later = out.stat().st_mtime_ns + 1
    os.utime(path, ns=(later, later))
    assert np.abs(_frames(transcode(other, out, SMALL), [0]) - before).mean() > 50
    path.unlink()
    assert transcode(other, out, SMALL).status == OK, "a copy does not need its original"


COPY = """
import sys
from pathlib import Path
from hico.config.data import Store
from hico.video.probe import probe
from hico.video.store import transcode
transcode(probe(sys.argv[1]), Path(sys.argv[2]), Store(short_side=32))
"""


def test_bytes_do_not_depend_on_what_lay_in_memory(tmp_path: Path, make_video) -> None:
    original = make_video(tmp_path / "a.mp4", size=(96, 64))
    copies = [tmp_path / f"{filling}.mp4" for filling in (85, 170)]
    for copy in copies:
        command = [sys.executable, "-c", COPY, str(original), str(copy)]
        subprocess.run(command, check=True, env={**os.environ, "MALLOC_PERTURB_": copy.stem})
    assert copies[0].read_bytes() == copies[1].read_bytes()


def test_a_damaged_original_leaves_nothing(tmp_path: Path, make_video) -> None:
    path = make_video(tmp_path / "a.mp4")
    original = probe(str(path))
    data = bytearray(path.read_bytes())
    data[len(data) // 2 : len(data) // 2 + 2000] = bytes(2000)
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"a\.mp4: "):
        transcode(original, tmp_path / "store" / "copy.mp4", SMALL)
    assert list((tmp_path / "store").iterdir()) == []


def test_names_depend_on_source_and_encoding_only(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    video = Video("../../etc/passwd", "/videos/a.mp4", OK, size_bytes=5)
    path = store_path(tmp_path, video, SMALL)
    assert path.parent.parent == tmp_path
    others = [(video, Store()), (Video("x", "/videos/a.mp4", OK, size_bytes=6), SMALL)]
    assert len({path, *(store_path(tmp_path, *other) for other in others)}) == 3
    monkeypatch.setitem(store.ENCODER, "preset", "slow")
    assert store_path(tmp_path, video, SMALL) != path


def test_wrong_settings() -> None:
    with pytest.raises(ConfigError, match="short_side"):
        Store.check({"short_side": 33}, "store")
