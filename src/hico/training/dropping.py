"""Videos that went bad since they were indexed: the run stops, or the step goes on without them, on record."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pandas as pd

from hico.config.media import Media
from hico.data.clips import Batch
from hico.data.videos import Videos
from hico.errors import MediaError, TrainingError
from hico.files import write_csv
from hico.training.processes import Processes

FEWEST = 2
"""Videos that a step needs: one alone has nothing to be told from."""
Dropped = list[dict[str, Any]]
"""step (the one that went without), video (number) and reason of each."""


@dataclass(frozen=True)
class Dropping:
    """What `media` says about the videos of one run."""

    media: Media
    videos: Videos

    def settled(self, batch: Batch, step: int, dropped: Dropped, processes: Processes) -> Batch:
        """The batch that every process can go on with; what it goes without is added to `dropped`.

        Losses and BatchNorm need equally many videos of each process: all take as many as the one that has fewest.
        Raises MediaError under the policy fail, TrainingError when too many were dropped.
        """
        if self.media.on_error == "fail":
            if batch.lost:
                raise MediaError(f"{batch.lost[0].reason}. To go on without such videos: media.on_error: drop")
            return batch
        shares = processes.gathered((len(batch.videos), batch.lost))
        dropped += [
            {"step": step, "video": one.video, "reason": one.reason}
            for _, lost in shares
            for one in sorted(lost, key=lambda one: one.video)
        ]
        self._check(dropped)
        fewest = min(videos for videos, _ in shares)
        if fewest < FEWEST:
            raise TrainingError(f"step {step}: only {fewest} of its videos can be read; index the data set again")
        return batch if fewest == len(batch.videos) else batch.first(fewest)

    def _check(self, dropped: Dropped) -> None:
        bad = {one["video"]: one["reason"] for one in dropped}
        if len(bad) > self.media.max_dropped * len(self.videos):
            raise TrainingError(
                f"{len(bad)} of {len(self.videos)} videos could not be read, more than media.max_dropped "
                f"({self.media.max_dropped:g}) allows; index the data set again. The last: {list(bad.values())[-1]}"
            )

    def kept(self, dropped: Dropped) -> float:
        """Share of the videos that no step went without."""
        return 1 - len({one["video"] for one in dropped}) / len(self.videos)

    def write(self, path: Path, dropped: Dropped) -> None:
        """One row a video and step that went without it."""
        named = [
            {"step": one["step"], "video_id": video.video_id, "path": video.path, "reason": one["reason"]}
            for one in dropped
            for video in [self.videos[one["video"]]]
        ]
        write_csv(path, pd.DataFrame(named, columns=["step", "video_id", "path", "reason"]))
