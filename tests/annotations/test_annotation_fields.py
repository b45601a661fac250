"""Single values: what passes, what is refused."""

from pathlib import Path

import pytest

from hico.annotations import fields
from hico.annotations.source import TextSource
from hico.errors import AnnotationError

SOURCE = TextSource(Path("list.txt"))


@pytest.mark.parametrize(
    ("value", "expected"), [("92.166667", 92.166667), ("1e2", 100), (".5", 0.5), (3, 3), (-2.5, -2.5)]
)
def test_numbers(value: object, expected: float) -> None:
    assert fields.number(value, SOURCE) == expected


@pytest.mark.parametrize(
    "value", ["", "ten", "nan", "inf", "1_0", "1e999", "٣", 10**400, True, None, [1], float("nan")]
)
def test_not_numbers(value: object) -> None:
    with pytest.raises(AnnotationError, match=r"list.txt: not a (finite )?number \(given: "):
        fields.number(value, SOURCE)


@pytest.mark.parametrize("value", ["-1", "1.0", "", "²", "100", "9" * 50])
def test_not_whole_numbers(value: str) -> None:
    with pytest.raises(AnnotationError, match="not a whole number from 0 to 99"):
        fields.whole(value, SOURCE, 99)


def test_spans() -> None:
    assert fields.span("1.5", 3, SOURCE) == (1.5, 3.0)
    assert fields.span(0, 0, SOURCE) == (0.0, 0.0)
    with pytest.raises(AnnotationError, match=r"starts before the video does \(given: -0.5\)"):
        fields.span(-0.5, 3, SOURCE)
    with pytest.raises(AnnotationError, match=r"ends before it starts \(given: \[4, 3\]\)"):
        fields.span(4, 3, SOURCE)


@pytest.mark.parametrize(
    "value", ["", ".", "..", "../x", "a/b", "/etc/passwd", "a\\b", "a\0b", "a\nb", "\ud800", "é" * 200]
)
def test_ids_that_are_no_names(value: str) -> None:
    with pytest.raises(AnnotationError, match="cannot be the name of a video"):
        fields.identifier(value, SOURCE)


@pytest.mark.parametrize("value", ["--0edUL8zmA", "_bottle det", "(HQ)_Rock!_[x]&'\"+1", "日本"])
def test_odd_ids_that_are_names(value: str) -> None:
    assert fields.identifier(value, SOURCE) == value


@pytest.mark.parametrize("value", ["../x.mp4", "a/../../x.mp4", "/abs/x.mp4", "", ".", "a\0.mp4", "a\n.mp4"])
def test_paths_that_leave_the_root(value: str) -> None:
    with pytest.raises(AnnotationError, match="cannot be the path of a video"):
        fields.relative_path(value, SOURCE)


def test_paths_are_normalized() -> None:
    assert fields.relative_path("./a//b c.mp4", SOURCE) == "a/b c.mp4"


def test_subsets() -> None:
    assert [fields.subset(name, SOURCE) for name in ("train", "val", "validate", "TESTING")] == [
        "training",
        "validation",
        "validation",
        "testing",
    ]
    with pytest.raises(AnnotationError, match=r"unknown subset; known: .* \(given: 'holdout'\)"):
        fields.subset("holdout", SOURCE)


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("training.txt", "training"),
        ("k400_val_list.txt", "validation"),
        ("TEST.csv", "testing"),
        ("my.txt", "training"),
    ],
)
def test_subset_of_a_file_name(name: str, expected: str) -> None:
    assert fields.subset_of_name(TextSource(Path(name))) == expected


@pytest.mark.parametrize("value", ["", "  ", "a\tb", None, 3, "\udcff", "a" * 201])
def test_labels(value: object) -> None:
    assert fields.label("massaging person's head", SOURCE) == "massaging person's head"
    with pytest.raises(AnnotationError, match="not the name of a class"):
        fields.label(value, SOURCE)
