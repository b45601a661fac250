"""HMDB51: files `CLASS_test_splitN.txt` of lines `NAME.avi 0|1|2`; videos `ROOT/CLASS/NAME.avi`.

1 is training, 2 testing, 0 unused in this split. Classes are numbered from 0 in alphabetical order.
"""

import re
from collections.abc import Iterator
from pathlib import Path

from hico.annotations import fields
from hico.annotations.entry import Entry
from hico.annotations.source import TextSource
from hico.annotations.split_files import required, split_files
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet
from hico.errors import AnnotationError

_FILE_NAME = re.compile(r"(.+)_test_split[123]\.txt")
_SUBSETS = {"1": "training", "2": "testing", "0": None}


def read(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """Videos of every split of `dataset.splits`, class by class. Raises AnnotationError."""
    files = split_files(dataset.annotations)
    classes = sorted({match[1] for match in map(_FILE_NAME.fullmatch, files) if match})
    if not classes:
        places = ", ".join(map(str, dataset.annotations))
        raise AnnotationError(f"{places}: no file CLASS_test_splitN.txt; correct `annotations` of this data set")
    for split in dataset.splits:
        for label in classes:
            source = TextSource(required(files, f"{label}_test_split{split}.txt"))
            for name, subset in _used(source):
                path = videos.at(f"{label}/{name}")
                yield Entry(Path(name).stem, path, subset, label, split=split, label_id=classes.index(label))


def _used(source: TextSource) -> Iterator[tuple[str, str]]:
    """(file name, subset) of every video that the split uses."""
    seen: set[str] = set()
    for text in source.lines():
        name, *marks = text.rsplit(maxsplit=1)
        if len(marks) != 1 or marks[0] not in _SUBSETS:
            raise source.error("expected `NAME.avi` and 0, 1 or 2", text)
        name = fields.identifier(name.strip(), source)
        if name in seen:
            raise source.error("listed twice", name, "remove one of the two")
        seen.add(name)
        if subset := _SUBSETS[marks[0]]:
            yield name, subset
