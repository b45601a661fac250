"""Backgrounds: colors, and five families of patterns, each a map in [0, 1] that says how to mix two colors.

A pattern is drawn once a scene on a square canvas that reaches past the frame, so that the camera can move over it.
"""

import colorsys
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from hico.rng import rng
from hico.synthetic import SIDE

Floats = NDArray[np.float32]

CONTRAST = 0.4
"""How far a background's second color goes from the first towards a free one."""

MIN_DISTANCE = 0.42
"""Least distance of an object's color from its background's colors (see `color_distance`)."""

Color = tuple[float, float, float]

REACH = 0.875
"""Half of the canvas's side, in sides of the frame."""

CANVAS = int(2 * REACH * SIDE)
"""Canvas side, px: as fine as the frame."""


@dataclass(frozen=True)
class Background:
    """What a scene takes place in front of; `seed` fixes the pattern's free choices."""

    family: str
    first: Color
    second: Color
    seed: int


def canvas(background: Background) -> Floats:
    """(CANVAS, CANVAS) float32 in [0, 1]."""
    generator = rng(background.seed, "demo background")
    axis = (np.arange(CANVAS, dtype=np.float32) + np.float32(0.5)) / np.float32(SIDE) - np.float32(REACH)
    x, y = axis[None, :], axis[:, None]
    return np.clip(FAMILIES[background.family](generator, x, y), 0, 1).astype(np.float32)


def blend(first: Floats, second: Floats, share: Floats) -> Floats:
    """Linear between two arrays; `share` in [0, 1] is the second's."""
    mixed: Floats = first + (second - first) * share
    return mixed


def stripes(generator: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """Soft parallel stripes."""
    return _wave(_slanted(generator, x, y) * np.float32(generator.uniform(2.5, 5.0)))


def checker(generator: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """A chess board with soft edges."""
    count = np.float32(generator.uniform(1.5, 3.0))
    shift_x, shift_y = (np.float32(value) for value in generator.random(2))
    across, down = 2 * _wave(x * count + shift_x) - 1, 2 * _wave(y * count + shift_y) - 1
    return np.float32(0.5) + 2 * across * down


def blobs(generator: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """A handful of round soft spots."""
    total = np.zeros((CANVAS, CANVAS), np.float32)
    for _ in range(int(generator.integers(5, 10))):
        center_x, center_y = (np.float32(value) for value in generator.uniform(-REACH, REACH, 2))
        size = np.float32(generator.uniform(0.08, 0.2))
        falloff = 1 + ((x - center_x) ** 2 + (y - center_y) ** 2) / size**2
        total += 1 / (falloff * falloff)
    return total


def gradient(generator: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """From one color to the other across the frame."""
    return np.float32(0.5) + np.float32(0.8) * _slanted(generator, x, y)


def clouds(generator: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """Value noise: random levels on a lattice, blended smoothly, in two octaves."""
    coarse, fine = _value_noise(generator, x, y, 3.0), _value_noise(generator, x, y, 7.0)
    return np.float32(-0.2) + np.float32(0.95) * coarse + np.float32(0.45) * fine


def _wave(phase: Floats) -> Floats:
    """A smooth wave of period 1 in [0, 1], by polynomial."""
    ramp = np.abs(2 * (phase - np.floor(phase)) - 1)
    smooth: Floats = ramp * ramp * (3 - 2 * ramp)
    return smooth


def _slanted(generator: np.random.Generator, x: Floats, y: Floats) -> Floats:
    """Distance along a random direction."""
    angle = generator.uniform(0, np.pi)
    return np.float32(round(np.cos(angle), 6)) * x + np.float32(round(np.sin(angle), 6)) * y


def _value_noise(generator: np.random.Generator, x: Floats, y: Floats, cells: float) -> Floats:
    size = int(2 * REACH * cells) + 3
    lattice = generator.random((size, size)).astype(np.float32)
    column, along = _lattice_place(x[0], cells)
    row, down = _lattice_place(y[:, 0], cells)
    upper = blend(lattice[row][:, column], lattice[row][:, column + 1], along)
    lower = blend(lattice[row + 1][:, column], lattice[row + 1][:, column + 1], along)
    return blend(upper, lower, down[:, None])


def _lattice_place(axis: Floats, cells: float) -> tuple[NDArray[np.intp], Floats]:
    """Cell number and smoothed place within it for each coordinate."""
    scaled = (axis + np.float32(REACH)) * np.float32(cells)
    cell = np.floor(scaled)
    part = scaled - cell
    return cell.astype(np.intp), part * part * (3 - 2 * part)


FAMILIES: dict[str, Callable[[np.random.Generator, Floats, Floats], Floats]] = {
    "stripes": stripes,
    "checker": checker,
    "blobs": blobs,
    "gradient": gradient,
    "clouds": clouds,
}


def draw_color(generator: np.random.Generator) -> Color:
    """Any color that is neither nearly black nor nearly gray; red, green, blue in [0, 1]."""
    hue, saturation, value = generator.random(), generator.uniform(0.35, 1.0), generator.uniform(0.25, 1.0)
    return colorsys.hsv_to_rgb(hue, saturation, value)


def draw_color_pair(generator: np.random.Generator) -> tuple[Color, Color]:
    """Two colors of low contrast, as a background has."""
    first, other = np.array(draw_color(generator)), np.array(draw_color(generator))
    return _to_color(first), _to_color(first + CONTRAST * (other - first))


def draw_contrasting_color(generator: np.random.Generator, others: tuple[Color, ...]) -> Color:
    """A free color at least `MIN_DISTANCE` from each of `others`; the farthest of 64 if none is."""
    candidates = [draw_color(generator) for _ in range(64)]
    nearest = [min(color_distance(candidate, other) for other in others) for candidate in candidates]
    first_far = next((c for c, d in zip(candidates, nearest, strict=True) if d >= MIN_DISTANCE), None)
    return first_far or candidates[int(np.argmax(nearest))]


def color_distance(first: Color, second: Color) -> float:
    """Difference in brightness, plus half of that in color: video codecs keep the first better."""
    r, g, b = (x - y for x, y in zip(first, second, strict=True))
    brightness = 0.299 * r + 0.587 * g + 0.114 * b
    return abs(brightness) + 0.25 * (abs(b - brightness) + abs(r - brightness))


def _to_color(values: NDArray[np.float64]) -> Color:
    r, g, b = (float(value) for value in values)
    return r, g, b
