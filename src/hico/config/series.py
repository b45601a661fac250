"""Experiments of one configuration that differ in a single value: how long, how far apart, how focused."""

import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from hico.config.experiments import Pretrain

VARIED: dict[str, Callable[[Pretrain], float]] = {
    "epochs": lambda settings: settings.epochs,
    "distance": lambda settings: settings.sampling.distance_s[1],
    "gamma": lambda settings: settings.loss.gamma,
}
"""What a series may run over, and its value in an experiment."""

_PLACES = {"epochs": ("epochs",), "distance": ("sampling", "distance_s"), "gamma": ("loss", "gamma")}


class Series(NamedTuple):
    """Experiments that are alike but for their titles and one value."""

    varied: str
    values: dict[str, float]
    """By experiment, as declared; the first is what the others are variants of."""


def series_of(experiments: Mapping[str, Pretrain]) -> list[Series]:
    """Every series of two or more experiments, in the order of VARIED and then of their first experiments."""
    found = []
    for varied, value in VARIED.items():
        alike: dict[str, dict[str, float]] = {}
        for key, settings in experiments.items():
            if settings.trains:
                alike.setdefault(_without(settings, varied), {})[key] = value(settings)
        found += [Series(varied, values) for values in alike.values() if len(values) > 1]
    return found


def variants(experiments: Mapping[str, Pretrain]) -> set[str]:
    """Experiments that vary another one, which was declared before them."""
    return {key for series in series_of(experiments) for key in list(series.values)[1:]}


def _without(settings: Pretrain, varied: str) -> str:
    """Everything that has to be the same, as text."""
    values = settings.model_dump(mode="json", exclude={"title"})
    *parents, last = _PLACES[varied]
    section = values
    for parent in parents:
        section = section[parent]
    del section[last]
    return json.dumps(values, sort_keys=True)
