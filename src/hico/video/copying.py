"""Copying many videos to the store, each in a child process with limits; run as a program, it is that child."""

from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

from hico.config.data import Store
from hico.errors import MediaError, OutputError
from hico.files import unusable
from hico.video.child import serve
from hico.video.isolated import Child, spread
from hico.video.record import OK, QUARANTINED, Video
from hico.video.store import store_path, transcode

PROGRAM = "hico.video.copying"
SECONDS = 3600.0


def transcode_all(videos: Sequence[Video], folder: Path, settings: Store, workers: int) -> Iterator[Video]:
    """Index rows of the videos' copies in the store, in order; missing and quarantined ones stay as they are."""
    return spread(lambda child, video: copy_in(child, video, folder, settings), videos, workers, PROGRAM, SECONDS)


def copy_in(child: Child, video: Video, folder: Path, settings: Store) -> Video:
    """The index row of one video's copy, which is made unless it is there."""
    if video.status != OK:
        return video
    out = store_path(folder, video, settings)
    request = {"video_id": video.video_id, "path": video.path, "video": video.to_row()}
    copied, reason = child.ask({**request, "out": str(out), "settings": settings.model_dump()})
    return copied or replace(video, status=QUARANTINED, reason=reason)


def answer(request: dict[str, Any]) -> Video:
    """The child's part of `copy_in`."""
    video = Video.from_row(request["video"])
    try:
        return transcode(video, Path(request["out"]), Store.check(request["settings"], "store"))
    except MediaError as error:
        return replace(video, status=QUARANTINED, reason=str(error).removeprefix(f"{video.path}: "))
    except OSError as error:  # what is wrong with the video is a MediaError: this is the store's folder
        raise OutputError(unusable(error, request["out"])) from error


if __name__ == "__main__":
    serve(answer)
