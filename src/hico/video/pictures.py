"""Exact decoded pictures by number, whichever way they are reached: one sorted pass over a file.

A frame is known by the stamp (pts) that the decoder gives it, never by counting from a key frame, so
leading pictures of open GOPs, B frames and variable frame rates cannot shift it.
"""

from collections.abc import Iterator

import av
import numpy as np
from av.video.frame import VideoFrame

from hico.errors import MediaError
from hico.video.media import explain, file_size
from hico.video.reader import Reader
from hico.video.record import OK, IntArray, Video

# Decoding on over this many unwanted frames is cheaper than one more seek.
FRAMES_PER_SEEK = 8


def pictures(video: Video, numbers: IntArray) -> Iterator[tuple[int, VideoFrame]]:
    """(display number, decoded frame) for each distinct number, run by run of frames that lie near each other.

    Frames of a video that is stored in pieces come from the files that hold them, numbered through all of these.
    Raises MediaError when a file has changed since indexing or a frame cannot be decoded.
    """
    wanted = np.unique(numbers)
    _refuse_outside(video, wanted)
    first = 0
    for file in video.files:
        inside = wanted[(wanted >= first) & (wanted < first + file.frames)]
        if len(inside):
            for number, frame in _file_pictures(file, inside - first):
                yield first + number, frame
        first += file.frames


def _file_pictures(file: Video, wanted: IntArray) -> Iterator[tuple[int, VideoFrame]]:
    """The same of one file; `wanted` rises."""
    stamps = file.stamps if len(file.key_pts) else np.arange(file.frames)
    with Reader(_unchanged(file)) as reader:
        for key, run in _runs(wanted, file.key_frames):
            yield from _read_run(file, stamps, reader, key, run)


def _refuse_outside(video: Video, wanted: IntArray) -> None:
    """Raises MediaError where the index speaks against reading these frames."""
    if video.status != OK or video.path is None:
        raise MediaError(f"{video.path or video.video_id}: {video.status} in the index: {video.reason}")
    if len(wanted) and (wanted[0] < 0 or wanted[-1] >= video.frames):
        bad = wanted[0] if wanted[0] < 0 else wanted[-1]
        raise MediaError(f"{video.path}: frame {bad} asked for, but the index knows frames 0 to {video.frames - 1}")


def _unchanged(file: Video) -> str:
    """The path, if its file is as long as the index says."""
    path = str(file.path)
    size = file_size(path)
    if size != file.size_bytes:
        raise MediaError(f"{path}: {size} bytes, not {file.size_bytes} as indexed; index the data set again")
    return path


def _runs(wanted: IntArray, keys: IntArray) -> Iterator[tuple[int | None, IntArray]]:
    """Split frames into runs, each read in one go from a key frame; None: from the start of the file."""
    entry = np.searchsorted(keys, wanted, side="right") - 1
    starts = np.append(keys, 0)[entry]  # before the first key frame: the start
    far = starts[1:] > wanted[:-1] + FRAMES_PER_SEEK
    for run in np.split(np.arange(len(wanted)), np.flatnonzero(far) + 1):
        if len(run):
            yield (int(starts[run[0]]) if entry[run[0]] >= 0 else None), wanted[run]


def _read_run(
    video: Video, stamps: IntArray, reader: Reader, key: int | None, run: IntArray
) -> Iterator[tuple[int, VideoFrame]]:
    """Read from the key frame; what does not come out that way is read once more from the start."""
    missing = {int(stamps[number]): int(number) for number in run}
    reason = "the decoder does not give it"
    for start in (None,) if key is None else (key, None):
        entry_stamp = -(2**63) if start is None else int(stamps[start])
        try:
            for stamp, frame in _stamped(video, stamps, reader, start, set(missing)):
                if frame.is_corrupt and stamp >= entry_stamp:
                    reason = "damaged"
                    break
                if stamp in missing:
                    yield missing.pop(stamp), frame
                if not missing:
                    return
        except av.FFmpegError as error:
            reason = explain(error)
    raise MediaError(f"{video.path}: frame {min(missing.values())} of {video.frames}: {reason}")


def _stamped(
    video: Video, stamps: IntArray, reader: Reader, key: int | None, wanted: set[int]
) -> Iterator[tuple[int, VideoFrame]]:
    """(stamp, frame) from a key frame or the start on; frames without stamps of their own get their number."""
    if not len(video.key_pts):
        return enumerate(reader.from_start())
    frames = reader.from_start() if key is None else reader.from_key(int(stamps[key]), key == 0, wanted)
    return ((frame.pts, frame) for frame in frames if frame.pts is not None)
