"""A folder of videos without annotation files."""

import os
from collections.abc import Callable

import pytest

from hico.annotations.manifest import parse
from hico.config.data import DataSet
from hico.errors import AnnotationError


def test_every_video_sorted(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("folder", {}, ["b.mp4", "a/-x [1]!.mkv", "a/notes.txt", "b.webm", "quote'\"\n.mov"])
    table = parse("mine", dataset)
    names = ["a/-x [1]!.mkv", "b.mp4", "b.webm", "quote'\"\n.mov"]
    assert table["video_id"].tolist() == names
    assert table["path"].tolist() == [str(dataset.root / name) for name in names]
    assert (table["subset"] == "training").all()
    assert (table["label_id"] == -1).all()
    assert str(table["label"].dtype) == "str"


def test_other_files_are_counted_by_suffix(data_set: Callable[..., DataSet], caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level("INFO"):
        parse("mine", data_set("folder", {}, ["x.3gp", "a/notes.TXT", "b.txt", "README", "c.mp4.part"]))
    assert "videos: 4 other files left out: 2 '.txt', " in caplog.text
    assert "1 without suffix" in caplog.text
    assert "1 '.part'" in caplog.text


def test_no_video(data_set: Callable[..., DataSet]) -> None:
    with pytest.raises(AnnotationError, match=r"data.mine: .*videos: no video file \(.mp4, .*\) below it"):
        parse("mine", data_set("folder", {}, ["notes.txt"]))


def test_annotations_are_refused(data_set: Callable[..., DataSet]) -> None:
    with pytest.raises(AnnotationError, match="kind folder takes no `annotations`"):
        parse("mine", data_set("folder", {"list.txt": "x.mp4 1"}, ["x.mp4"]))


def test_a_name_that_is_not_utf8(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("folder", {}, ["x.mp4"])
    with open(os.fsencode(dataset.root) + b"/na\xefve.mp4", "wb"):
        pass
    with pytest.raises(AnnotationError, match=r"na\\udcefve.mp4': the file name is not UTF-8; rename the file"):
        parse("mine", dataset)
