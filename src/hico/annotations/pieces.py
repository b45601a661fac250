"""Whole videos that are stored in pieces: lines `ID,start_ms,end_ms`, files `v_ID_START_END.*`, one a line.

A video is all lines of its ID, as in the release (`Longvideo` in its datasets/base/long_video.py): pieces are storage
only. A file's name tells its subset, as for plain lists.
"""

from collections.abc import Iterator

from hico.annotations import fields
from hico.annotations.entry import Entry
from hico.annotations.source import TextSource
from hico.annotations.videos import VideoFiles
from hico.config.data import DataSet
from hico.video.piece import Piece

_LONGEST_MS = 1000 * 1_000_000


def read(dataset: DataSet, videos: VideoFiles) -> Iterator[Entry]:
    """One entry a video, in the order of first lines; `path` is that of its first file that is there.

    Raises AnnotationError, also where the lines of a video do not follow one another from 0 on.
    """
    for video_id, subset, pieces in _listed(dataset, videos):
        path = next((piece.path for piece in pieces if piece.path is not None), None)
        yield Entry(video_id, path, subset, None, pieces=pieces)


def lengths(dataset: DataSet) -> Iterator[float]:
    """Length of every video in s: where its last piece ends. Raises AnnotationError."""
    for _, _, pieces in _listed(dataset, VideoFiles(dataset.root, [])):
        yield pieces[-1].end_ms / 1000


def _listed(dataset: DataSet, videos: VideoFiles) -> Iterator[tuple[str, str, list[Piece]]]:
    """(video id, subset, pieces) of every video."""
    earlier: set[str] = set()
    for file in dataset.annotations:
        source = TextSource(file)
        listed: dict[str, list[Piece]] = {}
        for text in source.lines():
            video_id, piece = _piece(text, videos, source)
            if video_id in earlier:
                raise source.error("listed in an earlier file too", video_id, "list each video once")
            before = listed.setdefault(video_id, [])
            _refuse_break(before, piece, text, source)
            before.append(piece)
        earlier.update(listed)
        subset = fields.subset_of_name(source)
        yield from ((video_id, subset, pieces) for video_id, pieces in listed.items())


def _piece(text: str, videos: VideoFiles, source: TextSource) -> tuple[str, Piece]:
    """The id of a line's video, and its piece. Times stand in the file's name as they are written, zeros too."""
    parts = [part.strip() for part in text.rsplit(",", 2)]
    if len(parts) != 3:
        raise source.error("expected `ID,start_ms,end_ms`", text)
    start_ms, end_ms = (fields.whole(part, source, _LONGEST_MS) for part in parts[1:])
    if end_ms <= start_ms:
        raise source.error("ends before it starts", text)
    video_id = fields.identifier(parts[0], source)
    name = fields.identifier(f"v_{'_'.join(parts)}", source)
    return video_id, Piece(videos.named(name), start_ms, end_ms)


def _refuse_break(before: list[Piece], piece: Piece, text: str, source: TextSource) -> None:
    """Raises AnnotationError unless the piece begins where the one before it ends, or at 0."""
    end_ms = before[-1].end_ms if before else 0
    if piece.start_ms == end_ms:
        return
    if piece.start_ms > end_ms:
        raise source.error(f"a piece is missing, which begins at {end_ms} ms", text, "add it, or leave out this video")
    if any(piece[1:] == other[1:] for other in before):
        raise source.error("listed twice", text, "remove one of the two")
    if piece.start_ms < before[-1].start_ms:
        raise source.error("not in order of time", text, "sort the pieces of a video by their start")
    raise source.error(f"overlaps the piece before it, which ends at {end_ms} ms", text, "let pieces follow each other")
