"""Which videos each step sees: a function of seed and step, so that a run can start anywhere in it."""

from dataclasses import dataclass
from typing import NamedTuple, Protocol

from hico.errors import TrainingError
from hico.rng import rng


class Turn(NamedTuple):
    """One video's turn: which epoch, which video, and how much of training is done ([0, 1))."""

    epoch: int
    video: int
    progress: float


@dataclass(frozen=True)
class Plan:
    """The arithmetic of a run. Each epoch is a fresh shuffle; a last step that would be short is left out."""

    videos: int
    batch_videos: int
    """Videos a step over all processes."""
    epochs: int
    seed: int

    def __post_init__(self) -> None:
        if self.batch_videos > self.videos:
            raise TrainingError(
                f"a step takes {self.batch_videos} videos but only {self.videos} are usable; "
                "lower batch_videos (or the number of processes), or add videos"
            )

    @property
    def steps_per_epoch(self) -> int:
        return self.videos // self.batch_videos

    @property
    def steps(self) -> int:
        return self.epochs * self.steps_per_epoch

    def epoch(self, step: int) -> float:
        """The fraction of epochs done before a step."""
        return step / self.steps_per_epoch

    def turns(self, step: int) -> list[Turn]:
        """The videos of one step, over all processes."""
        epoch, place = divmod(step, self.steps_per_epoch)
        shuffled = rng(self.seed, "order", epoch).permutation(self.videos)
        chosen = shuffled[place * self.batch_videos : (place + 1) * self.batch_videos]
        return [Turn(epoch, int(video), step / self.steps) for video in chosen]


class Steps(Protocol):
    """The turns of each step, by its number from 0: a list, or `Turns`."""

    def __len__(self) -> int: ...

    def __getitem__(self, number: int, /) -> list[Turn]: ...


class Turns:
    """One process's share of every step from `start` on."""

    def __init__(self, plan: Plan, start: int = 0, rank: int = 0, world: int = 1) -> None:
        """Raises TrainingError when the processes cannot take equal shares."""
        if plan.batch_videos % world:
            raise TrainingError(
                f"a step of {plan.batch_videos} videos cannot be shared evenly by {world} processes; "
                "change batch_videos or the number of processes"
            )
        self.plan, self.start, self.rank, self.world = plan, start, rank, world

    def __len__(self) -> int:
        return self.plan.steps - self.start

    def __getitem__(self, number: int, /) -> list[Turn]:
        share = self.plan.batch_videos // self.world
        step = range(self.start, self.plan.steps)[number]
        return self.plan.turns(step)[self.rank * share : (self.rank + 1) * share]
