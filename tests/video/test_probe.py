"""What the probe finds in files that lie, hide pictures, or are no videos at all."""

import os
from pathlib import Path

import av
import numpy as np
import pytest

from hico.annotations.videos import EXTENSIONS
from hico.video.decode import read_frames
from hico.video.probe import probe
from hico.video.record import OK, QUARANTINED, Video


def test_constant_rate(tmp_path: Path, make_video) -> None:
    options = {"x264-params": "keyint=12:min-keyint=12:scenecut=0"}
    path = make_video(tmp_path / "a.mp4", frames=48, options=options)
    video = probe(str(path), "a")
    assert (video.video_id, video.path, video.status, video.reason) == ("a", str(path), OK, "")
    assert (video.frames, video.fps, video.duration_s) == (48, 25.0, pytest.approx(1.92))
    assert (video.width, video.height, video.rotation, video.codec, video.container) == (64, 48, 0, "h264", "mov")
    assert video.size_bytes == path.stat().st_size
    assert video.pts is None
    np.testing.assert_allclose(video.frame_times_s, np.arange(48) / 25)
    assert video.key_frames.tolist() == [0, 12, 24, 36]


# No encoder of Theora is at hand: VP8 stands in an Ogg file for it.
CODECS = {
    ".webm": "libvpx",
    ".mpg": "mpeg1video",
    ".mpeg": "mpeg2video",
    ".flv": "flv",
    ".wmv": "wmv2",
    ".3gp": "mpeg4",
}


@pytest.mark.parametrize("extension", EXTENSIONS)
def test_files_of_every_listed_extension_can_be_read(tmp_path: Path, make_video, extension: str) -> None:
    how = {"codec": "libvpx", "container_format": "ogg"} if extension == ".ogv" else {}
    path = make_video(tmp_path / f"a{extension}", **{"codec": CODECS.get(extension, "libx264"), **how})
    video = probe(str(path))
    assert (video.status, video.frames) == (OK, 48)
    assert read_frames(video, [np.array([0, 47])])[0].shape == (2, 48, 64, 3)


def test_variable_rate(tmp_path: Path, make_video) -> None:
    pts = np.cumsum(np.random.default_rng(0).integers(1, 5, 48))
    video = probe(str(make_video(tmp_path / "a.mkv", pts=pts)))
    assert video.pts is not None
    np.testing.assert_allclose(video.frame_times_s, (pts - pts[0]) / 25, atol=1e-3)
    assert video.fps == pytest.approx(48 / video.duration_s)
    assert Video.from_row(video.to_row()).to_row() == video.to_row()


@pytest.mark.parametrize("name", ["late.mp4", "late.ts", "late.mkv"])
def test_times_start_at_the_first_frame(tmp_path: Path, make_video, name: str) -> None:
    video = probe(str(make_video(tmp_path / name, pts=range(1000, 1048))))
    assert (video.status, video.frames, video.duration_s) == (OK, 48, pytest.approx(1.92, abs=0.002))
    assert video.frame_times_s[0] == 0


def test_frames_before_the_start_of_an_edit_list_do_not_count(tmp_path: Path, make_video) -> None:
    video = probe(str(make_video(tmp_path / "a.mp4", pts=range(-10, 38))))
    assert (video.status, video.frames, video.duration_s) == (OK, 38, pytest.approx(1.52))


@pytest.mark.parametrize("angle", [90, -90, 180])
def test_size_is_that_after_rotation(tmp_path: Path, make_video, angle: int) -> None:
    video = probe(str(make_video(tmp_path / "a.mp4", rotation=angle)))
    turned = angle % 180 != 0
    assert (video.width, video.height, video.rotation) == ((48, 64) if turned else (64, 48)) + (-angle % 360,)


def test_stamps_that_repeat_are_replaced_by_counting(tmp_path: Path, make_video) -> None:
    pts = [*range(20), *range(21, 49)]
    path = make_video(tmp_path / "a.mp4", pts=pts, max_b_frames=0, container_options={"movie_timescale": "1000"})
    data = path.read_bytes()
    at = data.index(b"stts")
    entries = np.frombuffer(data[at + 12 : at + 12 + 24], ">u4").reshape(3, 2)
    assert entries[:, 0].tolist() == [19, 1, 28]  # 19 steps of a frame, one of two, 28 of one
    broken = bytearray(data)
    broken[at + 24 : at + 28] = bytes(4)  # the long step becomes none: two frames at one time
    path.write_bytes(broken)
    video = probe(str(path))
    assert (video.status, video.frames, len(video.key_pts)) == (OK, 48, 0)
    assert np.diff(video.frame_times_s) == pytest.approx(1 / video.fps)
    assert len({frame.tobytes() for frame in read_frames(video, [np.arange(48)])[0]}) == 48


def test_vp8_packets_that_are_not_shown_are_no_frames(tmp_path: Path, make_video) -> None:
    path = make_video(tmp_path / "a.webm", codec="libvpx", options={"deadline": "realtime"})
    with av.open(str(path)) as container:
        packets = [bytes(packet) for packet in container.demux(video=0) if packet.size]
    hidden = bytes([packets[20][0] & ~0x10]) + packets[20][1:]
    path.write_bytes(path.read_bytes().replace(packets[20], hidden))
    video = probe(str(path))
    assert (video.status, video.frames) == (OK, 47)
    assert probe(str(path), full_check=True).stamps.tolist() == video.stamps.tolist()


