"""Bounded reading of annotation files, and the place that errors name."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from hico.annotations import source
from hico.annotations.source import JsonSource, TextSource
from hico.errors import AnnotationError


def written(folder: Path, content: bytes) -> Path:
    path = folder / "list.txt"
    path.write_bytes(content)
    return path


def test_lines_of_any_ends_without_byte_order_mark_and_blank_lines(tmp_path: Path) -> None:
    text = TextSource(written(tmp_path, b"\xef\xbb\xbfone\r\ntwo\n\n  \nthree\rfour \xc3\xa9"))
    assert [(text.line, line) for line in text.lines()] == [(1, "one"), (2, "two"), (5, "three"), (6, "four é")]


def test_a_line_that_never_ends_is_not_read_to_its_end(tmp_path: Path) -> None:
    path = tmp_path / "list.txt"
    with path.open("wb") as stream:
        stream.write(b"fine\n")
        stream.truncate(3 * 1024**3)  # 3 GB of zero bytes, without a place on the disk
    text = TextSource(path)
    with pytest.raises(AnnotationError, match=r"list.txt:2: line longer than 65,536 characters"):
        list(text.lines())


def test_longest_line_is_allowed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_LINE", 6)
    assert list(TextSource(written(tmp_path, b"12345\n123456\n")).lines()) == ["12345", "123456"]


def test_one_character_more_is_not(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "MAX_LINE", 6)
    with pytest.raises(AnnotationError, match=r":2: line longer than 6 characters \(given: '1234567'\)"):
        list(TextSource(written(tmp_path, b"12345\n1234567\n")).lines())


@pytest.mark.parametrize("content", [b"", b"\n \r\n", b"\xef\xbb\xbf"])
def test_empty_file(tmp_path: Path, content: bytes) -> None:
    with pytest.raises(AnnotationError, match=r"list.txt: the file is empty"):
        list(TextSource(written(tmp_path, content)).lines())


def test_other_encoding_names_its_line(tmp_path: Path) -> None:
    with pytest.raises(AnnotationError, match=r"list.txt:2: not UTF-8 \(given: 'na.*; save the file as UTF-8"):
        list(TextSource(written(tmp_path, b"plain\nna\xefve\n")).lines())


def test_missing_file_folder_and_pipe(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "pipe")
    for name in ("absent.txt", ".", "pipe"):
        with pytest.raises(AnnotationError, match="no such annotation file; correct `annotations`"):
            list(TextSource(tmp_path / name).lines())


def test_rows_by_column_name_in_any_order(tmp_path: Path) -> None:
    table = TextSource(written(tmp_path, b'b, a,extra\n1,"x, y",\n'))
    assert list(table.rows(["a", "b"])) == [{"a": "x, y", "b": "1", "extra": ""}]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"a,c\n1,2\n", r":1: the header line needs each of the columns b once \(given: 'a,c'\)"),
        (b"a,b,a\n1,2,3\n", r":1: the header line needs each of the columns a, a once"),
        (b"a,b,c,c\n1,2,3,4\n", r":1: the header line needs each of the columns c, c once"),
        (b"a,b\n1,2\n\n1,2,3\n", r":4: 3 values where the header has 2 \(given: '1,2,3'\)"),
        (b'a,b\n"1,2\n', r":2: not comma-separated values: unexpected end of data"),
    ],
)
def test_malformed_rows(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(AnnotationError, match=message):
        list(TextSource(written(tmp_path, content)).rows(["a", "b"]))


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"{", "not readable as JSON: .* line 1 column 2"),
        (b"[" * 100_000, "not readable as JSON"),
        (b"1" * 5000, "not readable as JSON"),
        (b"[NaN]", r"not a number that can be used \(given: 'NaN'\)"),
        (b"\xff\xfe[]", "not UTF-8"),
        (b'{"other": 1,\n"id": 1,\n"id": 2}', r"list.txt:3: stands twice in one object \(given: 'id'\)"),
    ],
)
def test_malformed_json(tmp_path: Path, content: bytes, message: str) -> None:
    with pytest.raises(AnnotationError, match=message):
        JsonSource(written(tmp_path, content)).load()


def test_json_has_a_largest_size(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = written(tmp_path, b"[1,2,3]")
    assert JsonSource(path).load() == [1, 2, 3]
    monkeypatch.setattr(source, "MAX_JSON", 6)
    with pytest.raises(AnnotationError, match="larger than 6 bytes"):
        JsonSource(path).load()


def test_json_error_names_the_line_of_the_key(tmp_path: Path) -> None:
    text = JsonSource(written(tmp_path, b'\xef\xbb\xbf{"a":\n {},\n "b-[": {}}'))
    text.load()
    text.key = "b-["
    assert str(text.error("is wrong", 3)) == f"{text.path}:3: is wrong (given: 3); correct this line"


def test_long_values_are_shortened(tmp_path: Path) -> None:
    assert len(str(TextSource(Path("x")).error("is wrong", "v" * 10_000))) < 200


@pytest.mark.parametrize("kind", [lambda path: list(TextSource(path).lines()), lambda path: JsonSource(path).load()])
def test_a_disk_that_gives_nothing(kind: Callable[[Path], object]) -> None:
    """Reading this file of Linux fails, as a broken disk does."""
    with pytest.raises(AnnotationError, match="/proc/self/mem: cannot be read: Input/output error; make it readable"):
        kind(Path("/proc/self/mem"))
