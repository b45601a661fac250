"""Videos that became unreadable since they were indexed: the run stops, or the step drops them and records it."""

from dataclasses import dataclass
from pathlib import Path
from typing import TypedDict

import pandas as pd

from hico.config.media import Media
from hico.data.dataset import Batch
from hico.data.videos import Videos
from hico.errors import MediaError, TrainingError
from hico.files import write_csv
from hico.training.distributed import DistContext

MIN_VIDEOS = 2
"""Videos that a step needs: contrastive losses and BatchNorm compare at least two."""


class DroppedVideo(TypedDict):
    """A video that one step went without."""

    step: int
    video: int
    reason: str


@dataclass(frozen=True)
class BadVideoPolicy:
    """`media.on_error` (fail or drop) and `media.max_dropped`, applied to the videos of one run."""

    media: Media
    videos: Videos

    def apply(self, batch: Batch, step: int, dropped: list[DroppedVideo], dist: DistContext) -> Batch:
        """The batch to train on; videos that the step goes without are added to `dropped`.

        Losses and BatchNorm need equally many videos on each process, so all are cut to the smallest number.
        Raises MediaError under the policy fail, TrainingError when too many were dropped.
        """
        if self.media.on_error == "fail":
            if batch.failed:
                raise MediaError(f"{batch.failed[0].reason}. To go on without such videos: media.on_error: drop")
            return batch
        shares = dist.all_gather_object((len(batch.videos), batch.failed))
        dropped += [
            DroppedVideo(step=step, video=sample.video, reason=sample.reason)
            for _, failed in shares
            for sample in sorted(failed, key=lambda sample: sample.video)
        ]
        self._check_share(dropped)
        smallest = min(videos for videos, _ in shares)
        if smallest < MIN_VIDEOS:
            raise TrainingError(f"step {step}: only {smallest} of its videos can be read; index the data set again")
        return batch if smallest == len(batch.videos) else batch.take_first(smallest)

    def _check_share(self, dropped: list[DroppedVideo]) -> None:
        reasons = {one["video"]: one["reason"] for one in dropped}
        if len(reasons) > self.media.max_dropped * len(self.videos):
            raise TrainingError(
                f"{len(reasons)} of {len(self.videos)} videos could not be read, more than media.max_dropped "
                f"({self.media.max_dropped:g}) allows; index the data set again. The last: {list(reasons.values())[-1]}"
            )

    def kept_share(self, dropped: list[DroppedVideo]) -> float:
        """Share of the videos that no step dropped."""
        return 1 - len({one["video"] for one in dropped}) / len(self.videos)

    def write(self, path: Path, dropped: list[DroppedVideo]) -> None:
        """Write dropped.csv: a row for each video and step that went without it."""
        rows = [
            {"step": one["step"], "video_id": video.video_id, "path": video.path, "reason": one["reason"]}
            for one in dropped
            for video in [self.videos[one["video"]]]
        ]
        write_csv(path, pd.DataFrame(rows, columns=["step", "video_id", "path", "reason"]))
