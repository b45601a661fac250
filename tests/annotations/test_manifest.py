"""The manifest as a whole: columns, order, and data sets that cannot be used."""

from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest

from hico.annotations import manifest
from hico.annotations.manifest import COLUMNS, parse
from hico.config.data import DataSet
from hico.errors import AnnotationError
from hico.files import write_parquet

KINETICS = "label,youtube_id,time_start,time_end,split\n"


def test_columns_survive_parquet(data_set: Callable[..., DataSet], tmp_path: Path) -> None:
    content = KINETICS + "wave,x,1,2,train\nwave,gone,1,2,train\n"
    table = parse("k", data_set("kinetics_untrimmed", {"k.csv": content}, ["x.mp4"]))
    assert {name: str(kind) for name, kind in table.dtypes.items()} == COLUMNS
    write_parquet(tmp_path / "manifest.parquet", table)
    pd.testing.assert_frame_equal(pd.read_parquet(tmp_path / "manifest.parquet"), table)


def test_null_columns_survive_parquet(data_set: Callable[..., DataSet], tmp_path: Path) -> None:
    table = parse("f", data_set("folder", {}, ["x.mp4"]))
    write_parquet(tmp_path / "manifest.parquet", table)
    read = pd.read_parquet(tmp_path / "manifest.parquet")
    assert {name: str(kind) for name, kind in read.dtypes.items()} == COLUMNS
    assert read[["label", "start_s", "end_s"]].isna().all(axis=None)


def test_chunks_do_not_show(data_set: Callable[..., DataSet], monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [f"class {number % 3},id{number},{number},{number + 10},train\n" for number in range(10)]
    dataset = data_set("kinetics_untrimmed", {"k.csv": KINETICS + "".join(rows)}, ["id3.mp4"])
    whole = parse("k", dataset)
    monkeypatch.setattr(manifest, "_CHUNK", 3)
    pd.testing.assert_frame_equal(parse("k", dataset), whole)
    assert whole["video_id"].tolist() == [f"id{number}" for number in range(10)]
    assert whole["label_id"].tolist() == [number % 3 for number in range(10)]


def test_no_video_found(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("kinetics", {"k.csv": KINETICS + "wave,x,1,2,train\nwave,y,1,2,val\n"}, ["a/x.mp4"])
    message = (
        f"data.k: none of the 2 listed videos was found under {dataset.root}; "
        "looked for e.g. x_000001_000002.mp4 (1 other video files are there, such as a/x.mp4); correct `root`"
    )
    with pytest.raises(AnnotationError) as error:
        parse("k", dataset)
    assert str(error.value) == message


def test_no_video_at_all(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("path_list", {"list.txt": "a/x.mp4 1\n"}, [])
    with pytest.raises(AnnotationError, match=r"looked for e.g. a/x.mp4 \(no video file is there\)"):
        parse("k", dataset)


def test_nothing_listed(data_set: Callable[..., DataSet]) -> None:
    with pytest.raises(AnnotationError, match=r"k.csv: no video is listed; is it the right file\?"):
        parse("k", data_set("kinetics", {"k.csv": KINETICS}, ["x.mp4"]))


def test_no_annotations_named(data_set: Callable[..., DataSet]) -> None:
    with pytest.raises(AnnotationError, match=r"data.k: kind kinetics needs `annotations`"):
        parse("k", data_set("kinetics", {}, ["x.mp4"]))


def test_missing_annotation_file_and_root(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("kinetics", {"k.csv": KINETICS}, ["x.mp4"])
    absent = [dataset.root / "absent.csv"]
    with pytest.raises(AnnotationError, match=r"data.k: .*absent.csv: no such annotation file"):
        parse("k", dataset.model_copy(update={"annotations": absent}))
    with pytest.raises(AnnotationError, match=r"data.k: .*nowhere: no such folder of videos"):
        parse("k", dataset.model_copy(update={"root": dataset.root / "nowhere"}))


def test_one_file_for_two_ids(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("path_list", {"list.txt": "x.avi 1\nx.mp4 1\n"}, ["x.mp4"])
    with pytest.raises(AnnotationError, match=r"one file for two video ids: x.avi \(.*x.mp4\) and x.mp4 \(.*x.mp4\)"):
        parse("k", dataset)


def test_two_files_for_one_id(data_set: Callable[..., DataSet]) -> None:
    files = {"a_test_split1.txt": "x.avi 1\n", "b_test_split1.txt": "x.avi 1\n"}
    with pytest.raises(AnnotationError, match=r"two files for one video id: x \(.*a/x.avi\) and x \(.*b/x.avi\)"):
        parse("k", data_set("hmdb51", files, ["a/x.avi", "b/x.avi"]))
