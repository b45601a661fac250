"""Videos to measure on: those of a folder, or one made on the spot, brought to 256 pixels and 30 frames a second."""

import argparse
from pathlib import Path

import av
import numpy as np

from hico.annotations.videos import EXTENSIONS
from hico.config.data import Store
from hico.errors import MediaError
from hico.video.probe import probe
from hico.video.record import OK, Video
from hico.video.store import transcode


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--media", type=Path, help="folder of videos; default: one synthetic video")


def videos(folder: Path | None, scratch: Path) -> list[Video]:
    """Usable videos as they are. Raises MediaError when a folder has none."""
    if folder is None:
        return [synthetic(scratch / "synthetic.mp4")]
    files = sorted(file for file in folder.rglob("*") if file.suffix.lower() in EXTENSIONS)
    found = [video for video in (probe(str(file), file.stem) for file in files) if video.status == OK]
    if not found:
        raise MediaError(f"{folder}: no usable video below it; name a folder of videos with --media")
    return found


def stored(some: list[Video], scratch: Path, settings: Store) -> list[Video]:
    """The same videos, re-encoded."""
    scratch.mkdir(parents=True, exist_ok=True)
    return [transcode(video, scratch / f"{number}.mp4", settings) for number, video in enumerate(some)]


def synthetic(path: Path) -> Video:
    """30 s of a drifting texture of 340 x 256 pixels at 30 frames a second."""
    texture = np.random.default_rng(0).integers(0, 256, (32, 43, 3), np.uint8).repeat(8, 0).repeat(8, 1)[:256, :340]
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libx264", rate=30, options={"preset": "veryfast"})
        stream.width, stream.height, stream.pix_fmt = 340, 256, "yuv420p"
        for number in range(900):
            frame = av.VideoFrame.from_ndarray(np.roll(texture, 2 * number, axis=1), format="rgb24")
            container.mux(stream.encode(frame))
        container.mux(stream.encode())
    return probe(str(path), "synthetic")
