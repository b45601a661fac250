"""What every parser gives: one entry an annotation."""

from collections.abc import Callable, Iterator
from typing import NamedTuple

from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet
from hico.video.piece import Piece


class Entry(NamedTuple):
    """One annotation. Times are seconds in the file at `path`, None where the annotation is the whole file."""

    video_id: str
    path: str | None
    subset: str
    label: str | None
    start_s: float | None = None
    end_s: float | None = None
    split: int = 0
    label_id: int = -1  # stays -1 where classes have no official order
    pieces: list[Piece] | None = None  # all files in order, where a video is stored in several


Reader = Callable[[DataSet, VideoFiles], Iterator[Entry]]
