"""Videos that cannot be read: every process goes on with equally many, and nothing is lost from the record."""

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest
import torch

from hico.config.media import Media
from hico.data.clips import Batch, Lost, Sample, collate
from hico.data.videos import Videos
from hico.errors import TrainingError
from hico.training.dropping import Dropping
from hico.training.processes import Processes
from hico.video.record import SCHEMA


class Two(Processes):
    """The first of two processes; the other one says `theirs`."""

    theirs: Any = None

    def gathered(self, value: Any) -> list[Any]:
        return [value, self.theirs]


def group(world: int) -> Two:
    return Two(0, world, torch.device("cpu"))


def videos(count: int) -> Videos:
    rows = {"video_id": [f"v{n}" for n in range(count)], "path": [f"{n}.mp4" for n in range(count)]}
    columns = {field.name: rows.get(field.name, pa.nulls(count, field.type)) for field in SCHEMA}
    return Videos(pa.table(columns, schema=SCHEMA), np.zeros(count))


def batch(good: int, bad: int) -> Batch:
    read = [Sample(torch.zeros(2, 1, 1, 1, 3), [None, None], np.zeros((2, 2)), n, -1) for n in range(good)]  # type: ignore[list-item]
    return collate([*read, *(Lost(good + n, f"{good + n}.mp4: damaged") for n in range(bad))])


def test_all_processes_take_as_many_as_the_one_with_fewest(tmp_path: Path) -> None:
    dropping, dropped, processes = Dropping(Media(on_error="drop", max_dropped=0.5), videos(8)), [], group(2)
    object.__setattr__(processes, "theirs", (2, (Lost(7, "7.mp4: gone"),)))
    settled = dropping.settled(batch(3, 1), 5, dropped, processes)
    assert settled.videos.tolist() == [0, 1]
    assert settled.clips.shape[0] == len(settled.windows) == len(settled.labels) == 2
    assert len(settled.augment) == 4
    dropping.write(tmp_path / "dropped.csv", dropped)
    assert pd.read_csv(tmp_path / "dropped.csv").to_numpy().tolist() == [
        [5, "v3", "3.mp4", "3.mp4: damaged"],
        [5, "v7", "7.mp4", "7.mp4: gone"],
    ]


def test_the_share_counts_videos_and_not_how_often(tmp_path: Path) -> None:
    dropping, dropped = Dropping(Media(on_error="drop", max_dropped=0.25), videos(4)), []
    alone = Processes(0, 1, torch.device("cpu"))
    for step in range(5):
        dropping.settled(batch(3, 1), step, dropped, alone)
    with pytest.raises(TrainingError, match=r"2 of 4 videos could not be read.*The last: 2\.mp4: damaged"):
        dropping.settled(batch(2, 1), 5, dropped, alone)


def test_a_step_needs_two_videos() -> None:
    dropping = Dropping(Media(on_error="drop", max_dropped=1), videos(4))
    for good in (0, 1):
        with pytest.raises(TrainingError, match=rf"^step 9: only {good} of its videos"):
            dropping.settled(batch(good, 2), 9, [], Processes(0, 1, torch.device("cpu")))


def test_nothing_dropped_is_a_table_without_rows(tmp_path: Path) -> None:
    Dropping(Media(), videos(1)).write(tmp_path / "dropped.csv", [])
    assert (tmp_path / "dropped.csv").read_text() == "step,video_id,path,reason\n"
