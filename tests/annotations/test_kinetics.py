"""Kinetics, trimmed and untrimmed."""

from collections.abc import Callable

import pytest

from hico.annotations.manifest import parse
from hico.config.data import DataSet
from hico.errors import AnnotationError

HEADER = "label,youtube_id,time_start,time_end,split,is_cc\n"
ROWS = '"petting animal (not cat)",-x_1,7,17,train,0\nabseiling,_4YTwq0-73Y,119,129,val,1\n'


@pytest.mark.parametrize(
    "path",
    [
        "petting animal (not cat)/-x_1_000007_000017.mp4",
        "petting_animal_(not_cat)/-x_1_000007_000017.mkv",
        "train/-x_1_000007_000017.webm",
    ],
)
def test_trimmed(data_set: Callable[..., DataSet], path: str) -> None:
    dataset = data_set("kinetics", {"k.csv": HEADER + ROWS}, [path, "-x_1.mp4"])
    table = parse("k400", dataset)
    assert table["video_id"].tolist() == ["-x_1_000007_000017", "_4YTwq0-73Y_000119_000129"]
    assert table["path"].fillna("").tolist() == [str(dataset.root / path), ""]
    assert table["label"].tolist() == ["petting animal (not cat)", "abseiling"]
    assert table["label_id"].tolist() == [1, 0]
    assert table["subset"].tolist() == ["training", "validation"]
    assert table["start_s"].isna().all()


def test_untrimmed(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("kinetics_untrimmed", {"k.csv": HEADER + ROWS}, ["a/-x_1.mkv", "v__4YTwq0-73Y.mp4"])
    table = parse("k400", dataset)
    assert table["video_id"].tolist() == ["-x_1", "_4YTwq0-73Y"]
    assert table["path"].fillna("").tolist() == [str(dataset.root / "a/-x_1.mkv"), ""]
    assert table[["start_s", "end_s"]].to_numpy().tolist() == [[7, 17], [119, 129]]


def test_several_files_and_a_test_list_without_labels(data_set: Callable[..., DataSet]) -> None:
    files = {"train.csv": HEADER + ROWS, "test.csv": "youtube_id,time_start,time_end,split\nsecret,0,10,test\n"}
    table = parse("k400", data_set("kinetics", files, ["secret_000000_000010.mp4"]))
    assert table["label_id"].tolist() == [1, 0, -1]
    assert table["subset"].tolist() == ["training", "validation", "testing"]


@pytest.mark.parametrize(
    ("row", "message"),
    [
        ("abseiling,x,7,b,train,0", r"not a whole number from 0 to 999,999 \(given: 'b'\)"),
        ("abseiling,x,-7,7,train,0", r"not a whole number .*\(given: '-7'\)"),
        ("abseiling,x,17,7,train,0", r"ends before it starts \(given: \[17, 7\]\)"),
        ("abseiling,x,7,17,holdout,0", r"unknown subset.*\(given: 'holdout'\)"),
        (",x,7,17,train,0", "not the name of a class"),
        ("abseiling,a/../../x,7,17,train,0", "cannot be the name of a video"),
        ("abseiling,_4YTwq0-73Y,119,129,val,1", "the same clip is listed twice"),
    ],
)
@pytest.mark.parametrize("kind", ["kinetics", "kinetics_untrimmed"])
def test_bad_rows_name_file_line_and_value(data_set: Callable[..., DataSet], kind: str, row: str, message: str) -> None:
    with pytest.raises(AnnotationError, match=f"data.k: .*k.csv:4: {message}"):
        parse("k", data_set(kind, {"k.csv": HEADER + ROWS + row}, ["-x_1.mp4"]))
