"""Timing that a busy machine cannot fool: contenders take turns, medians are compared, the spread is told."""

import statistics
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass


@dataclass(frozen=True)
class Line:
    """One measured figure."""

    name: str
    value: float
    unit: str
    ratio: float | None
    """How many times better than the naive way, from the medians of one run; None for the naive way itself."""
    repetitions: int
    spread: float
    """Distance between the quartiles, as a share of the median."""


def taking_turns(contenders: Mapping[str, Callable[[], object]], repetitions: int) -> dict[str, list[float]]:
    """Seconds of each repetition of each contender, after one that is not counted."""
    for contender in contenders.values():
        contender()
    seconds: dict[str, list[float]] = {name: [] for name in contenders}
    for _ in range(repetitions):
        for name, contender in contenders.items():
            begun = time.perf_counter()
            contender()
            seconds[name].append(time.perf_counter() - begun)
    return seconds


def spread(values: list[float]) -> float:
    """Interquartile distance over the median; 0 for fewer than two values."""
    if len(values) < 2:
        return 0.0
    low, middle, high = statistics.quantiles(values, n=4)
    return (high - low) / middle


def rates(seconds: Mapping[str, list[float]], amount: float, unit: str, naive: str) -> list[Line]:
    """One line a contender: `amount` of work over the median time, and the ratio to the naive one."""
    base = statistics.median(seconds[naive])
    return [
        Line(
            name,
            amount / statistics.median(times),
            unit,
            None if name == naive else base / statistics.median(times),
            len(times),
            spread(times),
        )
        for name, times in seconds.items()
    ]
