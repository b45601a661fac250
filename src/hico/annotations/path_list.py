"""Plain lists, `video_path label` a line: the path relative to the root, the label after the last blank.

The label is a class name, or the number of the class from 0. A file's name tells its subset
(`test_list.txt`, `val.txt`); where it does not, the subset is training.
"""

from collections.abc import Iterator

from hico.annotations import fields
from hico.annotations.entry import Entry
from hico.annotations.source import TextSource
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet

_MOST_CLASSES = 100_000


def read(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """One entry a line. Raises AnnotationError."""
    seen: set[str] = set()
    numbered: bool | None = None
    for file in dataset.annotations:
        source = TextSource(file)
        subset = fields.subset_of_name(source)
        for text in source.lines():
            relative, label = _path_and_label(text, source)
            if relative in seen:
                raise source.error("listed twice", relative, "remove one of the two")
            seen.add(relative)
            numbered = label.isdigit() if numbered is None else numbered
            if label.isdigit() != numbered:
                raise source.error("labels are class names on some lines and numbers on others", label)
            label_id = fields.whole(label, source, _MOST_CLASSES) if numbered else -1
            yield Entry(relative, videos.at(relative), subset, label, label_id=label_id)


def _path_and_label(text: str, source: TextSource) -> tuple[str, str]:
    parts = text.strip().rsplit(maxsplit=1)
    if len(parts) != 2:
        raise source.error("expected `video_path label`", text)
    return fields.relative_path(parts[0], source), fields.label(parts[1], source)