@pytest.mark.parametrize("with_video", [True, False])
def test_a_cover_picture_is_not_the_video(tmp_path: Path, make_video, with_video: bool) -> None:
    plain, covered = make_video(tmp_path / "a.mp4"), tmp_path / "b.mp4"
    with av.open(str(plain)) as source, av.open(str(covered), "w") as target:
        cover = target.add_stream("mjpeg", rate=1)
        cover.width, cover.height, cover.pix_fmt = 320, 200, "yuvj420p"
        cover.disposition = av.stream.Disposition.attached_pic
        copied = target.add_stream_from_template(source.streams.video[0]) if with_video else None
        target.mux(cover.encode(av.VideoFrame(320, 200, "yuvj420p")))
        target.mux(cover.encode(None))
        for packet in source.demux(video=0):
            if packet.size and copied is not None:
                packet.stream = copied
                target.mux(packet)
    video = probe(str(covered))
    if with_video:
        assert (video.status, video.codec, video.width, video.frames) == (OK, "h264", 64, 48)
    else:
        assert (video.status, video.reason) == (QUARANTINED, "holds no video stream")


def test_metadata_that_is_not_utf8(tmp_path: Path, make_video) -> None:
    path = make_video(tmp_path / "a.mp4", metadata={"title": "a title to be spoilt"})
    data = path.read_bytes()
    assert b"title to be" in data
    path.write_bytes(data.replace(b"title to be", b"\xff\xfe\xe9tle to be"))
    assert probe(str(path)).status == OK


NAMES = [
    "-leading.mp4",
    "[a](b) !#%d?.mp4",
    "new\nline.mp4",
    "quo'te\".mp4",
    "concat:a|b.mp4",
    "http:x.mp4",
    "é %05d.mp4",
]


@pytest.mark.parametrize("name", NAMES)
def test_odd_names(tmp_path: Path, make_video, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make_video(tmp_path / "plain.mp4").rename(tmp_path / name)
    monkeypatch.chdir(tmp_path)
    assert probe(name).status == OK
    assert probe(str(tmp_path / name)).status == OK


PLAYLISTS = {
    "list.ffconcat": "ffconcat version 1.0\nfile {}\n",
    "list.m3u8": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n",
    "list.mp4": "#EXTM3U\n#EXT-X-TARGETDURATION:9\n#EXTINF:9,\n{}\n#EXT-X-ENDLIST\n",
    "list.sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\nc=IN IP4 127.0.0.1\nm=video 9 RTP/AVP 96\na=rtpmap:96 H264/90000\n",
}


@pytest.mark.parametrize("name", PLAYLISTS)
def test_playlists_are_no_videos(tmp_path: Path, make_video, name: str) -> None:
    (tmp_path / name).write_text(PLAYLISTS[name].format(make_video(tmp_path / "a.mp4")))
    video = probe(str(tmp_path / name))
    assert video.status == QUARANTINED
    assert video.reason.startswith("cannot be read: ")


def test_what_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe.mp4")
    assert probe(str(tmp_path / "pipe.mp4")).reason == "not a regular file"
    assert probe(str(tmp_path)).reason == "not a regular file"
    assert probe(str(tmp_path / "none.mp4")).reason == "cannot be read: No such file or directory"


def test_sound_alone_is_no_video(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4"
    with av.open(str(path), "w") as container:
        stream = container.add_stream("aac", rate=8000)
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), "fltp", "mono")
        frame.rate = 8000
        container.mux(stream.encode(frame))
        container.mux(stream.encode(None))
    assert probe(str(path)).reason == "holds no video stream"


@pytest.mark.parametrize("share", [0.3, 0.9])
def test_cut_files(tmp_path: Path, make_video, share: float) -> None:
    """A container that is cut in the middle is what is left of it, unless its last frame is damaged."""
    for name, options in (("a.mkv", {}), ("a.mp4", {"movflags": "faststart"}), ("b.mp4", {})):
        data = make_video(tmp_path / name, container_options=options).read_bytes()
        (tmp_path / name).write_bytes(data[: int(len(data) * share)])
    cut = probe(str(tmp_path / "a.mkv"), full_check=True)
    assert (cut.status, 0 < cut.frames < 48) == (OK, True)
    assert probe(str(tmp_path / "a.mp4")).reason.endswith("Invalid data found when processing input")
    assert probe(str(tmp_path / "b.mp4")).reason == "cannot be read: Invalid data found when processing input"


def test_full_check_drops_key_frames_that_are_none(tmp_path: Path, make_video) -> None:
    """Intra refresh marks frames as entries that need the frames before them."""
    path = make_video(tmp_path / "a.mp4", options={"x264-params": "keyint=12:intra-refresh=1"}, frames=60)
    quick, checked = probe(str(path)), probe(str(path), full_check=True)
    assert set(checked.key_pts) < set(quick.key_pts)
    assert (checked.frames, checked.status) == (quick.frames, OK)
