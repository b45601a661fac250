"""Which experiments a figure shows, in which order, and how each looks: the same in every figure."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from hico.config.experiments import MethodName, Pretrain
from hico.config.section import Section
from hico.errors import ReportError
from hico.report import names

# Okabe and Ito's colors, told apart with any color vision; yellow is left out, it is too pale on white.
ORANGE, GRAY = "#E69F00", "#8A8F98"
COLORS = ("#0072B2", "#009E73", "#CC79A7", "#D55E00", "#56B4E9", "#6A3D9A")
MARKERS = ("o", "s", "^", "D", "v", "P", "X")


class Named(Section):
    """What a figure says of an experiment."""

    title: str
    method: MethodName
    varies: str | None = None
    """The experiment that this one only varies; it was named before."""


@dataclass(frozen=True)
class Look:
    """How one experiment is drawn."""

    title: str
    color: str
    marker: str


def titles(pretrain: Mapping[str, Pretrain]) -> dict[str, str]:
    """What figures call each experiment: its title; where others have the same, with its network, then with its key."""
    networks = {key: names.backbone(one.backbone.name, one.backbone.width) for key, one in pretrain.items()}
    return names.told_apart(
        {key: one.title or key for key, one in pretrain.items()}, networks, {key: key for key in pretrain}
    )


def read_experiments(text: str) -> dict[str, Look]:
    """Looks by experiment, in order, from JSON such as `{"hico": {"title": "HiCo", "method": "hico"}}`.

    Raises ReportError, ConfigError.
    """
    try:
        values = json.loads(text)
    except json.JSONDecodeError as error:
        raise ReportError(f"--experiments: not readable as JSON: {error}") from error
    if not isinstance(values, dict) or not values:
        raise ReportError('--experiments: needs an object such as {"hico": {"title": "HiCo", "method": "hico"}}')
    return looks({key: Named.check(value, f"--experiments: {key}") for key, value in values.items()})


def looks(experiments: Mapping[str, Named]) -> dict[str, Look]:
    """Gray for networks that were not trained, orange for the first baseline, then the other colors in turn.

    What only varies another experiment has that one's color.
    """
    result: dict[str, Look] = {}
    for number, (key, named) in enumerate(experiments.items()):
        taken = {look.color for look in result.values()}
        color = result[named.varies].color if named.varies in result else _color(named.method, taken, number)
        result[key] = Look(named.title or key, color, MARKERS[number % len(MARKERS)])
    return result


def look_of(experiment: str, looks: Mapping[str, Look]) -> Look:
    """Raises ReportError for an experiment that was not announced."""
    if experiment not in looks:
        raise ReportError(f"{experiment}: not among --experiments ({', '.join(looks)}); name every experiment there")
    return looks[experiment]


def _color(method: str, taken: set[str], number: int) -> str:
    if method == "random":
        return GRAY
    if method == "simclr" and ORANGE not in taken:
        return ORANGE
    free = [color for color in COLORS if color not in taken]
    return free[0] if free else COLORS[number % len(COLORS)]
