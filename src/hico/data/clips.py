"""Data sets of clips: what one turn of one video gives to training or testing."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from hico import clips
from hico.augment import AugmentParameters, center_crop_box, draw
from hico.config.experiments import Finetune, Pretrain, Task
from hico.data.order import Turn
from hico.data.videos import Videos
from hico.rng import rng
from hico.video.decode import read_crops
from hico.video.record import Video


@dataclass(frozen=True)
class Sample:
    """The clips of one video, cropped and scaled, and how each is to be colored."""

    clips: Tensor
    """(S, T, H, W, 3) uint8."""
    augment: list[AugmentParameters]
    windows: NDArray[np.float64]
    """(S, 2) first and last frame's time in s."""
    video: int
    label: int


@dataclass(frozen=True)
class Lost:
    """A video that gave no sample, and why."""

    video: int
    reason: str


@dataclass(frozen=True)
class Batch:
    """Samples of one step."""

    clips: Tensor
    """(B, S, T, H, W, 3) uint8."""
    augment: list[AugmentParameters]
    """B * S, video by video."""
    videos: Tensor
    labels: Tensor
    windows: NDArray[np.float64]
    """(B, S, 2) in s."""
    lost: tuple[Lost, ...] = ()
    """Videos of this step that could not be read."""
    source: Videos | None = None
    """Where the numbers in `videos` point; known outside the workers only."""

    @property
    def clip_count(self) -> int:
        return self.clips.shape[0] * self.clips.shape[1]

    def describe(self) -> str:
        """Id, path and clips of every video."""
        return "; ".join(
            f"{self._name(video)} at " + ", ".join(f"{start:.2f}-{end:.2f} s" for start, end in windows)
            for video, windows in zip(self.videos.tolist(), self.windows, strict=True)
        )

    def _name(self, video: int) -> str:
        if self.source is None:
            return f"video number {video}"
        named = self.source[video]
        return f"{named.video_id} ({named.path})"

    def first(self, videos: int) -> Self:
        """The batch without all but its first videos."""
        clips = self.clips.shape[1]
        return replace(
            self,
            clips=self.clips[:videos],
            augment=self.augment[: videos * clips],
            windows=self.windows[:videos],
            videos=self.videos[:videos],
            labels=self.labels[:videos],
        )

    def pin_memory(self) -> Self:
        return replace(self, clips=self.clips.pin_memory())


def collate(samples: Sequence[Sample | Lost]) -> Batch:
    """One batch of the samples that are there; without any, one of 0 videos."""
    read = [sample for sample in samples if isinstance(sample, Sample)]
    return Batch(
        torch.stack([sample.clips for sample in read]) if read else torch.empty(0, 0),
        [one for sample in read for one in sample.augment],
        torch.tensor([sample.video for sample in read]),
        torch.tensor([sample.label for sample in read]),
        np.array([sample.windows for sample in read]),
        tuple(sample for sample in samples if isinstance(sample, Lost)),
    )


class PretrainClips(Dataset[Sample]):
    """Near and far clips (HiCo) or clips anywhere (SimCLR) of unlabeled videos."""

    def __init__(self, videos: Videos, settings: Pretrain, seed: int) -> None:
        self.videos, self.settings, self.seed = videos, settings, seed

    def __getitem__(self, turn: Turn) -> Sample:
        video = self.videos[turn.video]
        generator = rng(self.seed, "clips", turn.epoch, turn.video)
        frames = clips.pretrain_frames(generator, self.settings, video, turn.progress)
        return _augmented(self, turn, video, frames, -1)


class LabeledClips(Dataset[Sample]):
    """One clip at a random start of each labeled video."""

    def __init__(self, videos: Videos, settings: Finetune, seed: int) -> None:
        self.videos, self.settings, self.seed = videos, settings, seed

    def __getitem__(self, turn: Turn) -> Sample:
        video, clip = self.videos[turn.video], self.settings.clip
        generator = rng(self.seed, "clips", turn.epoch, turn.video)
        frames = clips.random_window_frames(generator, video.frames, video.fps, clip.frames, clip.rate)
        return _augmented(self, turn, video, [frames], int(self.videos.label_ids[turn.video]))


def _augmented(
    data: PretrainClips | LabeledClips, turn: Turn, video: Video, frames: list[NDArray[np.int64]], label: int
) -> Sample:
    settings, generator = data.settings, rng(data.seed, "augment", turn.epoch, turn.video)
    parameters = [draw(generator, settings.augment, video.width, video.height) for _ in frames]
    pixels = read_crops(video, frames, [one.box for one in parameters], settings.clip.size)
    windows = video.frame_times_s[np.array([[numbers[0], numbers[-1]] for numbers in frames])]
    return Sample(torch.from_numpy(pixels), parameters, windows, turn.video, label)


class ViewClips(Dataset[Tensor]):
    """The evenly spread views of each video, and as the last one the middle view: (views + 1, T, H, W, 3) uint8."""

    def __init__(self, videos: Videos, task: Task) -> None:
        self.videos, self.task = videos, task

    def __len__(self) -> int:
        return len(self.videos)

    def __getitem__(self, number: int) -> Tensor:
        video, clip, views = self.videos[number], self.task.clip, self.task.views
        wanted = [(view, views) for view in range(views)] + [(0, 1)]
        frames = [clips.view_frames(video.frames, video.fps, k, of, clip.frames, clip.rate) for k, of in wanted]
        box = center_crop_box(video.width, video.height)
        return torch.from_numpy(read_crops(video, frames, [box] * len(frames), clip.size))
