"""The camera: pans over the background, trembles, and zooms slowly while a shot lasts."""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hico.rng import rng
from hico.synthetic import FPS, SIDE
from hico.synthetic.backgrounds import CANVAS, REACH, blend

Floats = NDArray[np.float32]
Array = NDArray[np.float64]

ZOOM = (0.9, 1.15)
PAN_PX_S = 3.0
TREMBLE_PX = 1.2


@dataclass(frozen=True)
class Camera:
    """How one shot is filmed: pan in sides a second, tremble in sides, zoom as a factor at start and end."""

    pan: tuple[float, float]
    tremble: float
    zoom: tuple[float, float]
    seed: int


@dataclass(frozen=True)
class Path:
    """Per frame (T,): offset of the background, tremble of everything, zoom."""

    offset: Array
    tremble: Array
    zoom: Array


def draw(generator: np.random.Generator) -> Camera:
    """A camera with free choices within the limits above."""
    pan_x, pan_y = generator.uniform(-PAN_PX_S, PAN_PX_S, 2) / SIDE
    zoom_start, zoom_end = generator.uniform(*ZOOM, 2)
    tremble = generator.uniform(0, TREMBLE_PX) / SIDE
    seed = int(generator.integers(2**63))
    return Camera((float(pan_x), float(pan_y)), float(tremble), (float(zoom_start), float(zoom_end)), seed)


def path(camera: Camera, frames: int) -> Path:
    """The camera's way over `frames` frames; offset and tremble are (T, 2) in x, y."""
    generator = rng(camera.seed, "demo camera")
    since_middle = (np.arange(frames) - (frames - 1) / 2) / FPS
    offset = since_middle[:, None] * np.array(camera.pan)
    tremble = generator.uniform(-camera.tremble, camera.tremble, (frames, 2))
    return Path(offset, tremble, np.linspace(*camera.zoom, frames))


def view(way: Path) -> tuple[Floats, Floats]:
    """Scene coordinates of the pixels' columns x (T, 1, SIDE) and rows y (T, SIDE, 1), before the pan."""
    pixels = (np.arange(SIDE) + 0.5) / SIDE - 0.5
    seen = pixels[None, :] / way.zoom[:, None]
    x = (seen + way.tremble[:, :1]).astype(np.float32)
    y = (seen + way.tremble[:, 1:]).astype(np.float32)
    return x[:, None, :], y[:, :, None]


def film(canvas: Floats, way: Path) -> Floats:
    """The part of a canvas (CANVAS, CANVAS) that each frame sees: (T, SIDE, SIDE), bilinear."""
    x, y = view(way)
    column, along = _place(x + way.offset[:, 0, None, None].astype(np.float32))
    row, down = _place(y + way.offset[:, 1, None, None].astype(np.float32))
    flat, corner = canvas.ravel(), row * CANVAS + column
    below = corner + CANVAS
    upper = blend(flat[corner], flat[corner + 1], along)
    return blend(upper, blend(flat[below], flat[below + 1], along), down)


def _place(coordinate: Floats) -> tuple[NDArray[np.intp], Floats]:
    """Canvas pixel before each coordinate, and how far behind it the coordinate lies, in px."""
    pixel = (coordinate + np.float32(REACH)) * np.float32(SIDE) - np.float32(0.5)
    pixel = np.clip(pixel, 0, CANVAS - np.float32(1.001))
    before = np.floor(pixel)
    return before.astype(np.intp), pixel - before
