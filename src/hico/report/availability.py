"""What was there of each data set: the lists' coverage, and why videos were set aside."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import pandas as pd

from hico.errors import ReportError
from hico.report.origins import run_name, set_aside


@dataclass(frozen=True)
class Coverage:
    """One list of a data set: numbers of videos. Present but not usable ones are set aside (quarantined)."""

    dataset: str
    split: int
    subset: str
    listed: int
    present: int
    usable: int

    @property
    def name(self) -> str:
        return f"{self.dataset}{f' split {self.split}' if self.split else ''}, {self.subset}"


@dataclass(frozen=True)
class Reason:
    """Why `videos` files of a data set were set aside, or dropped by the run that stands in its place."""

    dataset: str
    reason: str
    videos: int


def read_coverage(paths: Iterable[Path]) -> list[Coverage]:
    """All lists of all coverage.csv files, in their order. Raises ReportError."""
    return [
        _coverage(row, path)
        for path in paths
        for row in _table(path, "a coverage table", "run the index stage").to_dict("records")
    ]


def read_reasons(indices: Iterable[tuple[str, Path]]) -> list[Reason]:
    """Reasons in (data set, index.parquet) pairs, the most frequent first. Raises ReportError."""
    found: Counter[tuple[str, str]] = Counter()
    for dataset, path in indices:
        found.update((dataset, str(reason)) for reason in set_aside(path).reason)
    reasons = [Reason(dataset, reason, videos) for (dataset, reason), videos in found.items()]
    return sorted(reasons, key=lambda item: (-item.videos, item.dataset, item.reason))


def read_dropped(paths: Iterable[Path]) -> list[Reason]:
    """Videos that runs went without, from their dropped.csv, by run and reason. Raises ReportError."""
    found: dict[tuple[str, str], set[str]] = {}
    for path in paths:
        rows = _table(path, "a table of dropped videos", "run the training stage")
        for video_id, reason in zip(rows["video_id"], rows["reason"], strict=True):
            found.setdefault((f"{run_name(path)}, dropped in training", str(reason)), set()).add(str(video_id))
    return [Reason(run, reason, len(videos)) for (run, reason), videos in found.items()]


def _table(path: Path, what: str, remedy: str) -> pd.DataFrame:
    try:
        return pd.read_csv(path)
    except (FileNotFoundError, pd.errors.EmptyDataError, pd.errors.ParserError) as error:
        raise ReportError(f"{path}: not readable as {what} ({error}); {remedy}") from error


def _coverage(row: dict[object, object], path: Path) -> Coverage:
    keys = Coverage.__dataclass_fields__
    missing = [key for key in keys if key not in row]
    if missing:
        raise ReportError(f"{path}: lacks the columns {', '.join(missing)}; name coverage.csv files of the index stage")
    return Coverage(
        *(field_type(row[key]) for key, field_type in zip(keys, (str, int, str, int, int, int), strict=True))
    )
