"""Which experiments vary another one in a single value."""

from typing import Any

from hico.config.experiments import Pretrain
from hico.config.series import Series, series_of, variants


def experiments(**changes: dict[str, Any]) -> dict[str, Pretrain]:
    return {key: Pretrain.check({"method": "hico", "data": "x", **values}, key) for key, values in changes.items()}


def test_a_series_for_each_value_that_varies() -> None:
    made = experiments(
        hico={},
        short={"epochs": 60, "title": "HiCo, half as long"},
        far={"sampling": {"distance_s": [0, 4]}},
        sharp={"loss": {"gamma": 2}},
    )
    assert series_of(made) == [
        Series("epochs", {"hico": 120, "short": 60}),
        Series("distance", {"hico": 1.0, "far": 4.0}),
        Series("gamma", {"hico": 0.5, "sharp": 2.0}),
    ]
    assert variants(made) == dict.fromkeys(("short", "far", "sharp"), "hico")


def test_two_differences_make_no_series() -> None:
    made = experiments(hico={}, other={"epochs": 60, "loss": {"gamma": 2}}, simclr={"method": "simclr", "epochs": 60})
    assert series_of(made) == []
    assert variants(made) == {}


def test_networks_that_are_not_trained_are_in_no_series() -> None:
    assert series_of(experiments(a={"method": "random", "epochs": 10}, b={"method": "random", "epochs": 20})) == []
