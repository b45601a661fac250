"""How much of each data set was there and usable, and why videos were set aside."""

from collections.abc import Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hico.report.availability import Coverage, Reason
from hico.report.cells import share
from hico.report.figures import style

MOST_REASONS = 12
PARTS = (("usable", "#0072B2"), ("set aside", "#D55E00"), ("missing", style.FAINT))


def draw(coverage: Sequence[Coverage], reasons: Sequence[Reason]) -> Figure:
    """One bar a list; below, the most frequent reasons."""
    shown = reasons[:MOST_REASONS]
    heights = [0.75 + 0.36 * len(coverage), 0.4 + 0.23 * max(len(shown), 1)]
    figure = style.new_figure(sum(heights) + 0.7)
    above, below = figure.subplots(2, 1, height_ratios=heights)
    _bars(above, coverage)
    _reasons(below, shown, len(reasons))
    style.headline(figure, "How much of each data set is here")
    return figure


def _bars(axes: Axes, coverage: Sequence[Coverage]) -> None:
    heights = range(len(coverage))
    left = [0.0] * len(coverage)
    counts = [(item.usable, item.present - item.usable, item.listed - item.present) for item in coverage]
    for part, (name, color) in enumerate(PARTS):
        widths = [100 * count[part] / item.listed for count, item in zip(counts, coverage, strict=True)]
        axes.barh(heights, widths, left=left, height=0.62, color=color, label=name)
        left = [start + width for start, width in zip(left, widths, strict=True)]
    for height, item in enumerate(coverage):
        text = f"{share(item.usable / item.listed)}   {item.usable:,} of {item.listed:,}"
        style.beside(axes, (100, height), text)
    axes.set_yticks(heights, [item.name for item in coverage], color=style.INK)
    axes.set(xlim=(0, 100), ylim=(len(coverage) - 0.45, -0.55), xlabel="share of the listed videos, %")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(PARTS), borderaxespad=0, handlelength=1)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)


def _reasons(axes: Axes, shown: Sequence[Reason], count: int) -> None:
    more = f" (the {len(shown)} most frequent of {count})" if count > len(shown) else ""
    items = [(item.videos, f"{item.dataset}: {style.shortened(item.reason, 90)}") for item in shown]
    style.listing(axes, f"Why videos were set aside{more}", items, "None was: every video that is here can be read.")
