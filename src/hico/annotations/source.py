"""Annotation files: bounded reading, and errors that name file, line and value."""

import csv
import io
import json
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, BinaryIO, TypeVar

from hico.errors import AnnotationError

MAX_LINE = 64 * 1024  # characters; the longest line of an official list has about 150
MAX_JSON = 256 * 1024**2  # bytes; 160,000 videos of one segment take 30 million
_NOTHING = object()  # None is a value that JSON files give
_SURROGATE = re.compile("[\ud800-\udfff]")
Read = TypeVar("Read")


class Source:
    """One annotation file; knows where its reader stands."""

    def __init__(self, path: Path) -> None:
        self.path = path

    @property
    def line(self) -> int:
        """Number of the line that is being read, from 1; 0 when none is."""
        raise NotImplementedError

    def error(self, problem: str, value: object = _NOTHING, remedy: str = "correct this line") -> AnnotationError:
        """The error to raise about the present position."""
        place = f"{self.path}:{self.line}" if self.line else str(self.path)
        given = "" if value is _NOTHING else f" (given: {_shortened(repr(value))})"
        return AnnotationError(f"{place}: {problem}{given}; {remedy}")

    def _open(self) -> BinaryIO:
        # Asked first because opening a pipe would wait for ever.
        if not self._readable(self.path.is_file):
            raise self.error("no such annotation file", remedy="correct `annotations` of this data set")
        return self._readable(lambda: self.path.open("rb"))

    def _readable(self, read: Callable[[], Read]) -> Read:
        try:
            return read()
        except OSError as error:
            raise self.error(f"cannot be read: {error.strerror}", remedy="make it readable") from error


class TextSource(Source):
    """A file of lines: UTF-8 with or without byte order mark, any line ends, blank lines skipped."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._line = 0

    @property
    def line(self) -> int:
        return self._line

    def lines(self) -> Iterator[str]:
        """Lines without their ends. Raises AnnotationError on long lines, other encodings and empty files."""
        empty = True
        self._line = 0
        for text in self._raw_lines():
            if text.strip():
                empty = False
                yield text.rstrip("\n")
        if empty:
            self._line = 0
            raise self.error("the file is empty", remedy="fetch it again")

    def _raw_lines(self) -> Iterator[str]:
        # Undecodable bytes become surrogates here, so that the error can name their line.
        with io.TextIOWrapper(self._open(), encoding="utf-8-sig", errors="surrogateescape") as stream:
            while text := self._readable(lambda: stream.readline(MAX_LINE + 1)):
                self._line += 1
                if len(text.rstrip("\n")) > MAX_LINE:
                    raise self.error(f"line longer than {MAX_LINE:,} characters", text[:60], "is it text at all?")
                if _SURROGATE.search(text):
                    raise self.error("not UTF-8", text.strip(), "save the file as UTF-8")
                yield text

    def rows(self, columns: Sequence[str]) -> Iterator[dict[str, str]]:
        """Rows of comma-separated values under a header line that must have `columns`."""
        lines = self.lines()
        header = self._cells(next(lines))
        doubled = [column for column in header if column and header.count(column) > 1]
        faulty = [column for column in columns if column not in header] + doubled
        if faulty:
            raise self.error(f"the header line needs each of the columns {', '.join(faulty)} once", ",".join(header))
        for text in lines:
            cells = self._cells(text)
            if len(cells) != len(header):
                raise self.error(f"{len(cells)} values where the header has {len(header)}", text)
            yield dict(zip(header, cells, strict=True))

    def _cells(self, text: str) -> list[str]:
        try:
            return [cell.strip() for cell in next(csv.reader([text], strict=True))]
        except csv.Error as error:
            raise self.error(f"not comma-separated values: {error}", text) from error


class JsonSource(Source):
    """A JSON file. Set `key` to the key whose value is being read: errors then name its line."""

    def __init__(self, path: Path) -> None:
        super().__init__(path)
        self._text = ""
        self.key: str | None = None

    @property
    def line(self) -> int:
        if self.key is None:
            return 0
        pattern = re.escape(json.dumps(self.key, ensure_ascii=False)) + r"\s*:"
        places = [match.start() for match in re.finditer(pattern, self._text)]
        # Two places: the key is doubled, and the second is at fault. More: it is no id, and no line can be told.
        return self._text.count("\n", 0, places[-1]) + 1 if len(places) in (1, 2) else 0

    def load(self) -> Any:
        """The parsed value. Raises AnnotationError on malformed JSON, doubled keys, and NaN or infinities."""
        self._text = self._read()
        try:
            return json.loads(self._text, object_pairs_hook=self._distinct, parse_constant=self._finite)
        except (ValueError, RecursionError) as error:
            raise self.error(f"not readable as JSON: {error}", remedy="fetch the file again") from error

    def _read(self) -> str:
        with self._open() as stream:
            content = self._readable(lambda: stream.read(MAX_JSON + 1))
        if len(content) > MAX_JSON:
            raise self.error(f"larger than {MAX_JSON:,} bytes", remedy="is it an annotation file at all?")
        try:
            return content.decode("utf-8-sig")
        except UnicodeDecodeError as error:
            raise self.error(f"not UTF-8: {error}", remedy="save the file as UTF-8") from error

    def _distinct(self, pairs: list[tuple[str, Any]]) -> dict[str, Any]:
        values = dict(pairs)
        if len(values) < len(pairs):
            self.key = next(key for key, count in Counter(key for key, _ in pairs).items() if count > 1)
            raise self.error("stands twice in one object", self.key, "remove one of the two")
        return values

    def _finite(self, constant: str) -> float:
        raise self.error("not a number that can be used", constant, "put a finite number")


def _shortened(text: str, longest: int = 100) -> str:
    return text if len(text) <= longest else text[:longest] + " …"
