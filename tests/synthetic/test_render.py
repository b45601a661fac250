"""Frames: the object is where its pose says, in its color."""

import dataclasses

import numpy as np
import pytest

from hico.rng import rng
from hico.synthetic import SIDE, camera, render, scenes
from hico.synthetic.actions import ACTIONS, Action

STILL = camera.Camera((0.0, 0.0), 0.0, (1.0, 1.0), 0)


def _clip(action: Action, seed: int = 1) -> scenes.Script:
    """A clip without clutter or camera motion."""
    clip = scenes.trimmed(rng(seed, "test clip"), action)
    scene = dataclasses.replace(clip.scenes[0], clutter=None)
    return dataclasses.replace(clip, scenes=(scene,), shots=(dataclasses.replace(clip.shots[0], camera=STILL),))


def _covered(clip: scenes.Script, monkeypatch: pytest.MonkeyPatch) -> np.ndarray:
    """(T, SIDE, SIDE) bool: pixels that show the object's color."""
    monkeypatch.setattr(render, "NOISE", 0.0)
    frames = render.render(clip, rng(0, "noise")).astype(float)
    color = np.array(clip.scenes[0].instance.color) * 255
    return np.abs(frames - color).max(axis=-1) < 2


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_object_is_seen_in_every_frame(action: Action, monkeypatch: pytest.MonkeyPatch) -> None:
    sizes = _covered(_clip(action), monkeypatch).sum(axis=(1, 2))
    assert sizes.min() > 12
    assert sizes.max() < SIDE * SIDE / 2


def test_orbit_goes_round_and_spin_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    def spread(action: Action) -> float:
        centers = [np.argwhere(mask).mean(axis=0) for mask in _covered(_clip(action), monkeypatch)]
        return float(np.ptp(centers, axis=0).min())

    assert spread(Action("square", "orbit")) > 10
    assert spread(Action("plus", "spin")) < 2


def test_noise_has_the_stated_size_and_no_color(monkeypatch: pytest.MonkeyPatch) -> None:
    clip = _clip(ACTIONS[0])
    noisy = render.render(clip, rng(0, "noise")).astype(float)
    monkeypatch.setattr(render, "NOISE", 0.0)
    noise = noisy - render.render(clip, rng(0, "noise"))
    inner = (noisy > 30).all(axis=-1) & (noisy < 225).all(axis=-1)
    assert noise[inner].std() == pytest.approx(4.0, abs=0.15)
    assert np.abs(np.ptp(noise[inner], axis=-1)).max() <= 1


@pytest.mark.parametrize("distractor", scenes.DISTRACTORS)
def test_distractors_render(distractor: str) -> None:
    clip = _clip(ACTIONS[0])
    scene = dataclasses.replace(clip.scenes[0], action=None, distractor=distractor)
    frames = render.render(dataclasses.replace(clip, scenes=(scene,)), rng(0, "noise"))
    assert (frames.shape, frames.dtype) == ((24, SIDE, SIDE, 3), np.uint8)
