"""Motions: periodic, within bounds, told apart by what moves."""

import dataclasses

import numpy as np
import pytest

from hico.synthetic.actions import MOTIONS, Instance, Pose

STILL = Instance(
    radius=0.2, period=1.25, amplitude=0.15, tilt=0.1, phase=0.3, turn=1, center=(0.02, -0.03), color=(1, 1, 1)
)
TIMES = np.arange(0, 2.5, 0.05)


def _moved(pose: Pose) -> set[str]:
    """Which parts of the first copy change over time."""
    return {field.name for field in dataclasses.fields(pose) if np.ptp(getattr(pose, field.name)[0]) > 1e-3}


@pytest.mark.parametrize("name", MOTIONS)
def test_repeats_after_a_period(name: str) -> None:
    now, later = MOTIONS[name](STILL, TIMES), MOTIONS[name](STILL, TIMES + STILL.period)
    for field in ("x", "y", "width", "height"):
        np.testing.assert_allclose(getattr(now, field), getattr(later, field), atol=2e-6)
    np.testing.assert_allclose(np.cos(now.angle), np.cos(later.angle), atol=2e-6)


@pytest.mark.parametrize(
    ("name", "moves", "copies"),
    [
        ("shake", {"x"}, 1),
        ("bounce", {"y", "width", "height"}, 1),
        ("orbit", {"x", "y"}, 1),
        ("spin", {"angle"}, 1),
        ("pulse", {"width", "height"}, 1),
        ("clap", {"x"}, 2),
    ],
)
def test_what_moves(name: str, moves: set[str], copies: int) -> None:
    pose = MOTIONS[name](STILL, TIMES)
    assert _moved(pose) == moves
    assert pose.x.shape == pose.height.shape == (copies, TIMES.size)


@pytest.mark.parametrize("name", MOTIONS)
def test_stays_in_the_frame(name: str) -> None:
    pose = MOTIONS[name](STILL, TIMES)
    assert (np.abs(pose.x) + 0.5 * pose.width).max() < 0.5
    assert (np.abs(pose.y) + 0.5 * pose.height).max() < 0.5


def test_turning_the_other_way_mirrors_an_orbit() -> None:
    other = dataclasses.replace(STILL, turn=-1)
    upright, mirrored = MOTIONS["orbit"](STILL, TIMES), MOTIONS["orbit"](other, TIMES)
    np.testing.assert_allclose(upright.y - STILL.center[1], -(mirrored.y - STILL.center[1]), atol=2e-6)
