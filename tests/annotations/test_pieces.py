"""Pieces of long videos."""

from collections.abc import Callable

import pytest

from hico.annotations.manifest import parse
from hico.config.data import DataSet
from hico.errors import AnnotationError


def test_every_piece_is_a_video(data_set: Callable[..., DataSet]) -> None:
    files = {"training.txt": "-x_1,0,5000\n-x_1,5000,10000\n", "validation.txt": "odd,id,0,4999\n"}
    dataset = data_set("pieces", files, ["a/v_-x_1_5000_10000.mp4", "v_odd,id_0_4999.webm"])
    table = parse("cut", dataset)
    assert table["video_id"].tolist() == ["-x_1_0_5000", "-x_1_5000_10000", "odd,id_0_4999"]
    assert table["path"].notna().tolist() == [False, True, True]
    assert table["subset"].tolist() == ["training", "training", "validation"]
    assert table[["label", "start_s", "end_s"]].isna().all(axis=None)
    assert (table["label_id"] == -1).all()


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("x 0 5000", "expected `ID,start_ms,end_ms`"),
        ("x,0.5,5000", r"not a whole number .*\(given: '0.5'\)"),
        ("x,-5,5000", r"not a whole number .*\(given: '-5'\)"),
        ("x,5000,5000", "ends before it starts"),
        ("../x,0,5000", "cannot be the name of a video"),
        ("good,0,5000", "listed twice"),
    ],
)
def test_bad_lines_name_file_line_and_value(data_set: Callable[..., DataSet], line: str, message: str) -> None:
    with pytest.raises(AnnotationError, match=f"data.cut: .*training.txt:2: {message}"):
        parse("cut", data_set("pieces", {"training.txt": f"good,0,5000\n{line}\n"}, ["v_good_0_5000.mp4"]))
