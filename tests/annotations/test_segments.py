"""HACS Segments and ActivityNet."""

import json
from collections.abc import Callable
from typing import Any

import pytest

from hico.annotations.manifest import parse
from hico.config.data import DataSet
from hico.errors import AnnotationError


def database(**videos: dict[str, Any]) -> str:
    return json.dumps({"database": videos}, indent=1)


def video(*segments: tuple[str, float, float], subset: str = "training", duration: object = "30.5") -> dict[str, Any]:
    annotations = [{"label": label, "segment": [start, end]} for label, start, end in segments]
    return {"subset": subset, "duration": duration, "annotations": annotations, "url": ""}


def test_one_row_a_segment_in_file_order(data_set: Callable[..., DataSet]) -> None:
    content = database(
        zz=video(("Yoga", 0, 4.5), ("Archery", 5, 6)), aa=video(subset="validation"), gone=video(subset="testing")
    )
    table = parse("hacs", data_set("hacs_segments", {"s.json": content}, ["Yoga/v_zz.mp4", "v_aa.webm"]))
    rows = table[["video_id", "subset", "label", "label_id", "start_s", "end_s"]].astype(object)
    assert rows.where(rows.notna(), None).to_numpy().tolist() == [
        ["zz", "training", "Yoga", 1, 0.0, 4.5],
        ["zz", "training", "Archery", 0, 5.0, 6.0],
        ["aa", "validation", None, -1, None, None],
        ["gone", "testing", None, -1, None, None],
    ]
    assert table["path"].isna().tolist() == [False, False, False, True]
    assert (table["dataset"] == "hacs").all()
    assert (table["split"] == 0).all()


@pytest.mark.parametrize("path", ["Long_jump/v_x-1.mp4", "v_x-1.mkv", "x-1.webm", "training/Long jump/v_x-1.MP4"])
def test_layouts(data_set: Callable[..., DataSet], path: str) -> None:
    dataset = data_set("activitynet", {"a.json": database(**{"x-1": video(duration=12.25)})}, [path, "other.mp4"])
    assert parse("anet", dataset)["path"].tolist() == [str(dataset.root / path)]


def test_a_video_in_several_class_folders_is_one_video(data_set: Callable[..., DataSet]) -> None:
    content = database(x=video(("Yoga", 0, 1), ("Archery", 1, 2)))
    dataset = data_set("hacs_segments", {"s.json": content}, ["Yoga/v_x.mp4", "Archery/v_x.mp4"])
    assert parse("hacs", dataset)["path"].unique().tolist() == [str(dataset.root / "Archery/v_x.mp4")]


def test_the_same_video_in_two_files(data_set: Callable[..., DataSet]) -> None:
    files = {"a.json": database(x=video()), "b.json": database(y=video(), x=video())}
    with pytest.raises(AnnotationError, match=r"b.json:\d+: listed in an earlier file too \(given: 'x'\)"):
        parse("hacs", data_set("hacs_segments", files, ["v_x.mp4"]))


@pytest.mark.parametrize(
    ("facts", "message"),
    [
        (video(("Yoga", 4, 3)), r"ends before it starts \(given: \[4, 3\]\)"),
        (video(("Yoga", -1, 3)), r"starts before the video does \(given: -1\)"),
        (video(("", 1, 3)), r"not the name of a class \(given: ''\)"),
        (video(duration="long"), r"not a number \(given: 'long'\)"),
        (video(duration="-3"), r"negative duration \(given: '-3'\)"),
        (video(subset="holdout"), r"unknown subset; .*\(given: 'holdout'\)"),
        ({"annotations": []}, r"unknown subset; .*\(given: None\)"),
        ({"subset": "training"}, "needs an object with `subset` and a list `annotations`"),
        ([], r"needs an object with .*\(given: \[\]\)"),
        ({"subset": "training", "annotations": [{"label": "x"}]}, r'needs \{"label"'),
        ({"subset": "training", "annotations": ["x"]}, r'needs \{"label"'),
        ({"subset": "training", "annotations": [{"label": "x", "segment": ["1", None]}]}, "not a number .given: None"),
    ],
)
def test_bad_values_name_file_line_and_value(data_set: Callable[..., DataSet], facts: Any, message: str) -> None:
    dataset = data_set("hacs_segments", {"s.json": database(good=video(), bad=facts)}, ["v_good.mp4"])
    with pytest.raises(AnnotationError, match=rf"data.hacs: .*s.json:9: {message}"):
        parse("hacs", dataset)


@pytest.mark.parametrize("video_id", ["../up", "/etc/passwd", "a/b", "", ".."])
def test_ids_cannot_leave_the_root(data_set: Callable[..., DataSet], video_id: str) -> None:
    dataset = data_set("hacs_segments", {"s.json": database(**{video_id: video()})}, ["v_x.mp4"])
    with pytest.raises(AnnotationError, match=r"s.json:3: cannot be the name of a video"):
        parse("hacs", dataset)


def test_doubled_id(data_set: Callable[..., DataSet]) -> None:
    content = database(one=video(), two=video()).replace('"two"', '"one"')
    with pytest.raises(AnnotationError, match=r"s.json:9: stands twice in one object \(given: 'one'\)"):
        parse("hacs", data_set("hacs_segments", {"s.json": content}, ["v_one.mp4"]))


@pytest.mark.parametrize("content", ["[]", '{"taxonomy": []}', '{"database": []}'])
def test_other_json(data_set: Callable[..., DataSet], content: str) -> None:
    with pytest.raises(AnnotationError, match=r'needs an object \{"database"'):
        parse("hacs", data_set("hacs_segments", {"s.json": content}, ["v_x.mp4"]))
