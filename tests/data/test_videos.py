"""Usable videos of a data set: which, in which order, and how they reach workers."""

import pickle
from multiprocessing.reduction import ForkingPickler
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hico.data import videos
from hico.data.videos import Videos, coverage_share, usable_videos
from hico.video.record import MISSING, OK, Video
from hico.video.table import coverage, to_table, write_index

COUNT = 500


@pytest.fixture
def some(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Videos:
    """Every other video of COUNT; a list that names some twice, in another order than the index."""
    monkeypatch.setattr(videos, "BATCH_ROWS", 7)
    listed = [f"v{number:03d}" for number in reversed(range(COUNT))] + ["v008"]
    rows = {"split": 0, "subset": "training", "video_id": listed, "path": listed}
    pd.DataFrame({**rows, "label_id": [int(name[1:]) for name in listed]}).to_parquet(tmp_path / "manifest.parquet")
    index = [video(number) for number in range(COUNT)]
    write_index(tmp_path / "index.parquet", to_table(index))
    return usable_videos(tmp_path / "manifest.parquet", tmp_path / "index.parquet", "training")


def video(number: int) -> Video:
    status = MISSING if number % 2 else OK
    return Video(f"v{number:03d}", f"{number}.mp4", status, frames=100, pts=np.arange(100) ** 2, key_pts=np.arange(3))


def test_usable_videos_are_in_index_order(some: Videos) -> None:
    assert some.ids == [f"v{number:03d}" for number in range(0, COUNT, 2)]
    assert some.label_ids.tolist() == list(range(0, COUNT, 2))
    assert some[7].path == "14.mp4"


def test_workers_share_the_rows(some: Videos) -> None:
    before = [one.to_row() for one in (some[0], some[249])]
    assert len(ForkingPickler.dumps(some)) < some.table.nbytes / 20
    copied = pickle.loads(pickle.dumps(some))
    for videos_there in (some, copied):
        assert [one.to_row() for one in (videos_there[0], videos_there[249])] == before
    assert copied.digest == some.digest


def test_a_split_has_its_own_lists(tmp_path: Path) -> None:
    lists = {(1, "training"): "02", (1, "testing"): "4", (2, "training"): "14", (2, "testing"): "0"}
    rows = [
        {"dataset": "d", "split": split, "subset": subset, "video_id": f"v00{number}", "path": number, "label_id": 0}
        for (split, subset), numbers in lists.items()
        for number in numbers
    ]
    files = (tmp_path / "manifest.parquet", tmp_path / "index.parquet")
    index = to_table([video(number) for number in range(COUNT)])
    pd.DataFrame(rows).to_parquet(files[0])
    write_index(files[1], index)
    coverage(pd.DataFrame(rows), index).to_csv(tmp_path / "coverage.csv")
    for (split, subset), numbers in lists.items():
        usable = [f"v00{number}" for number in numbers if number != "1"]  # odd ones are missing
        assert usable_videos(*files, subset, split).ids == usable
        assert coverage_share(tmp_path / "coverage.csv", subset, split) == len(usable) / len(numbers)
