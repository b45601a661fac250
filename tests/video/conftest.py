"""Small videos made on the spot, for all tests of video files."""

import os
import sys
from collections.abc import Callable, Sequence
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest

MakeVideo = Callable[..., Path]
MakeProgram = Callable[[str], str]


def _picture(number: int, width: int, height: int) -> np.ndarray:
    """A moving pattern with noise; every frame differs from every other."""
    y, x = np.mgrid[0:height, 0:width]
    image = np.stack([x * 3 + number * 5, y * 4 + number * 3, (x + y) * 2 + number * 7], -1) % 256
    noise = np.random.default_rng(number).integers(0, 40, (height, width, 1))
    return (image * 3 // 4 + noise).astype(np.uint8)


@pytest.fixture(scope="session")
def picture() -> Callable[[int, int, int], np.ndarray]:
    """picture(number, width, height): what `make_video` encodes as that frame."""
    return _picture


@pytest.fixture(scope="session")
def make_video() -> MakeVideo:
    """make_video(path, codec="libx264", frames=48, ...) encodes a pattern and gives the path back."""

    def make(
        path: Path,
        codec: str = "libx264",
        frames: int = 48,
        *,
        size: tuple[int, int] = (64, 48),
        pix_fmt: str = "yuv420p",
        gop: int = 12,
        options: dict[str, str] | None = None,
        container_options: dict[str, str] | None = None,
        container_format: str | None = None,
        max_b_frames: int | None = None,
        pts: Sequence[int] | None = None,
        time_base: Fraction = Fraction(1, 25),
        metadata: dict[str, str] | None = None,
        rotation: int = 0,
        first: int = 0,
    ) -> Path:
        with av.open(f"file:{path}", "w", format=container_format, container_options=container_options) as container:
            container.metadata.update(metadata or {})
            # x264's macroblock tree reads memory that nobody wrote, at this size: the same input would vary.
            steady = {"mbtree": "0"} if codec == "libx264" else {}
            stream = container.add_stream(codec, rate=25, options=steady | (options or {}))
            stream.width, stream.height, stream.pix_fmt = *size, pix_fmt
            context = stream.codec_context
            context.gop_size, context.thread_count, context.time_base = gop, 1, time_base
            if max_b_frames is not None:
                context.max_b_frames = max_b_frames
            if rotation:
                stream.set_display_rotation(rotation)
            for number in range(frames):
                frame = av.VideoFrame.from_ndarray(_picture(first + number, *size), format="rgb24").reformat(
                    format=pix_fmt
                )
                frame.pts, frame.time_base = number if pts is None else int(pts[number]), time_base
                container.mux(stream.encode(frame))
            container.mux(stream.encode(None))
        return path

    return make


@pytest.fixture
def make_program(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> MakeProgram:
    """make_program(source) writes a program that child processes find, and gives its name."""

    def make(source: str) -> str:
        (tmp_path / "program_of_a_test.py").write_text(source)
        monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(tmp_path), *sys.path]))
        return "program_of_a_test"

    return make
