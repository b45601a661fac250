"""HMDB51."""

from collections.abc import Callable

import pytest

from hico.annotations.manifest import parse
from hico.config.data import DataSet
from hico.errors import AnnotationError

FILES = {
    "wave_test_split1.txt": "(HQ)_wave!_+[x]&#1.avi 1 \r\nold_wave_2.avi 2 \nidle.avi 0 \n",
    "brush_hair_test_split1.txt": "two words.avi 2 \n",
    "wave_test_split2.txt": "idle.avi 2 \n",
    "brush_hair_test_split2.txt": "two words.avi 1 \n",
}
VIDEOS = ["wave/(HQ)_wave!_+[x]&#1.avi", "brush_hair/two words.mkv"]


def test_two_splits(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("hmdb51", FILES, VIDEOS, splits=(1, 2))
    table = parse("hmdb", dataset)
    assert table["split"].tolist() == [1, 1, 1, 2, 2]
    assert table["label"].tolist() == ["brush_hair", "wave", "wave", "brush_hair", "wave"]
    assert table["label_id"].tolist() == [0, 1, 1, 0, 1]
    assert table["subset"].tolist() == ["testing", "training", "testing", "training", "testing"]
    assert table["video_id"].tolist()[:3] == ["two words", "(HQ)_wave!_+[x]&#1", "old_wave_2"]
    assert table["path"].tolist()[:2] == [str(dataset.root / VIDEOS[1]), str(dataset.root / VIDEOS[0])]
    assert table["path"].notna().tolist() == [True, True, False, True, False]


def test_folder_leaves_other_and_hidden_files_out(data_set: Callable[..., DataSet]) -> None:
    files = {**FILES, "README.txt": "", "._wave_test_split1.txt": b"\0\xff"}
    dataset = data_set("hmdb51", files, VIDEOS)
    folder = dataset.model_copy(update={"annotations": [dataset.annotations[0].parent]})
    assert parse("hmdb", folder).equals(parse("hmdb", data_set("hmdb51", FILES, VIDEOS)))


def test_a_split_needs_every_class(data_set: Callable[..., DataSet]) -> None:
    files = {name: content for name, content in FILES.items() if name != "wave_test_split2.txt"}
    with pytest.raises(AnnotationError, match=r"data.hmdb: wave_test_split2.txt is not among the annotation files"):
        parse("hmdb", data_set("hmdb51", files, VIDEOS, splits=(2,)))


def test_no_split_file(data_set: Callable[..., DataSet]) -> None:
    with pytest.raises(AnnotationError, match=r"no file CLASS_test_splitN.txt; correct `annotations`"):
        parse("hmdb", data_set("hmdb51", {"trainlist01.txt": "x 1\n", "testlist01.txt": "y\n"}, VIDEOS))


def test_two_files_of_one_name(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("hmdb51", FILES, VIDEOS)
    doubled = dataset.model_copy(update={"annotations": dataset.annotations + dataset.annotations[:1]})
    with pytest.raises(AnnotationError, match="names two files of one name"):
        parse("hmdb", doubled)


@pytest.mark.parametrize(
    ("line", "message"),
    [
        ("new_wave.avi 3", r"expected `NAME.avi` and 0, 1 or 2 \(given: 'new_wave.avi 3'\)"),
        ("new_wave.avi", "expected `NAME.avi` and 0, 1 or 2"),
        ("idle.avi 1", "listed twice"),
        ("../brush_hair/x.avi 1", "cannot be the name of a video"),
    ],
)
def test_bad_lines_name_file_line_and_value(data_set: Callable[..., DataSet], line: str, message: str) -> None:
    name = "wave_test_split1.txt"
    with pytest.raises(AnnotationError, match=f"data.hmdb: .*{name}:4: {message}"):
        parse("hmdb", data_set("hmdb51", FILES | {name: FILES[name] + line}, VIDEOS))
