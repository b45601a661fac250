"""What is shown when the topic is not: title cards, a talking face, or nothing but the scenery.

Each function gives layers, painted in order: how much each pixel is covered (T, SIDE, SIDE) in [0, 1], and a color.
"""

import math
from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from hico.synthetic import shapes
from hico.synthetic.colors import Color
from hico.synthetic.motions import Instance, cycles

Floats = NDArray[np.float32]
Layer = tuple[Floats, Color]
Cover = Callable[[Floats, Floats | float], Floats]
"""Turns a signed distance and its unit in sides into the share of each pixel that is covered."""

FACE: Color = (0.87, 0.67, 0.53)
DARK: Color = (0.16, 0.1, 0.1)
LINES = 4


def titles(instance: Instance, times: NDArray[np.float64], x: Floats, y: Floats, cover: Cover) -> list[Layer]:
    """Lines of text on a dark card, of uneven length."""
    card = cover(shapes.box(x, y, 0.44, 0.36), 1.0)
    lines = np.zeros_like(card)
    for line in range(LINES):
        half = 0.18 + 0.16 * ((line * 0.618 + instance.phase) % 1.0)
        place = 0.16 * (line - (LINES - 1) / 2)
        lines = np.maximum(
            lines, cover(shapes.box(x + np.float32(0.36 - half), y - np.float32(place), half, 0.03), 1.0)
        )
    return [(card, DARK), (lines, (0.93, 0.93, 0.86))]


def face(instance: Instance, times: NDArray[np.float64], x: Floats, y: Floats, cover: Cover) -> list[Layer]:
    """A head with two eyes, whose mouth opens and shuts two times a period."""
    x, y = x - np.float32(instance.center[0]), y - np.float32(instance.center[1])
    head = cover(shapes.disc(x, y * np.float32(0.8), 0.31), 1.0)
    eyes = cover(shapes.disc(np.abs(x) - np.float32(0.12), y + np.float32(0.09), 0.035), 1.0)
    wide_open = np.round(0.5 + 0.5 * np.sin(math.tau * 2 * cycles(instance, times)), 6)
    opening = (0.02 + 0.06 * wide_open).astype(np.float32)[:, None, None]
    mouth = cover(np.maximum(np.abs(x) - np.float32(0.11), np.abs(y - np.float32(0.15)) - opening), 1.0)
    return [(head, FACE), (np.maximum(eyes, mouth), DARK)]


def scenery(instance: Instance, times: NDArray[np.float64], x: Floats, y: Floats, cover: Cover) -> list[Layer]:
    """Nothing: the background alone."""
    return []


LAYERS = {"titles": titles, "face": face, "scenery": scenery}
