"""Videos that cannot be read: all processes keep equally many, and every dropped video is recorded."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import torch

from hico.config.media import Media
from hico.data.dataset import Batch, FailedSample, Sample, collate
from hico.data.videos import Videos
from hico.errors import TrainingError
from hico.training.bad_videos import BadVideoPolicy
from hico.training.distributed import DistContext
from hico.video.record import SCHEMA


class TwoProcesses(DistContext):
    """The first of two processes; the other one sends `theirs`."""

    theirs: Any = None

    def all_gather_object(self, value: Any) -> list[Any]:
        return [value, self.theirs]


def videos(count: int) -> Videos:
    rows = {"video_id": [f"v{n}" for n in range(count)], "path": [f"{n}.mp4" for n in range(count)]}
    columns = {field.name: rows.get(field.name, pa.nulls(count, field.type)) for field in SCHEMA}
    return Videos(pa.table(columns, schema=SCHEMA), np.zeros(count))


def batch(good: int, bad: int) -> Batch:
    read = [Sample(torch.zeros(2, 1, 1, 1, 3), [None, None], np.zeros((2, 2)), n, -1) for n in range(good)]  # type: ignore[list-item]
    return collate([*read, *(FailedSample(good + n, f"{good + n}.mp4: damaged") for n in range(bad))])


def test_processes_keep_the_smallest_number(tmp_path: Path) -> None:
    policy, dropped = BadVideoPolicy(Media(on_error="drop", max_dropped=0.5), videos(8)), []
    dist = TwoProcesses(0, 2, torch.device("cpu"))
    object.__setattr__(dist, "theirs", (2, (FailedSample(7, "7.mp4: gone"),)))
    kept = policy.apply(batch(3, 1), 5, dropped, dist)
    assert kept.videos.tolist() == [0, 1]
    assert kept.clips.shape[0] == len(kept.windows) == len(kept.labels) == 2
    assert len(kept.augment) == 4
    policy.write(tmp_path / "dropped.csv", dropped)
    assert pd.read_csv(tmp_path / "dropped.csv").to_numpy().tolist() == [
        [5, "v3", "3.mp4", "3.mp4: damaged"],
        [5, "v7", "7.mp4", "7.mp4: gone"],
    ]


def test_the_share_counts_distinct_videos(tmp_path: Path) -> None:
    policy, dropped = BadVideoPolicy(Media(on_error="drop", max_dropped=0.25), videos(4)), []
    alone = DistContext(0, 1, torch.device("cpu"))
    for step in range(5):
        policy.apply(batch(3, 1), step, dropped, alone)
    with pytest.raises(TrainingError, match=r"2 of 4 videos could not be read.*The last: 2\.mp4: damaged"):
        policy.apply(batch(2, 1), 5, dropped, alone)


def test_a_step_needs_two_videos() -> None:
    policy = BadVideoPolicy(Media(on_error="drop", max_dropped=1), videos(4))
    for good in (0, 1):
        with pytest.raises(TrainingError, match=rf"^step 9: only {good} of its videos"):
            policy.apply(batch(good, 2), 9, [], DistContext(0, 1, torch.device("cpu")))


def test_nothing_dropped_is_an_empty_table(tmp_path: Path) -> None:
    BadVideoPolicy(Media(), videos(1)).write(tmp_path / "dropped.csv", [])
    assert (tmp_path / "dropped.csv").read_text() == "step,video_id,path,reason\n"
