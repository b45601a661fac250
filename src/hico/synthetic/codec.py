"""Frames to video files and back. The settings here decide what survives; docs/synthetic.md has figures.

Files hold no clock: the same frames give the same bytes. So the encoder runs on one thread, and the change to
YUV 4:2:0 (ITU-R BT.601, limited range) is integer arithmetic done here.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import av
import numpy as np
from av.video.reformatter import ColorRange, Colorspace
from numpy.typing import NDArray

from hico.synthetic import FPS
from hico.video.media import open_video


@dataclass(frozen=True)
class Encoding:
    """A container, a codec and the codec's options."""

    container: str
    codec: Literal["libx264", "mpeg4"]
    options: tuple[tuple[str, str], ...]


UNTRIMMED = Encoding("mp4", "libx264", (("preset", "veryfast"), ("crf", "23"), ("g", "20"), ("mbtree", "0")))
"""As videos of the web are: H.264 with B frames; a key frame every 2 s at the latest.

Without x264's macroblock tree: at this frame size it reads memory that nobody wrote, and the bytes vary by chance.
"""

TRIMMED = Encoding("avi", "mpeg4", (("qmin", "3"), ("qmax", "3"), ("g", "12"), ("flags", "+bitexact")))
"""As the clips of UCF101 are: MPEG-4 part 2 in AVI."""


def write_video(path: Path, frames: NDArray[np.uint8], encoding: Encoding) -> None:
    """Encode (T, H, W, 3) uint8 RGB, H a multiple of 4 and W even, at `FPS`."""
    with av.open(str(path), "w", format=encoding.container) as container:
        stream = container.add_stream(encoding.codec, rate=FPS, options=dict(encoding.options))
        stream.height, stream.width, stream.pix_fmt = frames.shape[1], frames.shape[2], "yuv420p"
        stream.codec_context.thread_count = 1
        stream.codec_context.colorspace = Colorspace.SMPTE170M
        stream.codec_context.color_range = ColorRange.MPEG
        for number, picture in enumerate(planes(frames)):
            frame = av.VideoFrame.from_ndarray(picture, format="yuv420p")
            frame.pts = number
            container.mux(stream.encode(frame))
        container.mux(stream.encode(None))


def read_video(path: Path) -> NDArray[np.uint8]:
    """All frames of a file, (T, H, W, 3) uint8 RGB. Raises MediaError."""
    with open_video(str(path)) as (container, stream):
        return np.stack([frame.to_ndarray(format="rgb24") for frame in container.decode(stream)])


def planes(frames: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """(T, H, W, 3) RGB to (T, 3H/2, W): the brightness plane, and below it the two halved color planes."""
    count, height, width, _ = frames.shape
    r, g, b = (frames[..., channel].astype(np.int32) for channel in range(3))
    out = np.empty((count, height * 3 // 2, width), np.uint8)
    out[:, :height] = 16 + ((66 * r + 129 * g + 25 * b + 128) >> 8)
    r, g, b = (_sum_of_four(channel) for channel in (r, g, b))
    blue = 128 + ((-38 * r - 74 * g + 112 * b + 512) >> 10)
    red = 128 + ((112 * r - 94 * g - 18 * b + 512) >> 10)
    out[:, height : height * 5 // 4] = blue.reshape(count, height // 4, width)
    out[:, height * 5 // 4 :] = red.reshape(count, height // 4, width)
    return out


def _sum_of_four(channel: NDArray[np.int32]) -> NDArray[np.int32]:
    """Each 2 x 2 block of (T, H, W) added up: (T, H / 2, W / 2)."""
    rows = channel[:, ::2] + channel[:, 1::2]
    return rows[:, :, ::2] + rows[:, :, 1::2]
