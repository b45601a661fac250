"""Experiments of one configuration that differ in a single value: how long, how far apart, how focused."""

import json
from collections.abc import Mapping
from typing import NamedTuple

from hico.config.experiments import Pretrain

VARIED = {"epochs": ("epochs",), "distance": ("sampling", "distance_s"), "gamma": ("loss", "gamma")}
"""What a series may run over, and the key that holds it."""


class Series(NamedTuple):
    """Experiments that are alike but for their titles and one value."""

    varied: str
    values: dict[str, float]
    """By experiment, as declared; the first is what the others are variants of."""


def series_of(experiments: Mapping[str, Pretrain]) -> list[Series]:
    """Every series of two or more experiments, in the order of VARIED and then of their first experiments."""
    found = []
    for varied, place in VARIED.items():
        alike: dict[str, dict[str, float]] = {}
        for key, settings in experiments.items():
            if settings.trains:
                rest, value = _apart(settings, place)
                alike.setdefault(rest, {})[key] = value
        found += [Series(varied, values) for values in alike.values() if len(values) > 1]
    return found


def variants(experiments: Mapping[str, Pretrain]) -> dict[str, str]:
    """Experiments that vary another one, which was declared before them, and that one."""
    return {key: next(iter(series.values)) for series in series_of(experiments) for key in list(series.values)[1:]}


def _apart(settings: Pretrain, place: tuple[str, ...]) -> tuple[str, float]:
    """Everything that has to be the same, as text, and the value; of a distance, that at the end of training."""
    values = section = settings.model_dump(mode="json", exclude={"title"})
    for parent in place[:-1]:
        section = section[parent]
    value = section.pop(place[-1])
    return json.dumps(values, sort_keys=True), value[-1] if isinstance(value, list) else value
