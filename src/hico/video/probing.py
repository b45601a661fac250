"""Indexing many untrusted files, each in a child process with limits; run as a program, it is that child."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from hico.video.child import serve
from hico.video.isolated import Child, spread
from hico.video.joined import join
from hico.video.piece import Piece
from hico.video.probe import probe
from hico.video.record import MISSING, QUARANTINED, Video

PROGRAM = "hico.video.probing"
SECONDS = 120.0
SECONDS_FULL_CHECK = 3600.0


def probe_all(
    videos: Sequence[tuple[str, str | None]], workers: int, full_check: bool, pieces: Mapping[str, Sequence[Piece]] = {}
) -> Iterator[Video]:
    """Index rows of (video id, path) pairs, in order, by `workers` processes at a time.

    `pieces` has the files of the videos that are stored in several, by video id.
    """

    def row(child: Child, video: tuple[str, str | None]) -> Video:
        return probe_in(child, *video, full_check, pieces.get(video[0], ()))

    return spread(row, videos, workers, PROGRAM, SECONDS_FULL_CHECK if full_check else SECONDS)


def probe_in(
    child: Child, video_id: str, path: str | None, full_check: bool = False, pieces: Sequence[Piece] = ()
) -> Video:
    """The index row of one video; `status` and `reason` say so when it is missing, unusable, deadly or endless.

    Missing is what the manifest knows no file of; a file that is gone by now counts as unusable. Of several files
    each is probed as one of its own, within the limits for one file.
    """
    if path is None:
        return Video(video_id, None, MISSING, "not in the folder")
    if pieces:
        files = (probe_in(child, video_id, piece.path, full_check) for piece in pieces)
        return join(video_id, path, pieces, files)
    video, reason = child.ask({"video_id": video_id, "path": path, "full_check": full_check})
    return video or Video(video_id, path, QUARANTINED, reason)


def answer(request: dict[str, Any]) -> Video:
    """The child's part of `probe_in`."""
    return probe(request["path"], request["video_id"], request["full_check"])


if __name__ == "__main__":
    serve(answer)
