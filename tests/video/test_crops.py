"""RGB clips: whole frames, and crops that keep their geometry."""

from pathlib import Path

import numpy as np
import pytest
import torch
from torch.nn.functional import interpolate

from hico.errors import MediaError
from hico.video.decode import crop_scaled, read_crops, read_frames
from hico.video.probe import probe
from hico.video.record import Video

SIZE = (96, 64)
BOXES = [(0.0, 0.0, 1.0, 1.0), (0.25, 0.0, 0.75, 1.0), (0.1, 0.2, 0.55, 0.87), (0.5, 0.5, 0.501, 0.501)]


@pytest.fixture
def video(tmp_path: Path, make_video) -> Video:
    return probe(str(make_video(tmp_path / "a.mp4", size=SIZE)))


def test_clips_may_overlap_repeat_and_come_in_any_order(video: Video) -> None:
    every = read_frames(video, [np.arange(48)])[0]
    clips = [np.array([5, 5, 40]), np.array([41, 3]), np.array([], np.int64)]
    for clip, frames in zip(clips, read_frames(video, clips), strict=True):
        np.testing.assert_array_equal(frames, every[clip])
    assert read_frames(video, []) == []


def test_crops_are_those_of_whole_frames(video: Video) -> None:
    """Against the plain way in float: crop to whole pixels, then bilinear."""
    indices = [np.array([0, 7, 7, 30])] * len(BOXES)
    crops = read_crops(video, indices, BOXES, 32)
    assert (crops.shape, crops.dtype) == ((4, 4, 32, 32, 3), np.uint8)
    frames = torch.from_numpy(read_frames(video, indices[:1])[0]).permute(0, 3, 1, 2).float()
    areas = [(0, 96, 0, 64), (24, 72, 0, 64), (10, 53, 13, 56), (48, 49, 32, 33)]
    for crop, (x0, x1, y0, y1) in zip(crops, areas, strict=True):
        plain = interpolate(frames[..., y0:y1, x0:x1], (32, 32), mode="bilinear").permute(0, 2, 3, 1).numpy()
        assert np.abs(crop.astype(float) - plain).max() <= 1


def test_halving_averages_pairs() -> None:
    frames = np.arange(2 * 8 * 12 * 3, dtype=np.float32).reshape(2, 8, 12, 3)
    expected = frames[:, :, 4:].reshape(2, 4, 2, 4, 2, 3).mean(axis=(2, 4))
    np.testing.assert_allclose(crop_scaled(frames, (4 / 12, 0, 1, 1), 4), expected)


def test_the_same_size_changes_nothing() -> None:
    frames = np.random.default_rng(0).random((2, 10, 10, 3), np.float32)
    np.testing.assert_array_equal(crop_scaled(frames, (0.2, 0.1, 0.7, 0.6), 5), frames[:, 1:6, 2:7])


@pytest.mark.parametrize("angle", [90, -90, 180])
def test_boxes_and_frames_are_upright(tmp_path: Path, make_video, angle: int) -> None:
    """A display matrix of +90 says: turn the stored picture by a quarter against the clock."""
    plain = probe(str(make_video(tmp_path / "a.mp4", size=SIZE)))
    turned = probe(str(make_video(tmp_path / "b.mp4", size=SIZE, rotation=angle)))
    numbers = [np.array([3, 20])]
    frames = read_frames(turned, numbers)[0]
    np.testing.assert_array_equal(frames, np.rot90(read_frames(plain, numbers)[0], angle // 90, axes=(1, 2)))
    corner = read_crops(turned, numbers, [(0.0, 0.0, 32 / turned.width, 32 / turned.height)], 32)[0]
    np.testing.assert_array_equal(corner, frames[:, :32, :32])


@pytest.mark.parametrize("pix_fmt", ["yuv420p", "yuvj420p", "yuv444p10le"])
def test_colors_are_those_put_in(tmp_path: Path, make_video, picture, pix_fmt: str) -> None:
    path = make_video(tmp_path / "a.mp4", size=SIZE, pix_fmt=pix_fmt, options={"crf": "1"})
    seen = read_frames(probe(str(path)), [np.arange(0, 48, 9)])[0].astype(float)
    drawn = np.stack([picture(number, *SIZE) for number in range(0, 48, 9)]).astype(float)
    assert np.abs(seen.mean((1, 2)) - drawn.mean((1, 2))).max() < 2


def test_a_changed_picture_size_is_an_error(tmp_path: Path, make_video) -> None:
    video = probe(str(make_video(tmp_path / "a.mp4")))
    row = video.to_row() | {"width": 70}
    with pytest.raises(MediaError, match="a frame of 64x48, not 70x48 as indexed; index the data set again"):
        read_frames(Video.from_row(row), [np.array([0])])
