"""The index row of a video that is stored in pieces: its files as one run of frames."""

from collections.abc import Iterable, Sequence
from fractions import Fraction
from math import lcm

import numpy as np

from hico.errors import MediaError
from hico.video.piece import Piece
from hico.video.probe import mean_rate
from hico.video.record import OK, QUARANTINED, IntArray, Video

# Cutting tools round to frames, and to key frames where they copy packets: so far a file may go on behind its end.
MOST_OVER_S = 0.5
MOST_TICKS = 2**40  # a second: leaves room for the longest videos in 64 bits


def join(video_id: str, path: str, pieces: Sequence[Piece], files: Iterable[Video]) -> Video:
    """One row from the rows of all `files`, in order; quarantined with the first reason that speaks against it.

    Frame n of a piece is shown at the piece's start + (stamp n - first stamp). The video ends where the last piece
    does. `files` are asked for only if none is missing, and no further than to the first bad one.
    """
    try:
        _refuse_missing(pieces)
        usable = tuple(_checked(file) for file in files)
        return _joined(video_id, path, pieces, usable)
    except MediaError as error:
        return Video(video_id, path, QUARANTINED, str(error))


def _refuse_missing(pieces: Sequence[Piece]) -> None:
    missing = [piece for piece in pieces if piece.path is None]
    if missing:
        first = f"the first of them that from {missing[0].start_ms} to {missing[0].end_ms} ms"
        raise MediaError(f"{len(missing)} of {len(pieces)} pieces are missing, {first}")


def _checked(file: Video) -> Video:
    if file.status != OK:
        raise MediaError(f"{file.path}: {file.reason}")
    return file


def _joined(video_id: str, path: str, pieces: Sequence[Piece], files: tuple[Video, ...]) -> Video:
    width, height, rotation = _shape(files)
    ticks = _ticks(files)
    stamps = _rising(np.concatenate([_placed(*one, ticks) for one in zip(pieces, files, strict=True)]))
    steps = np.unique(np.diff(stamps))
    constant = len(steps) == 1
    duration_s = pieces[-1].end_ms / 1000
    return Video(
        video_id,
        path,
        OK,
        duration_s=duration_s,
        frames=len(stamps),
        fps=float(ticks / steps[0]) if constant else mean_rate(files[0].fps, len(stamps), duration_s),
        width=width,
        height=height,
        rotation=rotation,
        codec=files[0].codec,
        container=files[0].container,
        size_bytes=sum(file.size_bytes for file in files),
        time_base_num=1,
        time_base_den=ticks,
        start_pts=int(stamps[0]),
        pts_step=int(steps[0]) if constant else 0,
        pts=None if constant else stamps,
        pieces=files,
    )


def _shape(files: tuple[Video, ...]) -> tuple[int, int, int]:
    """Width, height and rotation that all files share."""
    shapes = {(file.width, file.height, file.rotation): file for file in files}
    if len(shapes) > 1:
        sizes = ", ".join(
            f"{width}x{height} turned by {turn} in {file.path}" for (width, height, turn), file in shapes.items()
        )
        raise MediaError(f"its pieces differ in size: {sizes}")
    return next(iter(shapes))


def _ticks(files: tuple[Video, ...]) -> int:
    """Ticks a second of a time base that has every stamp of every file, and milliseconds."""
    ticks = lcm(1000, *(Fraction(file.time_base_num, file.time_base_den).denominator for file in files))
    if ticks > MOST_TICKS:
        raise MediaError("its pieces have time bases that do not fit together")
    return ticks


def _placed(piece: Piece, file: Video, ticks: int) -> IntArray:
    """(frames,) when each frame of a piece is shown, in ticks from the start of the video."""
    stamps = np.sort(file.stamps)
    placed = piece.start_ms * ticks // 1000 + (stamps - stamps[0]) * int(
        Fraction(file.time_base_num, file.time_base_den) * ticks
    )
    last_s, end_s = float(placed[-1]) / ticks, piece.end_ms / 1000
    if last_s > end_s + MOST_OVER_S:
        raise MediaError(f"{file.path}: its frames go on to {last_s:.2f} s, but the piece ends at {end_s:.2f} s")
    return np.asarray(placed, np.int64)


def _rising(stamps: IntArray) -> IntArray:
    """A frame that comes no later than the one before it is shown one tick after that."""
    number = np.arange(len(stamps))
    return np.asarray(np.maximum.accumulate(stamps - number) + number, np.int64)
