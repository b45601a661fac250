"""Videos that are stored in pieces: the same frames and times as their files one after the other."""

from collections.abc import Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

from hico.clips import frames_of, window_frames
from hico.config.data import Store
from hico.errors import MediaError
from hico.video.copying import transcode_all
from hico.video.decode import read_frames
from hico.video.joined import join
from hico.video.piece import Piece
from hico.video.probe import probe
from hico.video.probing import probe_all
from hico.video.record import MISSING, OK, PIECES, QUARANTINED, SCHEMA, Video
from hico.video.store import store_path, transcode
from hico.video.table import merge, read_index, to_table, write_index

B_FRAMES = {"options": {"x264-params": "keyint=12:open-gop=1:bframes=3"}}
KINDS = {
    "h264": [("a.mp4", B_FRAMES)],
    "mpeg4 in avi": [("a.avi", {"codec": "mpeg4", "max_b_frames": 2})],
    "starts behind 0": [("a.mp4", B_FRAMES | {"pts": range(7, 57)})],
    "uneven": [("a.mkv", {"pts": np.cumsum(np.random.default_rng(0).integers(1, 3, 50)) // 2})],
    "mixed": [("a.mp4", B_FRAMES), ("b.mkv", {"codec": "mpeg4"}), ("c.avi", {"codec": "mjpeg", "pix_fmt": "yuvj420p"})],
}


def cut(folder: Path, make_video, kinds: Sequence[tuple[str, dict]] = KINDS["h264"], last: int = 23) -> list[Piece]:
    """Pieces of 50 frames, 2 s each, of one moving pattern; the last one has `last` frames."""
    pieces = []
    for number in range(4):
        name, how = kinds[number % len(kinds)]
        frames = last if number == 3 else 50
        how = how | {"pts": list(how["pts"])[:frames]} if "pts" in how else how
        path = make_video(folder / f"{number}{name}", frames=frames, first=50 * number, **how)
        pieces.append(Piece(str(path), 2000 * number, 2000 * number + 40 * frames))
    return pieces


def indexed(pieces: Sequence[Piece], full_check: bool = False) -> Video:
    files = [probe(str(piece.path), "id", full_check) for piece in pieces]
    return join("id", str(pieces[0].path), pieces, files)


def decoded(pieces: Sequence[Piece]) -> np.ndarray:
    """All pictures of all files, one file after the other, by nothing but PyAV."""
    images = []
    for piece in pieces:
        with av.open(str(piece.path)) as container:
            images += [frame.to_ndarray(format="rgb24") for frame in container.decode(video=0)]
    return np.stack(images)


@pytest.mark.parametrize("full_check", [False, True])
@pytest.mark.parametrize("kinds", KINDS.values(), ids=KINDS)
def test_windows_are_those_of_the_files_one_after_the_other(tmp_path: Path, make_video, kinds, full_check) -> None:
    pieces = cut(tmp_path, make_video, kinds)
    video, truth = indexed(pieces, full_check), decoded(pieces)
    assert (video.status, video.reason, video.frames, len(truth)) == (OK, "", 173, 173)
    assert video.duration_s == 6.92
    rng = np.random.default_rng(1)
    starts = rng.uniform(0, 6.92 - 1.2, 40)
    clips = frames_of(video, np.stack([starts, starts + 1.2], 1), 8)
    crossing = [clip for clip in clips if clip[0] // 50 != clip[-1] // 50]
    assert len(crossing) > 5
    for clip in [*clips, rng.permutation(173)[:20], np.array([0, 172, 49, 50, 50, 99, 100])]:
        assert (read_frames(video, [clip])[0] == truth[clip]).all()
    assert all((found == truth[clip]).all() for found, clip in zip(read_frames(video, clips), clips, strict=True))


def test_frames_are_shown_at_the_start_of_their_piece_and_their_stamp(tmp_path: Path, make_video) -> None:
    even = indexed(cut(tmp_path, make_video, KINDS["starts behind 0"]))
    assert (even.even, even.fps, even.pts) == (True, 25, None)
    np.testing.assert_allclose(even.frame_times_s, np.arange(173) / 25)
    pieces = [piece._replace(start_ms=piece.start_ms + 333 * n, end_ms=piece.end_ms + 333 * (n + 1))
              for n, piece in enumerate(cut(tmp_path, make_video))]  # fmt: skip
    gaps = indexed(pieces)
    assert not gaps.even
    expected = [piece.start_ms / 1000 + n / 25 for piece in pieces for n in range(50)][:173]
    np.testing.assert_allclose(gaps.frame_times_s, expected)
    assert gaps.duration_s == pieces[-1].end_ms / 1000


def test_pieces_of_several_time_bases_have_exact_times(tmp_path: Path, make_video) -> None:
    """Rates of NTSC and thousandths: nothing is rounded."""
    ntsc = {"pts": [1001 * n for n in range(50)], "time_base": Fraction(1, 30000)}
    pieces = cut(tmp_path, make_video, [("a.mp4", ntsc), ("b.mkv", {})])
    video = indexed(pieces)
    assert video.time_base_den % 30000 == video.time_base_den % 1000 == 0
    assert video.frame_times_s[49] == pytest.approx(49 * 1001 / 30000, abs=1e-12)
    assert video.frame_times_s[50] == 2


def test_frames_are_those_that_the_release_takes(tmp_path: Path, make_video) -> None:
    """It opens the pieces that a window touches, and counts frames from the first of them at its rate."""
    video = indexed(cut(tmp_path, make_video))
    rng, off = np.random.default_rng(2), []
    for start in rng.uniform(0, 6.92 - 1.2, 200):
        touched = np.arange(start // 2, np.ceil((start + 1.2) / 2)).astype(int)
        frames = sum(video.files[number].frames for number in touched)
        window = (start - 2 * touched[0], start + 1.2 - 2 * touched[0])
        released = window_frames(*window, frames, video.files[touched[0]].fps, 8) + 50 * touched[0]
        off.append(frames_of(video, np.array([[start, start + 1.2]]), 8)[0] - released)
    assert np.abs(off).max() <= 1  # a point that float32 rounds to the other side of a whole number
    assert np.mean(np.array(off) == 0) > 0.98


def test_a_piece_that_goes_on_a_little_keeps_the_order_of_frames(tmp_path: Path, make_video) -> None:
    pieces = cut(tmp_path, make_video)
    moved = [piece._replace(start_ms=piece.start_ms - 100 * n, end_ms=piece.end_ms - 100 * (n + 1))
             for n, piece in enumerate(pieces)]  # fmt: skip
    video, truth = indexed(moved), decoded(pieces)
    assert video.status == OK
    assert (np.diff(video.frame_times_s) > 0).all()
    assert (read_frames(video, [np.arange(173)])[0] == truth).all()


def test_the_store_makes_one_copy_of_the_whole(tmp_path: Path, make_video) -> None:
    pieces, settings = cut(tmp_path, make_video), Store(short_side=32, gop=6, crf=8)
    video = indexed(pieces)
    [copy] = transcode_all([video], tmp_path / "store", settings, 1)
    assert (copy.status, copy.reason, copy.path) == (OK, "", str(store_path(tmp_path / "store", video, settings)))
    assert (copy.frames, copy.fps, copy.duration_s, copy.pieces) == (173, 25, 6.92, ())
    np.testing.assert_allclose(copy.frame_times_s, video.frame_times_s, atol=1e-3)
    whole = make_video(tmp_path / "whole.mp4", frames=173, **B_FRAMES)
    same = transcode(probe(str(whole)), tmp_path / "same.mp4", settings)
    numbers = [np.arange(0, 173, 7)]
    difference = read_frames(copy, numbers)[0].astype(float) - read_frames(same, numbers)[0]
    assert np.abs(difference).mean() < 8
    other = indexed([*pieces[:3], Piece(str(make_video(tmp_path / "other.mp4", frames=23)), *pieces[3][1:])])
    assert store_path(tmp_path, other, settings) != store_path(tmp_path, video, settings)


@pytest.mark.parametrize("new_frames", [40, 60])
def test_a_piece_that_has_changed_is_named(tmp_path: Path, make_video, new_frames: int) -> None:
    pieces = cut(tmp_path, make_video)
    video = indexed(pieces)
    make_video(Path(str(pieces[1].path)), frames=new_frames)
    read_frames(video, [np.array([49, 100])])
    with pytest.raises(MediaError, match=r"/1a\.mp4: .* bytes, not .* as indexed; index the data set again"):
        read_frames(video, [np.array([49, 50])])
    with pytest.raises(MediaError, match=r"/1a\.mp4: frame \d+ of 50: damaged, or changed since indexing"):
        transcode(video, tmp_path / "store" / "copy.mp4", Store())
    assert not list(tmp_path.glob("store/*"))


def test_numbers_outside_the_whole_are_refused(tmp_path: Path, make_video) -> None:
    with pytest.raises(MediaError, match="frame 173 asked for, but the index knows frames 0 to 172"):
        read_frames(indexed(cut(tmp_path, make_video)), [np.array([173])])


def test_what_speaks_against_a_piece_speaks_against_the_video(tmp_path: Path, make_video) -> None:
    good = cut(tmp_path, make_video)
    (tmp_path / "bad.mp4").write_bytes(b"no video")
    large = str(make_video(tmp_path / "large.mp4", frames=50, size=(96, 64)))
    long = str(make_video(tmp_path / "long.mp4", frames=75))
    changed = {
        "ok": good,
        "one": [good[0], good[1]._replace(path=None), *good[2:]],
        "two": [good[0]._replace(path=None), *good[1:3], good[3]._replace(path=None)],
        "gone": [good[0], good[1]._replace(path=str(tmp_path / "gone.mp4")), *good[2:]],
        "bad": [*good[:2], good[2]._replace(path=str(tmp_path / "bad.mp4")), good[3]],
        "large": [*good[:2], good[2]._replace(path=large), good[3]],
        "long": [*good[:2], good[2]._replace(path=long), good[3]],
        "none": [piece._replace(path=None) for piece in good],
    }
    videos = [(name, None if name == "none" else good[0].path) for name in changed]
    rows = {row.video_id: row for row in probe_all(videos, 2, False, changed)}
    assert [row.status for row in rows.values()] == [OK, *[QUARANTINED] * 6, MISSING]
    assert rows["ok"].to_row() == indexed(good).to_row() | {
        "video_id": "ok",
        "pieces": [piece.to_row() | {"video_id": "ok"} for piece in indexed(good).pieces],
    }
    reasons = {name: row.reason for name, row in rows.items()}
    assert reasons["one"] == "1 of 4 pieces are missing, the first of them that from 2000 to 4000 ms"
    assert reasons["two"] == "2 of 4 pieces are missing, the first of them that from 0 to 2000 ms"
    assert reasons["gone"] == f"{tmp_path}/gone.mp4: cannot be read: No such file or directory"
    assert reasons["bad"].startswith(f"{tmp_path}/bad.mp4: cannot be read: ")
    assert reasons["large"].startswith("its pieces differ in size: 64x48 turned by 0 in ")
    assert f"96x64 turned by 0 in {large}" in reasons["large"]
    assert reasons["long"] == f"{long}: its frames go on to 6.96 s, but the piece ends at 6.00 s"


def test_index_tables_hold_the_pieces_where_there_are_any(tmp_path: Path, make_video) -> None:
    video, single = indexed(cut(tmp_path, make_video)), probe(str(make_video(tmp_path / "single.mp4")), "single")
    assert to_table([single]).schema == SCHEMA
    write_index(tmp_path / "0.parquet", to_table([single]))
    write_index(tmp_path / "1.parquet", to_table([video]))
    manifest = to_table([video, single]).select(["video_id", "path"]).to_pandas()
    index = merge(manifest, [tmp_path / "0.parquet", tmp_path / "1.parquet"])
    assert index.schema == SCHEMA.append(PIECES)
    write_index(tmp_path / "index.parquet", index)
    again = [Video.from_row(row) for row in read_index(tmp_path / "index.parquet").to_pylist()]
    assert [one.to_row() for one in again] == [video.to_row(), single.to_row()]
    assert len(again[0].files) == 4
    assert again[1].files == (again[1],)
