"""Data sets of clips: the samples that a video gives to training and testing, and how they form a batch."""

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
from hico.data.sampler import SampleSpec
from hico.data.videos import Videos
from hico.rng import rng
from hico.video.decode import read_crops
from hico.video.record import Video


@dataclass(frozen=True)
class Sample:
    """S clips of one video, cropped and scaled, and the augmentation that the device applies to each."""

    clips: Tensor
    """(S, T, H, W, 3) uint8."""
    augment: list[AugmentParameters]
    windows: NDArray[np.float64]
    """(S, 2) time of the first and last frame, in s."""
    video: int
    label: int


@dataclass(frozen=True)
class FailedSample:
    """A video that could not be read, and why."""

    video: int
    reason: str


@dataclass(frozen=True)
class Batch:
    """B samples of S clips each: what one process trains on in a step."""

    clips: Tensor
    """(B, S, T, H, W, 3) uint8."""
    augment: list[AugmentParameters]
    """B * S, video by video."""
    videos: Tensor
    """(B,) numbers of the videos."""
    labels: Tensor
    """(B,) class numbers; -1 where a video has none."""
    windows: NDArray[np.float64]
    """(B, S, 2) time of the first and last frame, in s."""
    failed: tuple[FailedSample, ...] = ()
    """Videos of this step that could not be read."""
    source: Videos | None = None
    """The list that `videos` counts in; None inside the workers."""

    @property
    def clip_count(self) -> int:
        return self.clips.shape[0] * self.clips.shape[1]

    def describe(self) -> str:
        """Id, path and clip times of every video."""
        return "; ".join(
            f"{self._name(video)} at " + ", ".join(f"{start:.2f}-{end:.2f} s" for start, end in windows)
            for video, windows in zip(self.videos.tolist(), self.windows, strict=True)
        )

    def _name(self, number: int) -> str:
        if self.source is None:
            return f"video number {number}"
        video = self.source[number]
        return f"{video.video_id} ({video.path})"

    def take_first(self, videos: int) -> Self:
        """A batch of the first `videos` videos alone."""
        clips_per_video = self.clips.shape[1]
        return replace(
            self,
            clips=self.clips[:videos],
            augment=self.augment[: videos * clips_per_video],
            windows=self.windows[:videos],
            videos=self.videos[:videos],
            labels=self.labels[:videos],
        )

    def pin_memory(self) -> Self:
        """The batch with its clips in page-locked memory; the DataLoader calls this."""
        return replace(self, clips=self.clips.pin_memory())


def collate(samples: Sequence[Sample | FailedSample]) -> Batch:
    """A batch of the samples that could be read: of 0 videos where none could."""
    read = [sample for sample in samples if isinstance(sample, Sample)]
    return Batch(
        torch.stack([sample.clips for sample in read]) if read else torch.empty(0, 0),
        [parameters for sample in read for parameters in sample.augment],
        torch.tensor([sample.video for sample in read]),
        torch.tensor([sample.label for sample in read]),
        np.array([sample.windows for sample in read]),
        tuple(sample for sample in samples if isinstance(sample, FailedSample)),
    )


class PretrainDataset(Dataset[Sample]):
    """Clips of unlabeled videos as the pre-training method takes them: near and far (HiCo), anywhere (SimCLR)."""

    def __init__(self, videos: Videos, settings: Pretrain, seed: int) -> None:
        self.videos, self.settings, self.seed = videos, settings, seed

    def __getitem__(self, spec: SampleSpec) -> Sample:
        video = self.videos[spec.video]
        generator = rng(self.seed, "clips", spec.epoch, spec.video)
        frames = clips.pretrain_frames(generator, self.settings, video, spec.progress)
        return _read_sample(self, spec, video, frames, -1)


class LabeledDataset(Dataset[Sample]):
    """One clip at a random start of each labeled video."""

    def __init__(self, videos: Videos, settings: Finetune, seed: int) -> None:
        self.videos, self.settings, self.seed = videos, settings, seed

    def __getitem__(self, spec: SampleSpec) -> Sample:
        video, clip = self.videos[spec.video], self.settings.clip
        generator = rng(self.seed, "clips", spec.epoch, spec.video)
        frames = clips.random_window_frames(generator, video.frames, video.fps, clip.frames, clip.rate)
        return _read_sample(self, spec, video, [frames], int(self.videos.label_ids[spec.video]))


def _read_sample(
    dataset: PretrainDataset | LabeledDataset,
    spec: SampleSpec,
    video: Video,
    frames: list[NDArray[np.int64]],
    label: int,
) -> Sample:
    """Draw each clip's augmentation, and read the pixels inside its crop."""
    settings, generator = dataset.settings, rng(dataset.seed, "augment", spec.epoch, spec.video)
    parameters = [draw(generator, settings.augment, video.width, video.height) for _ in frames]
    pixels = read_crops(video, frames, [one.box for one in parameters], settings.clip.size)
    windows = video.frame_times_s[np.array([[numbers[0], numbers[-1]] for numbers in frames])]
    return Sample(torch.from_numpy(pixels), parameters, windows, spec.video, label)


class ViewDataset(Dataset[Tensor]):
    """Test views of each video, evenly spread, and last the middle one: (views + 1, T, H, W, 3) uint8."""

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
