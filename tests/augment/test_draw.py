"""Random parameters: ranges, shares, and boxes on whole pixels."""

import math

import numpy as np
import pytest

from hico.augment import draw
from hico.config.training import Augment, FinetuneAugment
from hico.rng import rng

DRAWS = 2000


def drawn(settings, width=340, height=256, count=DRAWS):
    generator = rng(0, "augment")
    return [draw(generator, settings, width, height) for _ in range(count)]


def test_boxes_have_the_area_of_the_recipe():
    boxes = np.array([one.box for one in drawn(Augment())])
    sides = np.stack([(boxes[:, 2] - boxes[:, 0]) * 340, (boxes[:, 3] - boxes[:, 1]) * 256], axis=1)
    np.testing.assert_allclose(sides, sides.round(), atol=1e-9)
    np.testing.assert_allclose(sides[:, 0], sides[:, 1], atol=1e-9)
    assert 167.5 < sides.min() < 170
    assert 222 < sides.max() < 224.5
    assert boxes.min() >= 0
    assert boxes.max() <= 1
    area = (sides**2).mean(axis=0)
    np.testing.assert_allclose(area, (168**2 + 224**2) / 2, rtol=0.02)


def log_aspects(settings):
    boxes = np.array([one.box for one in drawn(settings)])
    return np.log((boxes[:, 2] - boxes[:, 0]) * 340 / ((boxes[:, 3] - boxes[:, 1]) * 256))


def test_aspects_spread_evenly_in_the_logarithm():
    # The recipe's are too narrow to tell that from evenly spread ones.
    wide = log_aspects(Augment(area=(0.05, 0.1), aspect=(0.25, 4)))
    assert abs(wide.mean()) < 0.1
    assert wide.std() == pytest.approx(2 * math.log(4) / math.sqrt(12), rel=0.05)


def test_aspects_of_fine_tuning_have_the_range_of_the_recipe():
    logs = log_aspects(FinetuneAugment())
    assert logs.min() >= math.log(6 / 7) - 0.01
    assert logs.max() <= math.log(7 / 6) + 0.01
    assert logs.std() == pytest.approx(2 * math.log(7 / 6) / math.sqrt(12), rel=0.05)


@pytest.mark.parametrize(("width", "height"), [(1000, 60), (60, 1000), (1, 1), (33, 32)])
def test_boxes_that_cannot_fit_fall_back_to_the_center(width, height):
    for one in drawn(FinetuneAugment(), width, height, 50):
        x0, y0, x1, y1 = one.box
        w, h = (x1 - x0) * width, (y1 - y0) * height
        assert 0 <= x0 < x1 <= 1
        assert 0 <= y0 < y1 <= 1
        assert w == pytest.approx(round(w))
        assert h == pytest.approx(round(h))


def test_chances_are_those_of_the_recipe():
    settings = Augment()
    several = drawn(settings)
    for name in ("flip", "color", "gray"):
        share = np.mean([getattr(one, name) for one in several])
        chance = getattr(settings, f"{name}_probability")
        assert abs(share - chance) < 4 * math.sqrt(chance * (1 - chance) / DRAWS)
    for name in ("brightness", "contrast", "saturation"):
        values = np.array([getattr(one, name) for one in several])
        assert 0.2 <= values.min() < 0.22
        assert 1.78 < values.max() <= 1.8
    hues = np.array([one.hue for one in several])
    assert -0.2 <= hues.min() < -0.19
    assert 0.19 < hues.max() <= 0.2
    assert {len({one.order for one in several}), len(set(several[0].order))} == {24, 4}


def test_the_same_stream_gives_the_same_parameters():
    assert draw(rng(1, "augment", 2, 3), Augment(), 320, 240) == draw(rng(1, "augment", 2, 3), Augment(), 320, 240)
