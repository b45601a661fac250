"""HACS Clips: csv of 2-s clips of untrimmed videos, `classname,youtube_id,subset,start,end,label`.

`label` is 1 where the clip shows the class and -1 where it does not; such a clip has no label in the manifest.
Videos lie as for HACS Segments.
"""

from collections.abc import Iterator

from hico.annotations import fields
from hico.annotations.entry import Entry
from hico.annotations.source import TextSource
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet

COLUMNS = ("classname", "youtube_id", "subset", "start", "end", "label")


def read(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """One entry a clip. Raises AnnotationError."""
    subsets: dict[str, str] = {}
    for path in dataset.annotations:
        source = TextSource(path)
        for row in source.rows(COLUMNS):
            video_id = fields.identifier(row["youtube_id"], source)
            subset = fields.subset(row["subset"], source)
            if subsets.setdefault(video_id, subset) != subset:
                raise source.error(f"{video_id} is listed in {subsets[video_id]} and in {subset}", row["subset"])
            times = fields.span(row["start"], row["end"], source)
            yield Entry(video_id, videos.named(f"v_{video_id}", video_id), subset, _label(row, source), *times)


def _label(row: dict[str, str], source: TextSource) -> str | None:
    shown = row["label"]
    if shown not in ("1", "-1", "0", ""):  # 0 or nothing: not told, as for testing
        raise source.error("label is neither 1 nor -1", shown)
    return fields.label(row["classname"], source) if shown == "1" else None
