"""Colors: a quiet pair for a background, and an object's color that stands out from both."""

import colorsys

import numpy as np
from numpy.typing import NDArray

CONTRAST = 0.4
"""How far a background's second color goes from the first towards a free one."""

APART = 0.42
"""Least distance of an object's color from its background's colors (see `distance`)."""

Color = tuple[float, float, float]


def free(generator: np.random.Generator) -> Color:
    """Any color that is neither nearly black nor nearly gray; red, green, blue in [0, 1]."""
    hue, saturation, value = generator.random(), generator.uniform(0.35, 1.0), generator.uniform(0.25, 1.0)
    return colorsys.hsv_to_rgb(hue, saturation, value)


def background_pair(generator: np.random.Generator) -> tuple[Color, Color]:
    """Two colors of low contrast, as a background has."""
    first, other = np.array(free(generator)), np.array(free(generator))
    return _color(first), _color(first + CONTRAST * (other - first))


def apart_from(generator: np.random.Generator, others: tuple[Color, ...]) -> Color:
    """A free color at least `APART` from each of `others`; the farthest of 64 if none is."""
    candidates = [free(generator) for _ in range(64)]
    nearest = [min(distance(candidate, other) for other in others) for candidate in candidates]
    first_far = next((c for c, d in zip(candidates, nearest, strict=True) if d >= APART), None)
    return first_far or candidates[int(np.argmax(nearest))]


def distance(first: Color, second: Color) -> float:
    """Difference in brightness, plus half of that in color: video codecs keep the first better."""
    r, g, b = (x - y for x, y in zip(first, second, strict=True))
    brightness = 0.299 * r + 0.587 * g + 0.114 * b
    return abs(brightness) + 0.25 * (abs(b - brightness) + abs(r - brightness))


def _color(values: NDArray[np.float64]) -> Color:
    r, g, b = (float(value) for value in values)
    return r, g, b
