"""Which videos each step sees: a function of seed and step, so that a run can resume at any step."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from hico.errors import TrainingError
from hico.rng import rng


class SampleSpec(NamedTuple):
    """What one sample is drawn from: the epoch, the video's number, and the share of training done, in [0, 1)."""

    epoch: int
    video: int
    progress: float


@dataclass(frozen=True)
class TrainSchedule:
    """Steps and epochs of a run. Every epoch is a fresh shuffle; a last step that would be short is left out."""

    num_videos: int
    global_batch_videos: int
    """Videos a step over all processes."""
    epochs: int
    seed: int

    def __post_init__(self) -> None:
        if self.global_batch_videos > self.num_videos:
            raise TrainingError(
                f"a step takes {self.global_batch_videos} videos but only {self.num_videos} are usable; "
                "lower batch_videos (or the number of processes), or add videos"
            )

    @property
    def steps_per_epoch(self) -> int:
        return self.num_videos // self.global_batch_videos

    @property
    def total_steps(self) -> int:
        return self.epochs * self.steps_per_epoch

    def epoch_at(self, step: int) -> float:
        """Epochs done before `step`, as a fraction."""
        return step / self.steps_per_epoch

    def samples_at(self, step: int) -> list[SampleSpec]:
        """The samples of one step, over all processes."""
        epoch, position = divmod(step, self.steps_per_epoch)
        shuffled = rng(self.seed, "order", epoch).permutation(self.num_videos)
        chosen = shuffled[position * self.global_batch_videos : (position + 1) * self.global_batch_videos]
        return [SampleSpec(epoch, int(video), step / self.total_steps) for video in chosen]


class BatchSampler(Protocol):
    """The samples of each step, by number from 0: a list of lists, or a `ShardedBatchSampler`."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> list[SampleSpec]: ...


class ShardedBatchSampler:
    """The share that one process has of every step from `start_step` on."""

    def __init__(self, schedule: TrainSchedule, start_step: int = 0, rank: int = 0, world_size: int = 1) -> None:
        """Raises TrainingError when the processes cannot take equal shares."""
        if schedule.global_batch_videos % world_size:
            raise TrainingError(
                f"a step of {schedule.global_batch_videos} videos cannot be shared evenly by {world_size} processes; "
                "change batch_videos or the number of processes"
            )
        self.schedule, self.start_step = schedule, start_step
        self.rank, self.world_size = rank, world_size

    def __len__(self) -> int:
        return self.schedule.total_steps - self.start_step

    def __getitem__(self, number: int, /) -> list[SampleSpec]:
        share = self.schedule.global_batch_videos // self.world_size
        step = range(self.start_step, self.schedule.total_steps)[number]
        return self.schedule.samples_at(step)[self.rank * share : (self.rank + 1) * share]
