"""Plain lists of paths and labels."""

from collections.abc import Callable

import pytest

from hico.annotations.manifest import parse
from hico.config.data import DataSet
from hico.errors import AnnotationError


def test_numbered_classes_keep_their_numbers(data_set: Callable[..., DataSet]) -> None:
    files = {"train_list.txt": "a b/x 1.mp4 7\nc/y.avi\t2\n", "val_list.txt": "z.mp4 10\n"}
    dataset = data_set("path_list", files, ["a b/x 1.mp4", "z.webm", "c/z.mp4"])
    table = parse("mine", dataset)
    assert table["video_id"].tolist() == ["a b/x 1.mp4", "c/y.avi", "z.mp4"]
    paths = [str(dataset.root / "a b/x 1.mp4"), "", str(dataset.root / "z.webm")]
    assert table["path"].fillna("").tolist() == paths
    assert table["label"].tolist() == ["7", "2", "10"]
    assert table["label_id"].tolist() == [7, 2, 10]
    assert table["subset"].tolist() == ["training", "training", "validation"]


def test_named_classes_are_sorted(data_set: Callable[..., DataSet]) -> None:
    table = parse("mine", data_set("path_list", {"all.txt": "x.mp4 wave\n./y.mp4 catch\n"}, ["x.mp4"]))
    assert table["label_id"].tolist() == [1, 0]
    assert table["video_id"].tolist() == ["x.mp4", "y.mp4"]


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("y.mp4", r"expected `video_path label` \(given: 'y.mp4'\)"),
        ("x.mp4 3", r"listed twice \(given: 'x.mp4'\)"),
        ("a/../../y.mp4 3", r"cannot be the path of a video \(given: 'a/../../y.mp4'\); name it relative to `root`"),
        ("/data/y.mp4 3", "cannot be the path of a video"),
        ("y.mp4 wave", "labels are class names on some lines and numbers on others"),
        ("y.mp4 9999999", "not a whole number from 0 to 100,000"),
        ("y.mp4 ²", "not a whole number from 0 to 100,000"),
    ],
)
def test_bad_lines_name_file_line_and_value(data_set: Callable[..., DataSet], line: str, message: str) -> None:
    with pytest.raises(AnnotationError, match=f"data.mine: .*list.txt:2: {message}"):
        parse("mine", data_set("path_list", {"list.txt": f"x.mp4 3\n{line}\n"}, ["x.mp4"]))
