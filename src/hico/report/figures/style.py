"""One look for all figures, and how they are written: SVG and PNG, the same bytes for the same data."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import matplotlib as mpl
from matplotlib.axes import Axes
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import to_hex, to_rgb
from matplotlib.figure import Figure
from matplotlib.text import Text
from matplotlib.typing import RcKeyType

from hico.errors import ReportError
from hico.files import replacing
from hico.report.cells import bounds

WIDTH_IN = 9.0
INK, MUTED, FAINT, PALE = "#1B1F24", "#5B636D", "#C9CFD6", "#EEF1F4"
RIGHT, WRONG = "#0072B2", "#D55E00"
PAPER = "#5B636D"
MAP = "cividis"
PIXELS_PER_INCH = 160
SVG_PIXELS_PER_INCH = 120
LINE_PT = 16
LAYOUTS = 3
"""The layout settles a little more each time that it is computed."""
LABEL_PT = 9

RC: dict[RcKeyType, Any] = {
    "font.family": "DejaVu Sans",
    "font.size": 9,
    "text.parse_math": False,
    "text.color": INK,
    "axes.titlesize": 10,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 8,
    "axes.labelcolor": MUTED,
    "axes.edgecolor": FAINT,
    "axes.linewidth": 0.8,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.grid": True,
    "axes.axisbelow": True,
    "grid.color": PALE,
    "grid.linewidth": 0.9,
    "xtick.color": MUTED,
    "ytick.color": MUTED,
    "xtick.major.size": 3,
    "ytick.major.size": 0,
    "lines.linewidth": 1.8,
    "lines.solid_capstyle": "round",
    "legend.frameon": False,
    "figure.facecolor": "white",
    "figure.constrained_layout.h_pad": 0.12,
    "figure.constrained_layout.w_pad": 0.12,
    "savefig.dpi": PIXELS_PER_INCH,
    "svg.hashsalt": "hico",
    "svg.fonttype": "path",
}


def write(out: Path, draw: Callable[[], Figure]) -> None:
    """Draw under the common style; write `out` (.svg) and the same name as .png. Raises ReportError."""
    if out.suffix != ".svg":
        raise ReportError(f"{out}: figures are written as .svg, with a .png beside it; name a file that ends in .svg")
    with mpl.rc_context(RC):
        figure = draw()
        FigureCanvasAgg(figure)
        with replacing(out) as temporary:
            figure.savefig(temporary, format="svg", dpi=SVG_PIXELS_PER_INCH, metadata={"Date": None, "Creator": None})
        with replacing(out.with_suffix(".png")) as temporary:
            figure.savefig(temporary, format="png", metadata={"Software": None})


def new_figure(height_in: float) -> Figure:
    return Figure(figsize=(WIDTH_IN, height_in), layout="constrained")


def headline(figure: Figure, title: str) -> None:
    """The figure's title, at its left edge; on more lines than one where it would not fit."""
    figure.suptitle(title, x=0.008, ha="left", fontsize=12, fontweight="bold", wrap=True)


def footnote(figure: Figure, text: str) -> None:
    """What has to be known to read the figure, under it in a lighter ink."""
    figure.supxlabel(text, x=0.008, ha="left", fontsize=8, color=MUTED, wrap=True)


def keep_inside(figure: Figure, titles: Sequence[Text]) -> None:
    """Move titles of panels that would be cut off at the right to the left, over the names beside the panel."""
    figure.draw_without_rendering()
    for _ in range(LAYOUTS):
        figure.draw_without_rendering()
        for title in titles:
            end = title.get_window_extent().x1
            if end > figure.bbox.width and title.axes is not None:
                beyond = end - 0.992 * figure.bbox.width
                title.set_x(title.get_position()[0] - beyond / title.axes.bbox.width)


@dataclass(frozen=True)
class EndLabel:
    """A line's name, to be written where the line ends; `y` in data units."""

    y: float
    text: str
    color: str


def label_ends(axes: Axes, labels: Iterable[EndLabel]) -> None:
    """Write names right of the axes, at the height of the lines' ends, moved apart where they would touch.

    Call it last: the layout must be settled for the heights to be right.
    """
    figure = axes.get_figure(root=True)
    assert figure is not None
    figure.draw_without_rendering()
    ordered = sorted(labels, key=lambda label: label.y)
    to_axes = axes.transData + axes.transAxes.inverted()
    heights = [float(to_axes.transform((axes.get_xlim()[1], label.y))[1]) for label in ordered]
    step = 1.3 * LABEL_PT / 72 / (axes.get_position().height * figure.get_figheight())
    for label, height in zip(ordered, spread(heights, step), strict=True):
        text = axes.text(1.02, height, label.text, transform=axes.transAxes, va="center", color=ink(label.color))
        text.set(fontsize=LABEL_PT, fontweight="bold")


def ink(color: str) -> str:
    """A color for areas and lines, darkened until text in it reads well on white."""
    red, green, blue = (0.78 * part for part in to_rgb(color))
    return to_hex((red, green, blue))


def whiskers(points: Iterable[tuple[float, float]]) -> list[list[float]]:
    """How far intervals reach down and up from means in per cent, of (mean, half the interval's width)."""
    ends = [(mean, *bounds(mean, half_width)) for mean, half_width in points]
    return [[mean - low for mean, low, _ in ends], [high - mean for mean, _, high in ends]]


def beside(axes: Axes, at: tuple[float, float], text: str) -> None:
    """Text that starts just right of a place given in data units."""
    axes.annotate(text, at, xytext=(8, 0), textcoords="offset points", va="center")


def listing(axes: Axes, title: str, items: Sequence[tuple[int, str]], nothing: str) -> None:
    """Numbers and what they count, one a line, at the same pitch in every figure."""
    axes.set_axis_off()
    axes.set_title(title)
    place: dict[str, Any] = {"xycoords": "axes fraction", "textcoords": "offset points", "va": "top"}
    if not items:
        axes.annotate(nothing, (0, 1), xytext=(0, -2), color=MUTED, **place)
    for line, (number, text) in enumerate(items):
        axes.annotate(f"{number:,}", (0, 1), xytext=(30, -2 - LINE_PT * line), ha="right", fontweight="bold", **place)
        axes.annotate(text, (0, 1), xytext=(38, -2 - LINE_PT * line), **place)


def spread(positions: list[float], step: float) -> list[float]:
    """Rising positions moved as little as needed to be at least `step` apart, each crowded group about its middle."""
    groups: list[tuple[float, int]] = []
    for position in positions:
        middle, count = position, 1
        while groups and middle - (count - 1) * step / 2 < groups[-1][0] + groups[-1][1] * step / 2 + step / 2:
            other, size = groups.pop()
            middle, count = (middle * count + other * size) / (count + size), count + size
        groups.append((middle, count))
    return [middle + (i - (count - 1) / 2) * step for middle, count in groups for i in range(count)]


def shortened(text: str, length: int) -> str:
    """One line of at most `length` characters."""
    line = " ".join(text.split())
    return line if len(line) <= length else f"{line[: length - 1]}\N{HORIZONTAL ELLIPSIS}"
