"""Numbers as the tables print them. Shares are rounded down, so that only a complete set reads 100 %."""

import math
from collections.abc import Iterable

DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
MARK = "\N{DAGGER}"
NOTHING = DASH


def percent(value: float | None) -> str:
    return NOTHING if value is None else f"{value:.1f}"


def mean_and_spread(mean: float | None, spread: float | None) -> str:
    """`61.2 ± 1.3`, or the mean alone when there is one seed."""
    return percent(mean) if spread is None else f"{percent(mean)} ± {percent(spread)}"


def interval(mean: float, half_width: float | None) -> str:
    """`58.1 to 64.3`; nothing when there is one seed."""
    return NOTHING if half_width is None else " to ".join(map(percent, bounds(mean, half_width)))


def bounds(mean: float, half_width: float) -> tuple[float, float]:
    """Ends of an interval of a share in per cent, which is never below 0 nor above 100."""
    return max(mean - half_width, 0.0), min(mean + half_width, 100.0)


def signed(value: float | None) -> str:
    """`+0.4`, `-1.2` with a true minus sign, `0.0`."""
    if value is None:
        return NOTHING
    text = f"{value:+.1f}"
    return "0.0" if text in ("+0.0", "-0.0") else text.replace("-", MINUS)


def share(value: float | None) -> str:
    """0.8128 as "81.2 %"."""
    return NOTHING if value is None else f"{_floor(100 * value, 1):g} %"


def share_number(value: float | None) -> str:
    """0.81279 as "0.8127", for data files; empty for None."""
    return "" if value is None else f"{_floor(value, 4):.4f}"


def span(values: Iterable[int], thousands: str = "") -> str:
    """`3783`, or `3696` to `3783` joined by a dash when they differ."""
    ends = sorted(set(values))
    texts = [f"{end:,}".replace(",", thousands) for end in (ends[0], ends[-1])]
    return texts[0] if texts[0] == texts[1] else DASH.join(texts)


def marked(name: str | None, coverage: float | None) -> str:
    """A data set's name, with a dagger when some of its listed videos were not usable."""
    if not name:
        return NOTHING
    return f"{name} {MARK}" if coverage is not None and coverage < 1 else name


def _floor(value: float, decimals: int) -> float:
    # The small addend keeps 0.81 from becoming 0.8099 through its binary form.
    scale = 10.0**decimals
    return math.floor(value * scale + 1e-6) / scale
