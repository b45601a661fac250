"""Kinetics: csv with `label,youtube_id,time_start,time_end,split` (and `is_cc`, not read).

Trimmed files lie as `ROOT/LABEL/ID_SSSSSS_EEEEEE.*`, untrimmed ones as `ROOT/ID.*`, in any folders below the root.
"""

from collections.abc import Iterator

from hico.annotations import fields
from hico.annotations.entry import Entry
from hico.annotations.source import TextSource
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet

COLUMNS = ("youtube_id", "time_start", "time_end", "split")
_LONGEST_S = 999_999  # times have six digits in file names


def read_trimmed(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """One entry a row, without times: the file is the annotated clip. Raises AnnotationError."""
    for name, _, subset, label, _ in _rows(dataset):
        yield Entry(name, videos.named(name), subset, label)


def read_untrimmed(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """One entry a row, with times in the whole video. Raises AnnotationError."""
    for _, video_id, subset, label, times in _rows(dataset):
        yield Entry(video_id, videos.named(video_id), subset, label, *times)


def lengths(dataset: DataSet) -> Iterator[float]:
    """Length of every trimmed file in s. Raises AnnotationError."""
    return (end_s - start_s for *_, (start_s, end_s) in _rows(dataset))


def _rows(dataset: DataSet) -> Iterator[tuple[str, str, str, str | None, tuple[float, float]]]:
    """(name of the trimmed file, video id, subset, label, times in s) of every row."""
    seen: set[str] = set()
    for path in dataset.annotations:
        source = TextSource(path)
        for row in source.rows(COLUMNS):
            video_id = fields.identifier(row["youtube_id"], source)
            start_s, end_s = (fields.whole(row[key], source, _LONGEST_S) for key in ("time_start", "time_end"))
            name = f"{video_id}_{start_s:06d}_{end_s:06d}"
            if name in seen:
                raise source.error("the same clip is listed twice", name, "remove one of the two")
            seen.add(name)
            subset = fields.subset(row["split"], source)
            yield name, video_id, subset, _label(row, subset, source), fields.span(start_s, end_s, source)


def _label(row: dict[str, str], subset: str, source: TextSource) -> str | None:
    """Only test lists may leave labels out."""
    text = row.get("label", "")
    return None if subset == "testing" and not text else fields.label(text, source)
