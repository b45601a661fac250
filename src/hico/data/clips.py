"""Data sets of clips: what one turn of one video gives to training or testing."""

from dataclasses import dataclass

import numpy as np
import torch
from numpy.typing import NDArray
from torch import Tensor
from torch.utils.data import Dataset

from hico import clips
from hico.augment import AugmentParameters, draw, test_crop_box
from hico.config.experiments import Finetune, Pretrain, Task
from hico.config.training import Augment, Clip
from hico.data.order import Turn
from hico.data.videos import Videos
from hico.rng import rng
from hico.video.decode import read_crops
from hico.video.record import Video


@dataclass(frozen=True)
class Sample:
    """The clips of one video, cropped and scaled, and how each is to be coloured."""

    clips: Tensor
    """(S, T, H, W, 3) uint8."""
    augment: list[AugmentParameters]
    video: int
    label: int


@dataclass(frozen=True)
class Batch:
    """Samples of one step."""

    clips: Tensor
    """(B, S, T, H, W, 3) uint8."""
    augment: list[AugmentParameters]
    """B * S, video by video."""
    videos: Tensor
    labels: Tensor

    @property
    def clip_count(self) -> int:
        return self.clips.shape[0] * self.clips.shape[1]

    def describe(self) -> str:
        return f"videos number {self.videos.tolist()} of the usable ones"

    def pin_memory(self) -> "Batch":
        return Batch(self.clips.pin_memory(), self.augment, self.videos, self.labels)


def collate(samples: list[Sample]) -> Batch:
    return Batch(
        torch.stack([sample.clips for sample in samples]),
        [one for sample in samples for one in sample.augment],
        torch.tensor([sample.video for sample in samples]),
        torch.tensor([sample.label for sample in samples]),
    )


class PretrainClips(Dataset[Sample]):
    """Near and far clips (HiCo) or clips anywhere (SimCLR) of untrimmed videos."""

    def __init__(self, videos: Videos, settings: Pretrain, seed: int) -> None:
        self.videos, self.settings, self.seed = videos, settings, seed

    def __getitem__(self, turn: Turn) -> Sample:
        video, clip = self.videos[turn.video], self.settings.clip
        windows = self._windows(turn, video.duration_s)
        frames = [clips.window_frames(s, e, video.frames, video.fps, clip.frames) for s, e in windows]
        generator = rng(self.seed, "augment", turn.epoch, turn.video)
        return _augmented(video, turn.video, -1, frames, self.settings.augment, clip, generator)

    def _windows(self, turn: Turn, duration_s: float) -> NDArray[np.float64]:
        generator = rng(self.seed, "clips", turn.epoch, turn.video)
        return clips.pretrain_windows(generator, self.settings, duration_s, turn.progress)


class LabelledClips(Dataset[Sample]):
    """One clip at a random start of each labelled video."""

    def __init__(self, videos: Videos, settings: Finetune, seed: int) -> None:
        self.videos, self.settings, self.seed = videos, settings, seed

    def __getitem__(self, turn: Turn) -> Sample:
        video, clip = self.videos[turn.video], self.settings.clip
        generator = rng(self.seed, "clips", turn.epoch, turn.video)
        frames = clips.random_window_frames(generator, video.frames, video.fps, clip.frames, clip.rate)
        generator = rng(self.seed, "augment", turn.epoch, turn.video)
        label = int(self.videos.label_ids[turn.video])
        return _augmented(video, turn.video, label, [frames], self.settings.augment, clip, generator)


def _augmented(
    video: Video,
    number: int,
    label: int,
    frames: list[NDArray[np.int64]],
    settings: Augment,
    clip: Clip,
    generator: np.random.Generator,
) -> Sample:
    parameters = [draw(generator, settings, video.width, video.height) for _ in frames]
    pixels = read_crops(video, frames, [one.box for one in parameters], clip.size)
    return Sample(torch.from_numpy(pixels), parameters, number, label)


@dataclass(frozen=True)
class ViewBatch:
    """Test views of some videos: (videos, views, T, H, W, 3) uint8."""

    clips: Tensor


class ViewClips(Dataset[Tensor]):
    """The evenly spread views of each video, and as the last one the middle view."""

    def __init__(self, videos: Videos, task: Task) -> None:
        self.videos, self.task = videos, task

    def __len__(self) -> int:
        return len(self.videos)

    def __getitem__(self, number: int) -> Tensor:
        video, clip, views = self.videos[number], self.task.clip, self.task.views
        wanted = [(view, views) for view in range(views)] + [(0, 1)]
        frames = [clips.view_frames(video.frames, video.fps, k, of, clip.frames, clip.rate) for k, of in wanted]
        box = test_crop_box(video.width, video.height)
        return torch.from_numpy(read_crops(video, frames, [box] * len(frames), clip.size))


def collate_views(samples: list[Tensor]) -> ViewBatch:
    return ViewBatch(torch.stack(samples))
