"""The six shapes as signed distances: below 0 inside, above 0 outside, in radii of the shape.

Every function takes x and y, float32 arrays of one shape (...), and returns an array of that shape.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float32]


def box(x: Floats, y: Floats, half_width: float, half_height: float) -> Floats:
    """A rectangle round the origin; the distance is along the nearer axis."""
    return np.maximum(np.abs(x) - np.float32(half_width), np.abs(y) - np.float32(half_height))


def disc(x: Floats, y: Floats, radius: float) -> Floats:
    return np.sqrt(x * x + y * y) - np.float32(radius)


def bar(x: Floats, y: Floats) -> Floats:
    return box(x, y, 1.05, 0.3)


def square(x: Floats, y: Floats) -> Floats:
    return box(x, y, 0.8, 0.8)


def triangle(x: Floats, y: Floats) -> Floats:
    return _half_planes(x, y, 3, 0.55, first=math.pi / 2)[0]


def plus(x: Floats, y: Floats) -> Floats:
    return np.minimum(box(x, y, 1.0, 0.3), box(x, y, 0.3, 1.0))


def star(x: Floats, y: Floats) -> Floats:
    """A pentagram: the points that lie outside of at most one side of the inner pentagon."""
    return _half_planes(x, y, 5, 0.37, first=-math.pi / 2)[1]


def ring(x: Floats, y: Floats) -> Floats:
    """A ring open to the right, so that its turning can be seen."""
    band = np.abs(disc(x, y, 0.75)) - np.float32(0.25)
    gap = np.maximum(np.abs(y) - np.float32(0.35), -x)
    return np.maximum(band, -gap)


def _half_planes(x: Floats, y: Floats, sides: int, inner: float, first: float) -> tuple[Floats, Floats]:
    """The largest and second largest distance from the sides of a regular polygon of inner radius `inner`.

    `first` is the direction, in radians, in which the first side lies.
    """
    largest = np.full_like(x, -np.inf)
    second = largest
    for side in range(sides):
        angle = first + math.tau * side / sides
        normal_x, normal_y = np.float32(round(math.cos(angle), 6)), np.float32(round(math.sin(angle), 6))
        distance = normal_x * x + normal_y * y - np.float32(inner)
        second = np.maximum(second, np.minimum(largest, distance))
        largest = np.maximum(largest, distance)
    return largest, second


SHAPES: dict[str, Callable[[Floats, Floats], Floats]] = {
    "bar": bar,
    "square": square,
    "triangle": triangle,
    "plus": plus,
    "star": star,
    "ring": ring,
}
