"""A data set that one CSV file lists: columns file, label, subset."""

from collections.abc import Iterator

from hico.annotations.entry import Entry
from hico.annotations.source import TextSource
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet


def read(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """One entry a row. Raises AnnotationError, which names file and line."""
    source = TextSource(dataset.annotations[0])
    for row in source.rows(("file", "label", "subset")):
        if row["subset"] not in ("training", "testing"):
            raise source.error("not a subset", row["subset"], "put training or testing")
        yield Entry(row["file"], videos.at(row["file"]), row["subset"], row["label"])
