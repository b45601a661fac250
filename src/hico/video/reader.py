"""The decoder over one file: entered at key frames or at the start, as often as needed."""

from collections.abc import Iterator, Set
from contextlib import ExitStack
from itertools import chain
from types import TracebackType
from typing import Self

import av
from av.packet import Packet
from av.video.frame import VideoFrame
from av.video.stream import VideoStream

from hico.video.media import open_video

# Only here a frame marked as no reference changes no other: HEVC's mark holds within one layer only, and in
# packed MPEG-4 a packet holds a part of its neighbor.
SKIPPABLE = "h264"
# How many seconds before a key frame to aim, one after the other, where a container's seeking lands behind it.
STEPS_BACK_S = (0, 1, 4, 16)


class Reader:
    """An open video. Raises MediaError when it cannot be opened; FFmpeg's errors in decoding pass through."""

    def __init__(self, path: str) -> None:
        self._path = path
        self._opened = ExitStack()
        self._container, self._stream = self._opened.enter_context(open_video(path))
        self._fresh = True

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self._opened.close()

    def from_start(self) -> Iterator[VideoFrame]:
        """All frames in display order."""
        if not self._fresh:
            self._reopen()
        self._fresh = False
        yield from self._container.decode(self._stream)

    def from_key(self, key: int, first: bool, wanted: Set[int]) -> Iterator[VideoFrame]:
        """Frames from the key frame with stamp `key` on, until all `wanted` stamps have come.

        `first` says that the file begins with that key frame. Frames that no other one refers to are left out
        unless wanted. Yields nothing if the key frame cannot be reached.
        """
        fresh, self._fresh = self._fresh, False
        packets = self._container.demux(self._stream) if first and fresh else self._seek(key)
        context = self._stream.codec_context
        skippable = context.name == SKIPPABLE
        awaited = set(wanted)
        for packet in packets:
            if skippable:
                context.skip_frame = "DEFAULT" if packet.pts in wanted else "NONREF"
            yield from packet.decode()
            awaited.discard(packet.pts)
            if not awaited and packet.size:
                yield from context.decode(None)
                return

    def _reopen(self) -> None:
        self._opened.close()
        self._container, self._stream = self._opened.enter_context(open_video(self._path))
        self._fresh = True

    def _seek(self, key: int) -> Iterator["Packet[VideoStream]"]:
        """Packets from the key frame, or from an earlier one, on."""
        for seconds in STEPS_BACK_S:
            aim = key - round(seconds / self._stream.time_base) if self._stream.time_base else key
            try:
                self._container.seek(aim, stream=self._stream)
            except av.FFmpegError:  # nothing to be found before `aim`
                break
            packets = self._container.demux(self._stream)
            landed = next((packet for packet in packets if packet.is_keyframe and packet.pts is not None), None)
            if landed is not None and landed.pts is not None and landed.pts <= key:
                return chain([landed], packets)
        return iter(())
