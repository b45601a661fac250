"""The six motions: where an object is, how it is turned and how large, in each frame.

A motion takes the instance that moves and the times (T,) in s, and returns a `Pose` of C copies of the shape
(one, but two for clapping): arrays (C, T) in sides of the frame and radians.
"""

import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Array = NDArray[np.float64]


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
