"""The full check of random access: frames reached from each key frame against those of one decode from the start."""

import zlib
from collections.abc import Iterable
from dataclasses import replace

import av
import numpy as np
from av.video.frame import VideoFrame
from av.video.reformatter import VideoReformatter

from hico.video.reader import Reader
from hico.video.record import Video


def with_true_keys(video: Video) -> Video:
    """Keep the key frames from which all frames up to the next one come out bit for bit as from the start.

    Reads the file twice. Some encoders mark frames as key frames that still need earlier ones.
    """
    keys = video.key_frames
    if not len(keys):
        return video
    ends = np.append(keys[1:], video.frames)
    with Reader(str(video.path)) as reader:
        truth = _digests(reader.from_start())
        true = [int(keys[0])]
        for key, end in zip(keys[1:], ends[1:], strict=True):
            if _enters(reader, video, int(key), int(end), truth):
                true.append(int(key))
    return replace(video, key_pts=np.sort(video.stamps[true]))


def _enters(reader: Reader, video: Video, key: int, end: int, truth: dict[int, int]) -> bool:
    stamps = video.stamps[key:end].tolist()
    try:
        found = _digests(reader.from_key(int(video.stamps[key]), False, set(stamps)))
    except av.FFmpegError:
        return False
    return all(found.get(stamp) == truth[stamp] for stamp in stamps)


def _digests(frames: Iterable[VideoFrame]) -> dict[int, int]:
    """Checksum of the RGB picture by stamp."""
    rgb = VideoReformatter()
    pictures = ((frame.pts, rgb.reformat(frame, format="rgb24", threads=1)) for frame in frames)
    return {stamp: zlib.crc32(picture.to_ndarray().tobytes()) for stamp, picture in pictures if stamp is not None}
