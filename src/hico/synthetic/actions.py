"""The classes: six shapes, six motions, and the 18 actions that pair them.

A shape is a signed distance, below 0 inside and above 0 outside, in radii of the shape. Its function takes x and y,
float32 arrays of one shape (...), and returns an array of that shape.

A motion places an object in each frame. Its function takes the instance that moves and the times (T,) in s, and
returns a `Pose` of C copies of the shape (one, but two for clapping): arrays (C, T) in sides of the frame and radians.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]
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


@dataclass(frozen=True)
class Instance:
    """One individual: what stays the same while it moves. Lengths in sides, angles in radians, times in s."""

    radius: float
    period: float
    amplitude: float
    tilt: float
    phase: float
    turn: int
    center: tuple[float, float]
    color: tuple[float, float, float]


@dataclass(frozen=True)
class Pose:
    """C copies over T frames, each (C, T): center, angle, and half width and half height of the shape."""

    x: Array
    y: Array
    angle: Array
    width: Array
    height: Array


def cycles(instance: Instance, times: Array) -> Array:
    return times / instance.period + instance.phase


def shake(instance: Instance, times: Array) -> Pose:
    """To and fro sideways, twice a period."""
    swing = np.sin(math.tau * 2 * cycles(instance, times))
    return _pose(instance, x=0.8 * instance.amplitude * swing)


def bounce(instance: Instance, times: Array) -> Pose:
    """Like a ball: one hop a period, flattened on the ground."""
    height = np.abs(np.sin(math.pi * cycles(instance, times)))
    flat = 0.3 * np.maximum(0.0, 1 - 3 * height)
    return _pose(instance, y=instance.amplitude * (1 - 2 * height), wide=1 + flat, high=1 - flat)


def orbit(instance: Instance, times: Array) -> Pose:
    """Round in a circle, without turning."""
    angle = math.tau * instance.turn * cycles(instance, times)
    return _pose(instance, x=instance.amplitude * np.cos(angle), y=instance.amplitude * np.sin(angle))


def spin(instance: Instance, times: Array) -> Pose:
    """On the spot, once a period."""
    return _pose(instance, angle=math.tau * instance.turn * cycles(instance, times))


def pulse(instance: Instance, times: Array) -> Pose:
    """Growing and shrinking, once a period."""
    size = 1 + 0.45 * np.sin(math.tau * cycles(instance, times))
    return _pose(instance, wide=size, high=size)


def clap(instance: Instance, times: Array) -> Pose:
    """Two smaller copies side by side meet and part, once a period."""
    apart = 0.55 * instance.radius + instance.amplitude * (0.5 + 0.5 * np.cos(math.tau * cycles(instance, times)))
    both = np.stack([-apart, apart])
    return _pose(instance, x=both, wide=np.full_like(both, 0.7), high=np.full_like(both, 0.7))


def _pose(
    instance: Instance, x: Array | float = 0.0, y: Array | float = 0.0, angle: Array | float = 0.0, *,
    wide: Array | float = 1.0, high: Array | float = 1.0,
) -> Pose:  # fmt: skip
    """Add the instance's own place, tilt and size; rounded, so that no processor's sine shows."""
    parts = (
        instance.center[0] + np.asarray(x),
        instance.center[1] + np.asarray(y),
        instance.tilt + np.asarray(angle),
        instance.radius * np.asarray(wide),
        instance.radius * np.asarray(high),
    )
    columns = np.broadcast_arrays(*(np.atleast_2d(part) for part in parts))
    return Pose(*(np.round(column, 6) for column in columns))


MOTIONS: dict[str, Callable[[Instance, Array], Pose]] = {
    "shake": shake,
    "bounce": bounce,
    "orbit": orbit,
    "spin": spin,
    "pulse": pulse,
    "clap": clap,
}


class Action(NamedTuple):
    """A shape in motion: one class of the downstream task."""

    shape: str
    motion: str

    @property
    def name(self) -> str:
        return self.shape.capitalize() + self.motion.capitalize()


def actions_of(shape: str) -> list[Action]:
    """The three actions of a shape: so every shape and every motion is in three classes."""
    first, motions = list(SHAPES).index(shape), list(MOTIONS)
    return [Action(shape, motions[(first + step) % len(motions)]) for step in (0, 1, 3)]


ACTIONS = sorted((action for shape in SHAPES for action in actions_of(shape)), key=lambda action: action.name)
"""All 18 classes in the order of their labels."""
