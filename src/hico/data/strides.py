"""Consecutive clips of whole videos, in parts that bound memory however long a video is."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from itertools import islice
from typing import NamedTuple

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from hico.augment import center_crop_box
from hico.augment.crop import TEST_SHARE
from hico.clips import frames_of
from hico.config.training import Clip
from hico.data.dataset import FailedSample
from hico.data.loader import iter_with_restarts
from hico.data.videos import Videos
from hico.video.decode import read_crops

PART_CLIPS = 64
"""Most clips of a part, and of a batch; a video of more is opened once a part."""
PART_BYTES = 512 * 2**20
"""Most that the cropped frames of a part take before they are scaled."""
PART_LIMIT_S = 600.0
"""Most time that reading a part may take."""


class Part(NamedTuple):
    """Clips number `first` to `stop - 1` of one video."""

    video: int
    first: int
    stop: int

    @property
    def clips(self) -> int:
        return self.stop - self.first


@dataclass(frozen=True)
class StrideBatch:
    """Clips of one video or of several short ones."""

    clips: Tensor
    """(N, T, H, W, 3) uint8."""
    videos: NDArray[np.int64]
    """(N,) numbers of the videos."""
    windows: NDArray[np.float64]
    """(N, 2) start and end in seconds."""
    failed: tuple[FailedSample, ...] = ()


class StrideDataset(Dataset[StrideBatch]):
    """Clips of `clip.seconds` every `stride_s`, from the start of each video to its end.

    A last clip that the end of the video cuts short counts if at least half of it is left; a video has at least one.
    """

    def __init__(self, videos: Videos, clip: Clip, stride_s: float) -> None:
        self.videos, self.clip, self.stride_s = videos, clip, stride_s

    def parts(self) -> Iterator[Part]:
        """All clips of all videos once, in order."""
        for video, (clips, at_a_time) in enumerate(zip(self.clip_counts(), self._part_clips(), strict=True)):
            for first in range(0, int(clips), int(at_a_time)):
                yield Part(video, first, min(first + int(at_a_time), int(clips)))

    def clip_counts(self) -> NDArray[np.int64]:
        """(videos,) clips of each."""
        duration = self.videos.table["duration_s"].to_numpy()
        counts: NDArray[np.int64] = (
            np.maximum(np.floor((duration - self.clip.seconds / 2) / self.stride_s), 0).astype(np.int64) + 1
        )
        return counts

    def _part_clips(self) -> NDArray[np.int64]:
        """(videos,) clips of a part of each."""
        short_side = np.minimum(*(self.videos.table[name].to_numpy().astype(np.int64) for name in ("width", "height")))
        clip_bytes = 3 * self.clip.frames * (TEST_SHARE * short_side) ** 2
        clips: NDArray[np.int64] = np.clip(PART_BYTES // clip_bytes, 1, PART_CLIPS).astype(np.int64)
        return clips

    def __getitem__(self, part: Part) -> StrideBatch:
        video, clip = self.videos[part.video], self.clip
        starts = np.arange(part.first, part.stop) * self.stride_s
        windows = np.stack([starts, np.minimum(starts + clip.seconds, video.duration_s)], axis=1)
        frames = frames_of(video, windows, clip.frames)
        boxes = [center_crop_box(video.width, video.height)] * len(frames)
        pixels = torch.from_numpy(read_crops(video, frames, boxes, clip.size))
        return StrideBatch(pixels, np.full(len(frames), part.video), windows)


def group_parts(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Neighboring parts, at most PART_CLIPS clips at a time, so that short videos fill a batch too."""
    batch: list[Part] = []
    for part in parts:
        if batch and sum(one.clips for one in batch) + part.clips > PART_CLIPS:
            yield batch
            batch = []
        batch.append(part)
    if batch:
        yield batch


def stride_batches(dataset: StrideDataset, workers: int, start: int = 0) -> Iterator[StrideBatch]:
    """All clips of all videos once, in order, from batch `start` on, whatever the number of workers.

    Parts that cannot be read, or at which a worker dies or hangs, are in `failed`. Raises WorkerError.
    """

    def parts_from(done: int) -> Iterator[list[Part]]:
        return islice(group_parts(dataset.parts()), start + done, None)

    yield from iter_with_restarts(dataset, workers, PART_LIMIT_S, 2, parts_from, drop=True, collate_fn=_collate_parts)


def _collate_parts(parts: list[StrideBatch | FailedSample]) -> StrideBatch:
    read = [part for part in parts if not isinstance(part, FailedSample)]
    return StrideBatch(
        torch.cat([part.clips for part in read]) if read else torch.empty(0, dtype=torch.uint8),
        np.concatenate([np.empty(0, np.int64), *(part.videos for part in read)]),
        np.concatenate([np.empty((0, 2)), *(part.windows for part in read)]),
        tuple(part for part in parts if isinstance(part, FailedSample)),
    )
