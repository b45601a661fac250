"""Frame numbers of windows and views, and the distribution of clip windows."""

import math
import random
from collections.abc import Iterator
from typing import Any

import numpy as np

from hico.clips import Windows, hico_windows, near_distance, view_frames, window_frames
from hico.config.experiments import Sampling
from hico.config.training import Clip
from hico.parity.checks import EXACT, STANDARD_ERRORS, Check, absolute, worst
from hico.parity.figures import Figures

DRAWS = 20_000
FIRST = 1e-9


def frames(figures: Figures) -> Iterator[Check]:
    """Frame numbers, which must be equal."""
    rate = Clip().rate
    views = worst(
        absolute(view_frames(c["video_frames"], c["fps"], c["view"], c["views"], len(c["index"]), rate), c["index"])
        for c in figures["uniform_view_frames"]
    )
    windows = worst(
        absolute(window_frames(start_s, end_s, c["video_frames"], c["fps"], len(c["index"])), c["index"])
        for c in figures["timestamp_frames"]
        for start_s, end_s in (c["window_s"],)
    )
    yield Check("frames: test views", views, EXACT)
    yield Check("frames: time windows", windows, EXACT)


class RecordedNumbers:
    """The random numbers behind the recorded windows.

    They come from Python's generator, four a video, of which the released code leaves the third unused.
    """

    def __init__(self, seed: int) -> None:
        self._source, self._drawn = random.Random(seed), 0

    def random(self) -> float:
        if self._drawn % 4 == 2:
            self._source.random()
            self._drawn += 1
        self._drawn += 1
        return self._source.random()


def windows(figures: Figures) -> Iterator[Check]:
    """Statistics of many draws of the near and far clips."""
    for case in figures["hico_clip_windows"]:
        title = f"windows: progress {case['progress']}, {case['duration_s']:g} s"
        drawn = _draw(figures["seed"], case["duration_s"], near_distance(Sampling(), case["progress"]))
        yield Check(f"{title}: first draws", absolute(drawn[: len(case["first5"])], case["first5"]), FIRST)
        yield Check(f"{title}: standard errors", _standard_errors(drawn, case), STANDARD_ERRORS)


def _draw(seed: int, duration_s: float, distance_s: float) -> Windows:
    """(DRAWS, 3, 2) windows."""
    numbers, clip_s = RecordedNumbers(seed), Clip().seconds
    return np.stack([hico_windows(numbers, duration_s, clip_s, distance_s) for _ in range(DRAWS)])


def _standard_errors(drawn: Windows, case: dict[str, Any]) -> float:
    """Worst deviation of a statistic, in its standard errors."""
    ours = _statistics(drawn)
    recorded = {key: value for key, value in case.items() if key not in ("progress", "duration_s", "first5")}
    if set(ours) != set(recorded):
        return math.inf
    # Statistics without spread, such as the gap at progress 0, must agree to rounding.
    rounding = 1e-12 * case["duration_s"]
    return worst(
        np.max(np.abs(value - np.asarray(recorded[key])) / np.maximum(error, rounding))
        for key, (value, error) in ours.items()
    )


def _statistics(drawn: Windows) -> dict[str, tuple[Any, Any]]:
    """Each statistic of (draws, 3, 2) windows with its standard error."""
    start, count = drawn[..., 0], len(drawn)
    near, far = np.abs(start[:, 0] - start[:, 1]), np.abs(start[:, 0] - start[:, 2])
    spread, reach = start.std(axis=0), np.ptp(start)
    kurtosis = ((start - start.mean(axis=0)) ** 4).mean(axis=0) / spread**4
    return {
        "mean_start": (start.mean(axis=0), spread / math.sqrt(count)),
        "std_start": (spread, spread * np.sqrt((kurtosis - 1) / (4 * count))),
        "mean_gap_12": (near.mean(), near.std() / math.sqrt(count)),
        "mean_gap_13": (far.mean(), far.std() / math.sqrt(count)),
        # The extremes of a flat distribution lie about range / draws from its ends.
        "max_gap_12": (near.max(), np.ptp(near) / count),
        "min_start": (drawn[..., 0].min(), reach / count),
        "max_end": (drawn[..., 1].max(), reach / count),
    }
