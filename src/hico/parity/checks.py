"""One comparison: a name, the worst deviation, the tolerance that it must keep."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import numpy.typing as npt

# Tolerances of the reference's own description; none is loosened here.
FLOAT32 = 1e-4
LOSSES = 1e-9
NORMS = 1e-8
NORM_FLOOR = 1e-12
RATES = 1e-12
OPTIMIZER = 1e-12
STANDARD_ERRORS = 3.0
# The worst of hundreds of tensors, where chance alone reaches 3.
STANDARD_ERRORS_OF_MANY = 5.0
EXACT = 0.0
# The reference's frames are no 8-bit ones: half a gray level; scaling rounds along rows and columns: one more.
EIGHT_BIT = 1.5 / 255


@dataclass(frozen=True)
class Check:
    """Holds when the deviation is a number no larger than the tolerance."""

    name: str
    deviation: float
    tolerance: float

    @property
    def holds(self) -> bool:
        return self.deviation <= self.tolerance

    def line(self) -> str:
        verdict = "ok" if self.holds else "FAILED"
        return f"{self.name:<58} {self.deviation:>10.2e} {self.tolerance:>10.1e}  {verdict}"


def to_largest(ours: npt.ArrayLike, theirs: npt.ArrayLike) -> float:
    """Largest difference as a share of the largest entry of theirs; infinite if shapes differ, or from 0 alone."""
    difference, largest = absolute(ours, theirs), absolute(theirs, np.zeros(np.shape(theirs)))
    if largest == 0:
        return 0.0 if difference == 0 else math.inf
    return difference / largest


def absolute(ours: npt.ArrayLike, theirs: npt.ArrayLike) -> float:
    """Largest difference; infinite if shapes differ."""
    a, b = np.asarray(ours, np.float64), np.asarray(theirs, np.float64)
    return float(np.abs(a - b).max()) if a.shape == b.shape else math.inf


def relative(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """Largest relative difference over the same keys; infinite if the keys differ."""
    if set(ours) != set(theirs):
        return math.inf
    return worst(abs(ours[key] - theirs[key]) / abs(theirs[key]) for key in theirs)


def norms(ours: Mapping[str, float], theirs: Mapping[str, float]) -> float:
    """Like `relative`, but a difference under 1e-12 of the largest norm always passes `NORMS`."""
    if set(ours) != set(theirs):
        return math.inf
    floor = NORM_FLOOR / NORMS * max(map(abs, theirs.values()))
    return worst(abs(ours[key] - theirs[key]) / max(abs(theirs[key]), floor) for key in theirs)


def unequal(ours: Sequence[Any] | Mapping[str, Any], theirs: Sequence[Any] | Mapping[str, Any]) -> float:
    """0 if equal, infinite if not."""
    return 0.0 if ours == theirs else math.inf


def worst(deviations: Any) -> float:
    """The largest, where what is not a number counts as infinite."""
    values = [math.inf if math.isnan(value) else float(value) for value in deviations]
    return max(values, default=math.inf)
