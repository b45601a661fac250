"""Indexing many untrusted files, each in a child process with limits; run as a program, it is that child."""

from collections.abc import Iterator, Sequence
from typing import Any

from hico.video.child import serve
from hico.video.isolated import Child, spread
from hico.video.probe import probe
from hico.video.record import MISSING, QUARANTINED, Video

PROGRAM = "hico.video.probing"
SECONDS = 120.0
SECONDS_FULL_CHECK = 3600.0


def probe_all(videos: Sequence[tuple[str, str | None]], workers: int, full_check: bool) -> Iterator[Video]:
    """Index rows of (video id, path) pairs, in order, by `workers` processes at a time."""
    seconds = SECONDS_FULL_CHECK if full_check else SECONDS
    return spread(lambda child, video: probe_in(child, *video, full_check), videos, workers, PROGRAM, seconds)


def probe_in(child: Child, video_id: str, path: str | None, full_check: bool = False) -> Video:
    """The index row of one file; `status` and `reason` say so when it is missing, unusable, deadly or endless.

    Missing is what the manifest knows no file of; a file that is gone by now counts as unusable.
    """
    if path is None:
        return Video(video_id, None, MISSING, "not in the folder")
    video, reason = child.ask({"video_id": video_id, "path": path, "full_check": full_check})
    return video or Video(video_id, path, QUARANTINED, reason)


def answer(request: dict[str, Any]) -> Video:
    """The child's part of `probe_in`."""
    return probe(request["path"], request["video_id"], request["full_check"])


if __name__ == "__main__":
    serve(answer)
