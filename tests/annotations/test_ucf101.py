"""UCF101."""

from collections.abc import Callable

import pytest

from hico.annotations.manifest import parse
from hico.config.data import DataSet
from hico.errors import AnnotationError

FILES = {
    "classInd.txt": "1 Zumba\r\n2 Archery\r\n",
    "trainlist01.txt": "Zumba/v_Zumba_g08_c01.avi 1\r\nArchery/v_Archery_g08_c01.avi 2\r\n",
    "testlist01.txt": "Archery/v_Archery_g01_c01.avi\r\n",
    "trainlist02.txt": "Archery/v_Archery_g01_c01.avi 2\r\n",
    "testlist02.txt": "Zumba/v_Zumba_g08_c01.avi\n",
}
VIDEOS = ["Zumba/v_Zumba_g08_c01.avi", "Archery/v_Archery_g01_c01.mp4"]


def test_two_splits_with_the_official_class_order(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("ucf101", FILES, VIDEOS, splits=(2, 1))
    table = parse("ucf", dataset)
    assert table["split"].tolist() == [2, 2, 1, 1, 1]
    assert table["subset"].tolist() == ["training", "testing", "training", "training", "testing"]
    assert table["label"].tolist() == ["Archery", "Zumba", "Zumba", "Archery", "Archery"]
    assert table["label_id"].tolist() == [1, 0, 0, 1, 1]
    assert table["video_id"].tolist()[:2] == ["v_Archery_g01_c01", "v_Zumba_g08_c01"]
    assert table["path"].tolist()[:2] == [str(dataset.root / VIDEOS[1]), str(dataset.root / VIDEOS[0])]
    assert table["path"].notna().tolist() == [True, True, True, False, True]


def test_files_one_by_one_are_as_their_folder(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("ucf101", FILES, VIDEOS)
    folder = dataset.model_copy(update={"annotations": [dataset.annotations[0].parent]})
    assert parse("ucf", folder).equals(parse("ucf", dataset))


def test_wrong_split(data_set: Callable[..., DataSet]) -> None:
    with pytest.raises(AnnotationError, match=r"data.ucf: trainlist03.txt is not among .*correct .*`splits`"):
        parse("ucf", data_set("ucf101", FILES, VIDEOS, splits=(1, 3)))


def test_missing_folder(data_set: Callable[..., DataSet]) -> None:
    dataset = data_set("ucf101", FILES, VIDEOS)
    absent = dataset.model_copy(update={"annotations": [dataset.root.parent / "absent"]})
    with pytest.raises(AnnotationError, match="absent: no such folder of split files; correct `annotations`"):
        parse("ucf", absent)


@pytest.mark.parametrize(
    ("file", "line", "message"),
    [
        ("classInd.txt", "2 Boxing", r":3: expected `3 CLASS`.*\(given: '2 Boxing'\)"),
        ("classInd.txt", "3 Zumba", ":3: expected `3 CLASS`"),
        ("classInd.txt", "Boxing", ":3: not the name of a class"),
        ("classInd.txt", "x Boxing", r":3: not a whole number .*\(given: 'x'\)"),
        ("trainlist01.txt", "Boxing/v_Boxing_g01_c01.avi 3", ":3: expected .* with a class of classInd.txt"),
        ("trainlist01.txt", "v_Boxing_g01_c01.avi 3", ":3: expected .* with a class of classInd.txt"),
        ("trainlist01.txt", "Zumba/v_Zumba_g09_c01.avi 2", r":3: classInd.txt gives Zumba the number 1 \(given: '2'\)"),
        ("trainlist01.txt", "Zumba/v_Zumba_g09_c01.avi", ":3: expected .*, in training lists with the number"),
        ("trainlist01.txt", "Zumba/v_Zumba_g08_c01.avi 1", ":3: listed twice in split 1"),
        ("trainlist01.txt", "Zumba/../../x.avi 1", ":3: cannot be the path of a video"),
        ("trainlist01.txt", "/Zumba/x.avi 1", ":3: cannot be the path of a video"),
        ("testlist01.txt", "Zumba/v_Zumba_g08_c01.avi", ":2: listed twice in split 1"),
    ],
)
def test_bad_lines_name_file_line_and_value(
    data_set: Callable[..., DataSet], file: str, line: str, message: str
) -> None:
    with pytest.raises(AnnotationError, match=f"data.ucf: .*{file}{message}"):
        parse("ucf", data_set("ucf101", FILES | {file: FILES[file] + line + "\n"}, VIDEOS))
