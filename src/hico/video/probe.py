"""What a file really holds: frame stamps and key frames from its packets, proved on a few decoded frames.

Headers are not believed: frames are counted, times and sizes come from what can be read.
"""

from dataclasses import replace

import numpy as np

from hico.errors import MediaError
from hico.video.media import file_size
from hico.video.packets import Packets, decode_all, names_frames, scan
from hico.video.pictures import pictures
from hico.video.record import OK, QUARANTINED, IntArray, Video
from hico.video.verify import with_true_keys

LONGEST_S = 48 * 3600.0
# The last test frame lies at most so far behind its key frame: a whole GOP can take longer than all the rest.
LAST_RUN = 64


def probe(path: str, video_id: str = "", full_check: bool = False) -> Video:
    """Index one existing file. Unusable media gives a quarantined row with its reason.

    `full_check` decodes every frame, and keeps only key frames from which the frames come out the same.
    """
    try:
        packets = scan(path)
        video = Video(
            video_id,
            path,
            OK,
            codec=packets.codec,
            container=packets.container,
            size_bytes=file_size(path),
        )
        if full_check:
            return with_true_keys(_from_frames(video, packets))
        return _from_packets(video, packets) if packets.trusted else _from_frames(video, packets)
    except MediaError as error:
        return Video(video_id, path, QUARANTINED, str(error).removeprefix(f"{path}: "))


def _from_packets(video: Video, packets: Packets) -> Video:
    try:
        return _proved(_timed(video, packets, sorted(stamp for stamp in packets.pts if stamp is not None)))
    except MediaError:  # packets that are no frames, such as half pictures: what decodes is the truth
        return _from_frames(video, packets)


def _from_frames(video: Video, packets: Packets) -> Video:
    stamps = decode_all(str(video.path))
    if not stamps:
        raise MediaError(f"{video.path}: holds no frames")
    if names_frames(stamps):
        return _proved(_timed(video, packets, [stamp for stamp in stamps if stamp is not None]))
    return _proved(_counted(video, packets, len(stamps)))


def _timed(video: Video, packets: Packets, stamps: list[int]) -> Video:
    """Frames, times and key frames from stamps in display order."""
    span = (max(stamps) - min(stamps)) * packets.time_base
    if not span < LONGEST_S or max(map(abs, stamps)) >= 2**62:
        raise MediaError(f"{video.path}: its frames span {float(span):.0f} s")
    pts = np.array(stamps, np.int64)
    steps = np.unique(np.diff(pts))
    constant = len(steps) == 1 and steps[0] > 0
    seconds = float(packets.time_base)
    typical_s = float(np.median(np.diff(np.sort(pts)))) * seconds if len(pts) > 1 else _frame_s(video, packets)
    duration_s = float(span) + typical_s
    return replace(
        video,
        duration_s=duration_s,
        frames=len(pts),
        fps=1 / typical_s if constant else mean_rate(float(packets.rate), len(pts), duration_s),
        time_base_num=packets.time_base.numerator,
        time_base_den=packets.time_base.denominator,
        start_pts=int(pts[0]),
        pts_step=int(steps[0]) if constant else 0,
        pts=None if constant else pts,
        key_pts=_keys(packets, pts),
    )


def _keys(packets: Packets, pts: IntArray) -> IntArray:
    return np.intersect1d(np.array([stamp for stamp in packets.key_pts if stamp is not None], np.int64), pts)


def _frame_s(video: Video, packets: Packets) -> float:
    if packets.rate <= 0:
        raise MediaError(f"{video.path}: neither frame times nor a frame rate")
    return float(1 / packets.rate)


def mean_rate(stated: float, frames: int, duration_s: float) -> float:
    """The stated rate where the frames bear it out, else what they show."""
    borne_out = abs(stated * duration_s - frames) <= max(1.5, 0.01 * frames)
    return stated if borne_out else frames / duration_s


def _counted(video: Video, packets: Packets, frames: int) -> Video:
    """Stamps that do not name frames are of no use: frames are counted from the start, at the stated rate."""
    return replace(
        video,
        duration_s=frames * _frame_s(video, packets),
        frames=frames,
        fps=float(packets.rate),
        time_base_num=packets.rate.denominator,
        time_base_den=packets.rate.numerator,
        pts_step=1,
    )


def _proved(video: Video) -> Video:
    """Decode the first, a middle and a late frame, and take the size from them."""
    shapes = set()
    for _, frame in pictures(video, _test_frames(video)):
        shapes.add((frame.width, frame.height, round(-frame.rotation / 90) * 90 % 360))
    if len(shapes) > 1:
        raise MediaError(f"{video.path}: its frames change size: {sorted(shapes)}")
    width, height, rotation = shapes.pop()
    if rotation % 180:
        width, height = height, width
    return replace(video, width=width, height=height, rotation=rotation)


def _test_frames(video: Video) -> IntArray:
    """The first frame, the key frame next to the middle, and the last one where that is not far from its key frame."""
    last, keys = video.frames - 1, video.key_frames
    if not len(keys):
        return np.array([0, last // 2, last])
    return np.array([0, keys[np.argmin(np.abs(keys - last // 2))], min(last, keys[-1] + LAST_RUN)])
