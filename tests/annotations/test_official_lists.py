"""The official annotation files, whole, beside a few original videos."""

from pathlib import Path

import pandas as pd
import pytest

from hico.annotations.manifest import parse
from hico.config.data import DataSet


def parsed(folder: Path, kind: str, root: str, annotations: list[str], splits: tuple[int, ...] = (1,)) -> pd.DataFrame:
    files = [folder / name for name in annotations]
    settings = {"kind": kind, "root": folder / root, "annotations": files, "splits": list(splits)}
    return parse("set", DataSet.check(settings, "test"))


def counts(table: pd.DataFrame, column: str) -> dict[tuple[int, str], int]:
    return {(int(split), str(name)): len(rows) for (split, name), rows in table.groupby(["split", column])}


@pytest.fixture(scope="module")
def real(shared: Path) -> Path:
    return shared / "real-mini"


def test_ucf101(real: Path) -> None:
    table = parsed(real, "ucf101", "ucf101/UCF-101", ["ucf101/ucfTrainTestlist"], (1, 2, 3))
    assert counts(table, "subset") == {
        (1, "training"): 9537,
        (1, "testing"): 3783,
        (2, "training"): 9586,
        (2, "testing"): 3734,
        (3, "training"): 9624,
        (3, "testing"): 3696,
    }
    assert table["label_id"].nunique() == 101
    assert table.loc[table["label"] == "ApplyEyeMakeup", "label_id"].unique().tolist() == [0]
    assert table["video_id"].nunique() == 13_320
    assert table["path"].nunique() == 5


def test_hmdb51(real: Path) -> None:
    table = parsed(real, "hmdb51", "hmdb51/videos", ["hmdb51/testTrainMulti_7030_splits"], (1, 2, 3))
    assert counts(table, "subset") == {
        (split, subset): count for split in (1, 2, 3) for subset, count in (("training", 3570), ("testing", 1530))
    }
    assert sorted(table["label_id"].unique()) == list(range(51))
    assert table["path"].nunique() == 6


def test_kinetics(real: Path) -> None:
    table = parsed(real, "kinetics", "kinetics400/val", ["kinetics400/kinetics-400_val.csv"])
    assert len(table) == 19_906
    assert table["label_id"].nunique() == 400
    assert table["path"].nunique() == 3
    assert table.dropna(subset="path")["label"].tolist() == ["laughing", "using segway", "using segway"]


def test_kinetics_training_list(real: Path) -> None:
    lists = ["kinetics400/kinetics-400_train_400rows.csv", "kinetics400/kinetics-400_val.csv"]
    table = parsed(real, "kinetics", "kinetics400", lists)
    assert table["subset"].value_counts().to_dict() == {"validation": 19_906, "training": 400}


def test_hacs_segments(real: Path) -> None:
    table = parsed(real, "hacs_segments", "hacs/videos", ["hacs/HACS_segments_v1.1.1.json"])
    assert table["path"].nunique() == len(table) == 11
    assert table["subset"].value_counts().to_dict() == {"training": 10, "validation": 1}
    row = table.set_index("video_id").loc["GGSY1Qvo990"]
    assert (row["label"], row["start_s"], row["end_s"]) == ("Clean and jerk", 5.8, 16.2)


def test_actions_in_ucf101_layout(real: Path) -> None:
    table = parsed(real, "ucf101", "actions/videos", ["actions/ucfTrainTestlist"])
    assert counts(table, "subset") == {(1, "training"): 36, (1, "testing"): 20}
    assert table["path"].notna().all()
    assert table["label_id"].nunique() == 7


def test_folder_of_odd_media(real: Path) -> None:
    table = parsed(real, "folder", "media", [])
    assert table["path"].nunique() == len(table) == 13
