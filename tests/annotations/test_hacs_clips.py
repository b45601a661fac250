"""HACS Clips."""

from collections.abc import Callable

import pytest

from hico.annotations.manifest import parse
from hico.config.data import DataSet
from hico.errors import AnnotationError

HEADER = "classname,youtube_id,subset,start,end,label\n"


def test_positive_and_negative_clips(data_set: Callable[..., DataSet]) -> None:
    content = HEADER + (
        "Archery,a2X2hz1G6i8,training,15.5,17.5,1\n"
        "Archery,a2X2hz1G6i8,training,77.5,79.5,-1\n"
        '"Doing, something",0O_qMHxBfXg,validation,24.5,26.5,1\n'
        ",hidden_test,testing,1,3,\n"
    )
    table = parse("clips", data_set("hacs_clips", {"c.csv": content}, ["Archery/v_a2X2hz1G6i8.mp4"]))
    assert table["label"].fillna("").tolist() == ["Archery", "", "Doing, something", ""]
    assert table["label_id"].tolist() == [0, -1, 1, -1]
    assert table["start_s"].tolist() == [15.5, 77.5, 24.5, 1.0]
    assert table["end_s"].tolist() == [17.5, 79.5, 26.5, 3.0]
    assert table["path"].notna().tolist() == [True, True, False, False]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("Archery,x,training,1,3,2", r"label is neither 1 nor -1 \(given: '2'\)"),
        ("Archery,x,training,one,3,1", r"not a number \(given: 'one'\)"),
        ("Archery,x,training,4,3,1", r"ends before it starts \(given: \['4', '3'\]\)"),
        ("Archery,x,training,-4,3,1", r"starts before the video does \(given: '-4'\)"),
        ("Archery,x,training,1,3", "5 values where the header has 6"),
        ("Archery,../x,training,1,3,1", r"cannot be the name of a video.*\(given: '../x'\)"),
        (",x,training,1,3,1", "not the name of a class"),
        ("Archery,good,validation,1,3,1", "good is listed in training and in validation"),
    ],
)
def test_bad_rows_name_file_line_and_value(data_set: Callable[..., DataSet], row: str, message: str) -> None:
    dataset = data_set("hacs_clips", {"c.csv": f"{HEADER}Archery,good,training,1,3,1\r\n{row}\n"}, ["v_good.mp4"])
    with pytest.raises(AnnotationError, match=f"data.clips: .*c.csv:3: {message}"):
        parse("clips", dataset)


def test_wrong_columns(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("hacs_clips", {"c.csv": "label,youtube_id,start\n"}, ["v_x.mp4"])
    with pytest.raises(AnnotationError, match=r"c.csv:1: the header line needs each of .* classname, subset, end once"):
        parse("clips", dataset)
