"""Shapes: inside, outside, and distinct from each other."""

from itertools import combinations

import numpy as np
import pytest

from hico.synthetic.actions import SHAPES, Floats

AXIS = np.linspace(-1.4, 1.4, 57, dtype=np.float32)


def _inside(name: str) -> np.ndarray:
    x, y = np.meshgrid(AXIS, AXIS)
    return SHAPES[name](x, y) < 0


@pytest.mark.parametrize("name", SHAPES)
def test_covers_a_fair_part_of_the_unit_circle(name: str) -> None:
    area = _inside(name).mean() * 2.8**2
    assert 0.9 < area < 2.8


@pytest.mark.parametrize(("first", "other"), list(combinations(SHAPES, 2)))
def test_two_shapes_differ(first: str, other: str) -> None:
    one, two = _inside(first), _inside(other)
    assert (one & two).sum() / (one | two).sum() < 0.75


@pytest.mark.parametrize(
    ("name", "inside", "outside"),
    [
        ("bar", (1.0, 0.0), (0.0, 0.5)),
        ("square", (0.7, 0.7), (0.0, 0.9)),
        ("triangle", (0.0, -1.0), (0.0, 0.7)),
        ("plus", (0.0, 0.9), (0.6, 0.6)),
        ("star", (0.0, -1.1), (0.0, 1.0)),
        ("ring", (-0.75, 0.0), (0.75, 0.0)),
    ],
)
def test_known_points(name: str, inside: tuple[float, float], outside: tuple[float, float]) -> None:
    def at(point: tuple[float, float]) -> Floats:
        return SHAPES[name](*(np.array([value], np.float32) for value in point))

    assert at(inside) < 0 < at(outside)
