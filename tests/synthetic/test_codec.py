"""Encoding: integer color arithmetic, equal bytes, and little lost."""

from pathlib import Path

import av
import numpy as np
import pytest

from hico.rng import rng
from hico.synthetic import codec, scenes
from hico.synthetic.actions import Action
from hico.synthetic.render import render

BOTH = pytest.mark.parametrize("encoding", [codec.UNTRIMMED, codec.TRIMMED], ids=["mp4", "avi"])


@pytest.fixture(scope="module")
def frames() -> np.ndarray:
    return render(scenes.trimmed(rng(2, "clip"), Action("ring", "orbit")), rng(2, "noise"))


@pytest.mark.parametrize(
    ("rgb", "yuv"),
    [((0, 0, 0), (16, 128, 128)), ((255, 255, 255), (235, 128, 128)), ((255, 0, 0), (82, 90, 240))],
    ids=["black", "white", "red"],
)
def test_planes_of_known_colors(rgb: tuple[int, int, int], yuv: tuple[int, int, int]) -> None:
    planes = codec.planes(np.full((1, 4, 4, 3), rgb, np.uint8))
    assert planes.shape == (1, 6, 4)
    assert [set(part.ravel().tolist()) for part in (planes[:, :4], planes[:, 4], planes[:, 5])] == [{v} for v in yuv]


@BOTH
def test_same_frames_same_bytes(frames: np.ndarray, encoding: codec.Encoding, tmp_path: Path) -> None:
    for name in ("first", "again"):
        codec.write_video(tmp_path / name, frames, encoding)
    assert (tmp_path / "first").read_bytes() == (tmp_path / "again").read_bytes()


@BOTH
def test_brightness_survives(frames: np.ndarray, encoding: codec.Encoding, tmp_path: Path) -> None:
    codec.write_video(tmp_path / "video", frames, encoding)
    with av.open(str(tmp_path / "video")) as container:
        decoded = [frame.to_ndarray(format="yuv420p")[:48].astype(float) for frame in container.decode(video=0)]
    error = np.square(np.stack(decoded) - codec.planes(frames)[:, :48]).mean()
    assert len(decoded) == len(frames)
    assert 10 * np.log10(255**2 / error) > 35
