"""Any folder of videos, without annotation files: every video file below the root, sorted by path."""

import logging
from collections import Counter
from collections.abc import Iterator

from hico.annotations.entry import Entry
from hico.annotations.videos import EXTENSIONS, VideoFiles
from hico.config.data import DataSet
from hico.errors import AnnotationError

LOG = logging.getLogger(__name__)
MOST = 20
"""Suffixes that the log names."""


def read(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """One entry a file, all in subset training. Raises AnnotationError."""
    if dataset.annotations:
        raise AnnotationError(f"{dataset.annotations[0]}: kind folder takes no `annotations`; leave them out")
    if not videos.relative_paths:
        raise AnnotationError(f"{videos.root}: no video file ({', '.join(EXTENSIONS)}) below it; correct `root`")
    if videos.left_out:
        LOG.info("%s: %d other files left out: %s", videos.root, videos.left_out.total(), _counted(videos.left_out))
    for relative in videos.relative_paths:
        yield Entry(relative, videos.as_text(videos.path(relative)), "training", None)


def _counted(files: Counter[str]) -> str:
    return ", ".join(f"{count} {ascii(name) if name else 'without suffix'}" for name, count in files.most_common(MOST))
