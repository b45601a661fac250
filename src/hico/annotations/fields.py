"""Single values of annotation files, checked."""

import math
import re
from pathlib import PurePosixPath

from hico.annotations.source import Source

_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)([eE][+-]?\d+)?", re.ASCII)
_SUBSETS = {
    "train": "training",
    "training": "training",
    "val": "validation",
    "validate": "validation",
    "validation": "validation",
    "test": "testing",
    "testing": "testing",
}
_LONGEST_LABEL = 200  # characters
_LONGEST_NAME = 255  # bytes of a file name on common file systems


def number(value: object, source: Source) -> float:
    """A finite number, given as such or as text. Raises AnnotationError."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        result = float(value) if abs(value) < 1e300 else math.inf
    elif isinstance(value, str) and _NUMBER.fullmatch(value):
        result = float(value)
    else:
        raise source.error("not a number", value)
    if not math.isfinite(result):
        raise source.error("not a finite number", value)
    return result


def whole(value: str, source: Source, largest: int) -> int:
    """A whole number from 0 to `largest`. Raises AnnotationError."""
    if not (value.isascii() and value.isdigit() and len(value) < 19 and int(value) <= largest):
        raise source.error(f"not a whole number from 0 to {largest:,}", value)
    return int(value)


def span(start: object, end: object, source: Source) -> tuple[float, float]:
    """Start and end in seconds. Length 0 is allowed: ActivityNet has such segments. Raises AnnotationError."""
    start_s, end_s = number(start, source), number(end, source)
    if start_s < 0:
        raise source.error("starts before the video does", start)
    if end_s < start_s:
        raise source.error("ends before it starts", [start, end])
    return start_s, end_s


def subset(value: object, source: Source) -> str:
    """training, validation or testing. Raises AnnotationError."""
    if not isinstance(value, str) or value.lower() not in _SUBSETS:
        raise source.error(f"unknown subset; known: {', '.join(_SUBSETS)}", value)
    return _SUBSETS[value.lower()]


def subset_of_name(source: Source) -> str:
    """The subset that a file's name tells (`val.txt`, `test_list.txt`), else training."""
    words = re.findall("train|val|test", source.path.stem.lower())
    return _SUBSETS[words[-1]] if words else "training"


def label(value: object, source: Source) -> str:
    """The name of a class. Raises AnnotationError."""
    if not isinstance(value, str) or not value.strip() or not value.isprintable() or len(value) > _LONGEST_LABEL:
        raise source.error("not the name of a class", value)
    return value


def identifier(value: str, source: Source) -> str:
    """An id or file name that stays in its folder. Raises AnnotationError."""
    unsafe = not value or value in (".", "..") or "/" in value or "\\" in value or not value.isprintable()
    if unsafe or len(value.encode()) > _LONGEST_NAME:
        raise source.error("cannot be the name of a video: no slashes, control characters or empty names", value)
    return value


def relative_path(value: str, source: Source) -> str:
    """A path below the root, with forward slashes. Raises AnnotationError."""
    path = PurePosixPath(value)
    if path.is_absolute() or ".." in path.parts or not path.parts or not value.isprintable():
        raise source.error("cannot be the path of a video", value, "name it relative to `root`, without `..`")
    return str(path)
