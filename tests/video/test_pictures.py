"""A frame is the same whether reached from the start or by seeking: bit for bit, in every codec and container."""

import zlib
from dataclasses import replace
from pathlib import Path

import av
import numpy as np
import pytest

from hico.errors import MediaError
from hico.video.pictures import pictures
from hico.video.probe import probe
from hico.video.record import MISSING, OK, Video

X264 = "keyint=12:min-keyint=12:scenecut=0:"
OPEN_GOP = {"options": {"x264-params": X264 + "open-gop=1:bframes=4:b-pyramid=2"}}
X265 = "keyint=12:min-keyint=12:log-level=none:"
CASES = {
    "open_gop.mp4": OPEN_GOP,
    "open_gop.mkv": OPEN_GOP,
    "open_gop.ts": OPEN_GOP | {"container_format": "mpegts"},
    "open_gop.avi": OPEN_GOP,
    "no_b.flv": {"max_b_frames": 0},
    "intra_refresh.mp4": {"options": {"x264-params": "keyint=12:intra-refresh=1"}},
    "interlaced.mp4": {"options": {"x264-params": X264 + "interlaced=1"}},
    "fragments.mp4": {"container_options": {"movflags": "frag_keyframe+empty_moov"}},
    "edited.mp4": OPEN_GOP | {"pts": range(-10, 50)},
    "ten_bit.mp4": {"pix_fmt": "yuv422p10le"},
    "hevc_open.mp4": {"codec": "libx265", "options": {"x265-params": X265 + "open-gop=1:bframes=4"}},
    "hevc_leading.mkv": {"codec": "libx265", "options": {"x265-params": X265 + "open-gop=0:radl=2:bframes=4"}},
    "hidden.webm": {"codec": "libvpx", "options": {"auto-alt-ref": "1", "lag-in-frames": "16", "cpu-used": "5"}},
    "vp9.webm": {"codec": "libvpx-vp9", "options": {"lag-in-frames": "8", "cpu-used": "8", "deadline": "realtime"}},
    "av1.mp4": {"codec": "libsvtav1", "options": {"preset": "12"}},
    "mpeg4.avi": {"codec": "mpeg4", "max_b_frames": 2},
    "mpeg4.mp4": {"codec": "mpeg4", "max_b_frames": 2},
    "mpeg2.ts": {"codec": "mpeg2video", "max_b_frames": 2, "container_format": "mpegts"},
    "mpeg2.mpg": {"codec": "mpeg2video", "max_b_frames": 2},
    "mpeg2.avi": {"codec": "mpeg2video", "max_b_frames": 2},
    "wmv.asf": {"codec": "wmv2"},
    "mjpeg.avi": {"codec": "mjpeg", "pix_fmt": "yuvj420p"},
}


def _digest(frame: av.VideoFrame) -> int:
    return zlib.crc32(frame.to_ndarray().tobytes())


def _from_the_start(path: Path) -> list[int]:
    with av.open(f"file:{path}", metadata_errors="replace") as container:
        return [_digest(frame) for frame in container.decode(video=0)]


def _check(path: Path, draws: int) -> Video:
    video, truth = probe(str(path)), _from_the_start(path)
    assert (video.status, video.frames) == (OK, len(truth)), (path.name, video.reason)
    generator = np.random.default_rng(0)
    keys = generator.permutation(video.key_frames)[:draws]
    around = [np.clip(np.arange(key - 3, key + 4), 0, video.frames - 1) for key in keys]
    alone = [np.array([key]) for key in keys]
    spread = [generator.integers(0, video.frames, 5) for _ in range(draws)]
    for numbers in around + alone + spread:
        found = {number: _digest(frame) for number, frame in pictures(video, numbers)}
        assert found == {number: truth[number] for number in numbers}, path.name
    return video


@pytest.mark.parametrize("name", CASES)
def test_every_codec_and_container(tmp_path: Path, make_video, name: str) -> None:
    size = (96, 64) if "hevc" in name else (64, 48)
    _check(make_video(tmp_path / name, frames=60, size=size, **CASES[name]), draws=4)


@pytest.mark.parametrize("name", ["a.mp4", "a.mkv"])
def test_variable_rate(tmp_path: Path, make_video, name: str) -> None:
    pts = np.cumsum(np.random.default_rng(0).integers(1, 9, 60))
    assert _check(make_video(tmp_path / name, frames=60, pts=pts), draws=4).pts is not None


def test_real_files(shared: Path) -> None:
    broken = {"corrupted.mp4", "zero_bytes.webm"}
    suffixes = {".mp4", ".avi", ".webm", ".mkv", ".mov"}
    paths = [path for path in (shared / "real-mini").rglob("*") if path.suffix in suffixes and path.name not in broken]
    assert len(paths) > 80
    for path in sorted(paths):
        _check(path, draws=2)


def test_numbers_beyond_the_video(tmp_path: Path, make_video) -> None:
    video = probe(str(make_video(tmp_path / "a.mp4")))
    for bad in (-1, 48):
        with pytest.raises(MediaError, match=rf"a\.mp4: frame {bad} asked for, but the index knows frames 0 to 47"):
            list(pictures(video, np.array([0, bad])))


def test_a_file_that_changed_since_indexing(tmp_path: Path, make_video) -> None:
    video = probe(str(make_video(tmp_path / "a.mp4")))
    make_video(tmp_path / "a.mp4", frames=47)
    with pytest.raises(MediaError, match=r"\d+ bytes, not \d+ as indexed; index the data set again"):
        list(pictures(video, np.array([0])))
    (tmp_path / "a.mp4").unlink()
    with pytest.raises(MediaError, match=r"a\.mp4: cannot be read: No such file"):
        list(pictures(video, np.array([0])))


def test_a_file_that_went_bad_in_place(tmp_path: Path, make_video) -> None:
    """Same size, other bytes: the frame is named, and no other comes instead."""
    path = make_video(tmp_path / "a.mp4", options={"x264-params": X264 + "bframes=0"})
    video = probe(str(path))
    data = bytearray(path.read_bytes())
    middle = len(data) // 2
    data[middle : middle + 2000] = bytes(2000)
    path.write_bytes(data)
    with pytest.raises(MediaError, match=r"a\.mp4: frame \d+ of 48: (damaged|Invalid data|the decoder)"):
        list(pictures(video, np.arange(48)))
    assert [number for number, _ in pictures(video, np.array([0, 1]))] == [0, 1]


def test_stamps_that_the_file_does_not_have(tmp_path: Path, make_video) -> None:
    video = probe(str(make_video(tmp_path / "a.mp4")))
    with pytest.raises(MediaError, match=r"a\.mp4: frame 1 of 48: the decoder does not give it"):
        list(pictures(replace(video, pts_step=video.pts_step + 1), np.array([1])))


def test_missing_and_quarantined_videos() -> None:
    for status in (MISSING, "quarantined"):
        with pytest.raises(MediaError, match=f"{status} in the index: why"):
            list(pictures(Video("a", None, status, "why"), np.array([0])))
