"""Clips as RGB arrays: whole frames, or cropped and scaled ones for training."""

from collections.abc import Iterator, Sequence
from typing import TypeVar

import numpy as np
import numpy.typing as npt
from av.video.reformatter import VideoReformatter

from hico.errors import MediaError
from hico.video.pictures import pictures
from hico.video.record import IntArray, Video, no_stamps

Image = npt.NDArray[np.uint8]
Pixels = TypeVar("Pixels", npt.NDArray[np.uint8], npt.NDArray[np.float32])
Box = tuple[float, float, float, float]
"""x0, y0, x1, y1 as shares of the width and height after rotation."""


def read_frames(video: Video, indices: Sequence[IntArray]) -> list[Image]:
    """Frames of several clips of one video, by display number.

    Returns one (T, H, W, 3) uint8 RGB array a clip, rotation applied; numbers may repeat.
    Raises MediaError naming file, frame and reason; never another frame instead.
    """
    clips = [np.empty((len(clip), video.height, video.width, 3), np.uint8) for clip in indices]
    for number, image in _images(video, indices):
        for clip, wanted in zip(clips, indices, strict=True):
            for place in np.flatnonzero(wanted == number):
                clip[place] = image
    return clips


def read_crops(video: Video, indices: Sequence[IntArray], boxes: Sequence[Box], size: int) -> Image:
    """Clips of equal length T, each cropped to its box (whole pixels) and scaled bilinearly without antialiasing.

    Returns (clips, T, size, size, 3) uint8 RGB, rotation applied. Raises MediaError as `read_frames` does.
    """
    areas = [_pixels(box, video) for box in boxes]
    crops = [np.empty((len(clip), *_shape(area), 3), np.uint8) for clip, area in zip(indices, areas, strict=True)]
    for number, image in _images(video, indices):
        for crop, wanted, area in zip(crops, indices, areas, strict=True):
            for place in np.flatnonzero(wanted == number):
                crop[place] = image[area]
    return np.stack([_scaled(crop, size) for crop in crops])


def crop_scaled(frames: Pixels, box: Box, size: int) -> Pixels:
    """(T, H, W, 3) frames in memory, uint8 or float -> (T, size, size, 3) as `read_crops` crops and scales."""
    rows, columns = _span(box[1], box[3], frames.shape[1]), _span(box[0], box[2], frames.shape[2])
    return _scaled(np.ascontiguousarray(frames[:, rows, columns]), size)


def _images(video: Video, indices: Sequence[IntArray]) -> Iterator[tuple[int, Image]]:
    reformatter = VideoReformatter()
    for number, picture in pictures(video, np.concatenate([no_stamps(), *indices])):
        image = np.asarray(reformatter.reformat(picture, format="rgb24", threads=1).to_ndarray(), np.uint8)
        yield number, _upright(image, video)


def _upright(image: Image, video: Video) -> Image:
    turned = np.rot90(image, -(video.rotation // 90))
    if turned.shape[:2] != (video.height, video.width):
        size = f"{turned.shape[1]}x{turned.shape[0]}, not {video.width}x{video.height} as indexed"
        raise MediaError(f"{video.path}: a frame of {size}; index the data set again")
    return turned


def _pixels(box: Box, video: Video) -> tuple[slice, slice]:
    return _span(box[1], box[3], video.height), _span(box[0], box[2], video.width)


def _span(low: float, high: float, length: int) -> slice:
    start = min(max(round(low * length), 0), length - 1)
    return slice(start, min(max(round(high * length), start + 1), length))


def _shape(area: tuple[slice, slice]) -> tuple[int, int]:
    return area[0].stop - area[0].start, area[1].stop - area[1].start


def _scaled(crop: Pixels, size: int) -> Pixels:
    """(T, h, w, 3) -> (T, size, size, 3); the channels stay last in memory, which is the fast way."""
    # Imported here: the report reads whole frames, and its environment has no torch.
    import torch
    from torch.nn.functional import interpolate

    frames = torch.from_numpy(crop).permute(0, 3, 1, 2)
    scaled = interpolate(frames, size=(size, size), mode="bilinear", align_corners=False)
    return scaled.permute(0, 2, 3, 1).numpy()
