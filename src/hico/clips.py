"""Clip arithmetic: where the clips of a video lie in time, and which frames they hold (HiCo, gradual sampling).

Times are in seconds, frame numbers in display order. Random functions read `generator.random()` only.
"""

from typing import Protocol

import numpy as np
import numpy.typing as npt

from hico.config.experiments import Pretrain, Sampling
from hico.video.record import Video

Frames = npt.NDArray[np.int64]
Windows = npt.NDArray[np.float64]


class Uniform(Protocol):
    """What the samplers need of `numpy.random.Generator`: numbers in [0, 1)."""

    def random(self) -> float: ...


def frames_of(video: Video, windows: Windows, num_frames: int) -> list[Frames]:
    """Frame numbers (num_frames,) spread over each window [start_s, end_s] of a video, evenly in time."""
    if video.even:
        return [window_frames(start, end, video.frames, video.fps, num_frames) for start, end in windows]
    times_s = video.frame_times_s
    return [shown_frames(start, end, times_s, num_frames) for start, end in windows]


def shown_frames(start_s: float, end_s: float, times_s: npt.NDArray[np.float64], num_frames: int) -> Frames:
    """The same of one window of a video that shows its frames from `times_s` on."""
    shown = np.searchsorted(times_s, np.linspace(start_s, end_s, num_frames), side="right") - 1
    last = np.searchsorted(times_s, end_s) - 1
    return np.maximum(np.minimum(shown, last), 0).astype(np.int64)


def window_frames(start_s: float, end_s: float, frames_in_video: int, fps: float, num_frames: int) -> Frames:
    """The same of one window of a video of constant rate."""
    first = max(int(start_s * fps), 0)
    stop = min(int(end_s * fps), frames_in_video)
    return _spread(first, stop, num_frames, first, stop - 1)


def view_frames(frames_in_video: int, fps: float, view: int, views: int, num_frames: int, rate: float) -> Frames:
    """Frame numbers (num_frames,) of test view `view` of `views`; a single view lies in the middle."""
    window = num_frames * rate * fps / 30
    room = max(frames_in_video - window, 0)
    start = room / 2 if views == 1 else room * view / views
    return _spread(start, start + window - 1, num_frames, 0, frames_in_video - 1)


def random_window_frames(generator: Uniform, frames_in_video: int, fps: float, num_frames: int, rate: float) -> Frames:
    """Frame numbers (num_frames,) of one window at a random start, for supervised training."""
    window = num_frames * rate * fps / 30
    start = max(frames_in_video - window, 0) * generator.random()
    return _spread(start, start + window - 1, num_frames, 0, frames_in_video - 1)


def near_distance(sampling: Sampling, progress: float) -> float:
    """Largest distance of a near pair in s when the share `progress` in [0, 1] of training is done."""
    start, end = sampling.distance_s
    return start + (end - start) * progress if sampling.gradual else end


def pretrain_frames(generator: Uniform, settings: Pretrain, video: Video, progress: float) -> list[Frames]:
    """Frame numbers (frames of a clip,) of each clip of one video, as the method of `settings` takes them.

    The released SimCLR takes clips of trimmed videos by frame numbers and as supervised training does, with starts in
    [0, T - L]; of untrimmed ones by seconds, with centers in [L, T - L] as all of HiCo. `sampling.margin` tells which.
    """
    clip = settings.clip
    if settings.method == "simclr" and not settings.sampling.margin:
        return [random_window_frames(generator, video.frames, video.fps, clip.frames, clip.rate) for _ in range(2)]
    return frames_of(video, pretrain_windows(generator, settings, video.duration_s, progress), clip.frames)


def pretrain_windows(generator: Uniform, settings: Pretrain, duration_s: float, progress: float) -> Windows:
    """(clips, 2) start and end of the clips of one video, as the method of `settings` takes them."""
    if settings.own is not None:
        windows: Windows = settings.own.windows(generator, settings, duration_s, progress)
        return windows
    clip_s, sampling = settings.clip.seconds, settings.sampling
    if settings.method == "simclr":
        return simclr_windows(generator, duration_s, clip_s)
    distance_s = near_distance(sampling, progress)
    if sampling.has_far_clip:
        return hico_windows(generator, duration_s, clip_s, distance_s)
    return near_pair_windows(generator, duration_s, clip_s, distance_s, sampling.near_pairs)


def hico_windows(generator: Uniform, duration_s: float, clip_s: float, distance_s: float) -> Windows:
    """(3, 2) start and end of a near pair and of a far clip."""
    near = _near_pair(generator, duration_s, clip_s, distance_s)
    return _windows([*near, _anywhere(generator, duration_s, clip_s)], duration_s, clip_s)


def simclr_windows(generator: Uniform, duration_s: float, clip_s: float) -> Windows:
    """(2, 2) start and end of two clips anywhere in the video."""
    return _windows([_anywhere(generator, duration_s, clip_s) for _ in range(2)], duration_s, clip_s)


def near_pair_windows(generator: Uniform, duration_s: float, clip_s: float, distance_s: float, pairs: int) -> Windows:
    """(2 * pairs, 2) start and end of near pairs, each anywhere in the video, pair by pair (HiCo++)."""
    centers = [c for _ in range(pairs) for c in _near_pair(generator, duration_s, clip_s, distance_s)]
    return _windows(centers, duration_s, clip_s)


def _spread(start: float, end: float, count: int, lowest: int, highest: int) -> Frames:
    """Whole numbers under `count` points from start to end, clamped; `highest` wins over `lowest`, 0 over both."""
    points = np.minimum(np.maximum(_linspace32(start, end, count), lowest), highest)
    return np.maximum(np.floor(points), 0).astype(np.int64)


def _linspace32(start: float, end: float, count: int) -> npt.NDArray[np.float32]:
    """`torch.linspace` in float32 to the last bit: the floor of these points decides the frame."""
    if count == 1:
        return np.array([start], dtype=np.float32)
    first, last = np.float32(start), np.float32(end)
    step = np.float64((last - first) / np.float32(count - 1))
    rank = np.arange(count)
    forward, backward = first + step * rank, last - step * (count - 1 - rank)
    return np.where(rank < count // 2, forward, backward).astype(np.float32)


def _uniform(generator: Uniform, low: float, high: float) -> float:
    """Uniform between low and high; low where the interval is empty."""
    return low + max(high - low, 0.0) * generator.random()


def _anywhere(generator: Uniform, duration_s: float, clip_s: float) -> float:
    return _uniform(generator, clip_s, duration_s - clip_s)


def _near_pair(generator: Uniform, duration_s: float, clip_s: float, distance_s: float) -> tuple[float, float]:
    """Centers of a clip anywhere and of one at most `distance_s` from it."""
    first = _anywhere(generator, duration_s, clip_s)
    low, high = max(first - distance_s, clip_s), min(first + distance_s, duration_s - clip_s)
    return first, _uniform(generator, low, high)


def _windows(centers: list[float], duration_s: float, clip_s: float) -> Windows:
    """(clips, 2) windows of `clip_s` around the centers, cut to the video."""
    middle = np.array(centers)
    start, end = np.maximum(middle - clip_s / 2, 0), np.minimum(middle + clip_s / 2, duration_s)
    return np.stack([start, end], axis=1)
