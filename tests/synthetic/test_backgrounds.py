"""Backgrounds, and the camera that moves over them."""

import numpy as np
import pytest

from hico.rng import rng
from hico.synthetic import SIDE, camera
from hico.synthetic.backgrounds import CANVAS, FAMILIES, Background, canvas

MARGIN = (CANVAS - SIDE) // 2


def _background(family: str, seed: int = 5) -> Background:
    return Background(family, (0.1, 0.2, 0.3), (0.4, 0.5, 0.6), seed)


@pytest.mark.parametrize("family", FAMILIES)
def test_pattern_fills_its_range_and_follows_its_seed(family: str) -> None:
    pattern = canvas(_background(family))
    assert (pattern.shape, pattern.dtype) == ((CANVAS, CANVAS), np.float32)
    assert pattern.min() >= 0
    assert pattern.max() <= 1
    assert np.ptp(pattern) > 0.5
    np.testing.assert_array_equal(pattern, canvas(_background(family)))
    assert (pattern != canvas(_background(family, seed=6))).any()


def test_still_camera_sees_the_middle_of_the_canvas() -> None:
    pattern = canvas(_background("clouds"))
    way = camera.path(camera.Camera((0.0, 0.0), 0.0, (1.0, 1.0), 0), 2)
    seen = camera.film(pattern, way)
    np.testing.assert_allclose(seen[1], pattern[MARGIN:-MARGIN, MARGIN:-MARGIN], atol=1e-4)


def test_pan_moves_the_view_by_whole_pixels() -> None:
    pattern = canvas(_background("checker"))
    pan_px_s = 10.0  # one pixel a frame
    way = camera.path(camera.Camera((pan_px_s / SIDE, 0.0), 0.0, (1.0, 1.0), 0), 3)
    before, _, after = camera.film(pattern, way)
    np.testing.assert_allclose(before[:, 2:], after[:, :-2], atol=1e-4)


def test_drawn_cameras_never_leave_the_canvas_by_much() -> None:
    for sample in range(50):
        shot = camera.draw(rng(1, "test camera", sample=sample))
        way = camera.path(shot, 60)
        x, y = camera.view(way)
        reach = max(np.abs(x[:, 0] + way.offset[:, :1]).max(), np.abs(y[:, :, 0] + way.offset[:, 1:]).max())
        assert reach < CANVAS / SIDE / 2
