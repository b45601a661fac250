"""Many files, each read in a child process with limits: indexing, and copying to the store."""

import os
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from hico.video.isolated import Child, spread
from hico.video.record import MISSING, OK, QUARANTINED, Video
from hico.video.store import Store, store_path

SECONDS = 120.0
SECONDS_WHOLE_FILE = 3600.0  # where every frame is decoded


def probe_all(videos: Sequence[tuple[str, str | None]], workers: int, full_check: bool) -> Iterator[Video]:
    """Index rows of (video id, path) pairs, in order, by `workers` processes at a time."""
    seconds = SECONDS_WHOLE_FILE if full_check else SECONDS
    return spread(lambda child, video: probe(child, *video, full_check), videos, workers, seconds)


def transcode_all(videos: Sequence[Video], folder: Path, settings: Store, workers: int) -> Iterator[Video]:
    """Index rows of the videos' copies in the store, in order; missing and quarantined ones stay as they are."""
    return spread(lambda child, video: copy(child, video, folder, settings), videos, workers, SECONDS_WHOLE_FILE)


def probe(child: Child, video_id: str, path: str | None, full_check: bool = False) -> Video:
    """The index row of one file; `status` and `reason` say so when it is missing, unusable, deadly or endless."""
    if path is None or not os.path.exists(path):
        return Video(video_id, None, MISSING, "not in the folder" if path is None else f"no file {path}")
    video, reason = child.ask({"video_id": video_id, "path": path, "full_check": full_check})
    return video or Video(video_id, path, QUARANTINED, reason)


def copy(child: Child, video: Video, folder: Path, settings: Store) -> Video:
    """The index row of one video's copy, which is made unless it is there."""
    if video.status != OK:
        return video
    out = store_path(folder, video, settings)
    request = {"video_id": video.video_id, "path": video.path, "video": video.to_row()}
    copied, reason = child.ask({**request, "out": str(out), "settings": settings.model_dump()})
    return copied or replace(video, status=QUARANTINED, reason=reason)
