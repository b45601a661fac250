"""The one place that opens video files: local files of known containers only, one decoder thread."""

import os
import stat
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import av
from av.container import InputContainer
from av.stream import Discard, Disposition
from av.video.stream import VideoStream

from hico.errors import MediaError

# A playlist or a concat script is a valid "video" to FFmpeg and may name any file or address: not on this list.
CONTAINERS = "mov,matroska,avi,mpegts,mpeg,flv,asf,ogg"
OPTIONS = {"protocol_whitelist": "file", "format_whitelist": CONTAINERS}


@contextmanager
def open_video(path: str) -> Iterator[tuple[InputContainer, VideoStream]]:
    """The container and its main video stream, all other streams discarded.

    Raises MediaError, which names the file and the reason, also for FFmpeg's errors inside the block.
    """
    file_size(path)
    url = f"file:{os.path.abspath(path)}"  # never parsed as a protocol, a pattern or an option
    try:
        with av.open(url, metadata_errors="replace", container_options=OPTIONS) as container:
            yield container, _main_stream(container, path)
    except (av.FFmpegError, MemoryError) as error:
        raise MediaError(f"{path}: cannot be read: {explain(error)}") from error


def explain(error: BaseException) -> str:
    """FFmpeg's own words for an error, without numbers and addresses."""
    return (getattr(error, "strerror", None) or str(error) or type(error).__name__).strip()


def file_size(path: str) -> int:
    """Bytes of a regular file; a pipe or a device could block for ever. Raises MediaError."""
    try:
        status = Path(path).stat()
    except (OSError, ValueError) as error:
        raise MediaError(f"{path}: cannot be read: {explain(error)}") from error
    if not stat.S_ISREG(status.st_mode):
        raise MediaError(f"{path}: not a regular file")
    return status.st_size


def _main_stream(container: InputContainer, path: str) -> VideoStream:
    pictures = Disposition.attached_pic | Disposition.still_image | Disposition.timed_thumbnails
    moving = [stream for stream in container.streams.video if not stream.disposition & pictures]
    if not moving:
        raise MediaError(f"{path}: holds no video stream")
    main = next((stream for stream in moving if stream.disposition & Disposition.default), moving[0])
    if main.codec_context is None:
        raise MediaError(f"{path}: no decoder for its video stream")
    for stream in container.streams:
        other: Any = stream
        other.discard = Discard.default if stream.index == main.index else Discard.all
    main.codec_context.thread_count = 1
    return main
