"""The method on one picture: three clips of an untrimmed video, one network, two heads, two losses."""

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.patches import Circle, FancyArrowPatch, FancyBboxPatch, Rectangle

from hico.report.figures import style

NEAR, FAR = "#0072B2", "#E69F00"
SCENES = ((2, 15, 2), (15, 47, 1), (47, 56, 0), (56, 65, 1), (65, 90, 2), (90, 98, 0))
SCENE_COLORS = ("#E3E7EB", "#CFE3F1", "#F3E4C8")
CLIPS = ((22, NEAR), (31, NEAR), (74, FAR))
CLIP_WIDTH = 7
Point = tuple[float, float]


def draw() -> Figure:
    """Drawn on a canvas of 100 x 60 units."""
    figure = Figure(figsize=(style.WIDTH_IN, 5.4))
    axes = figure.add_axes((0, 0, 1, 1))
    axes.set(xlim=(0, 100), ylim=(0, 60))
    axes.set_axis_off()
    _video(axes)
    _network(axes)
    _visual(axes)
    _topical(axes)
    return figure


def _video(axes: Axes) -> None:
    axes.text(2, 57.6, "One untrimmed video", fontweight="bold", fontsize=11)
    for start, end, kind in SCENES:
        axes.add_patch(Rectangle((start, 46), end - start, 6, facecolor=SCENE_COLORS[kind], edgecolor="white", lw=1.5))
    for left, color in CLIPS:
        for frame in range(4):
            width = CLIP_WIDTH / 4
            corner = (left + frame * width, 45.2)
            axes.add_patch(Rectangle(corner, width, 7.6, facecolor=color, edgecolor="white", lw=0.8))
        _arrow(axes, (left + CLIP_WIDTH / 2, 44.8), (left + CLIP_WIDTH / 2, 37.6), color)
    middles = [left + CLIP_WIDTH / 2 for left, _ in CLIPS]
    _bracket(axes, middles[0], middles[1], 54, "near pair: at most d seconds apart, and d grows during training")
    axes.text(middles[2], 54.9, "far clip: anywhere in the video", ha="center", color=style.INK)


def _bracket(axes: Axes, left: float, right: float, height: float, text: str) -> None:
    axes.plot([left, left, right, right], [height - 0.7, height, height, height - 0.7], color=NEAR, lw=1.4)
    axes.text((left + right) / 2, height + 0.9, text, ha="center", va="bottom", color=style.INK)


def _network(axes: Axes) -> None:
    _box(axes, (14, 31), 72, 6.4, "one video network, the same for every clip", "#1B1F24", "white")
    for middle, name in ((27, "visual head"), (73, "topical head")):
        _arrow(axes, (middle, 30.8), (middle, 27.4), style.INK)
        _box(axes, (middle - 9, 22.6), 18, 4.6, name, "white", style.INK)
        _arrow(axes, (middle, 22.4), (middle, 19.4), style.INK)


def _visual(axes: Axes) -> None:
    """Two near clips pulled together, clips of other videos pushed away."""
    axes.add_patch(Circle((17, 10.6), 7.4, facecolor="none", edgecolor=style.FAINT, lw=1.2))
    for point in ((11.5, 6.4), (17.5, 4.4), (22.6, 7.6)):
        _dot(axes, point, style.FAINT)
    _dot(axes, (12.4, 15.6), NEAR)
    _dot(axes, (20.6, 16.6), NEAR)
    _arrow(axes, (13.7, 15.8), (16.1, 16.1), NEAR)
    _arrow(axes, (19.3, 16.4), (16.9, 16.2), NEAR)
    _arrow(axes, (16.5, 14.4), (16.9, 8.4), style.MUTED, both=True)
    text = "The near pair looks alike, so it\nshares one embedding; clips of all\nother videos are pushed away."
    _explain(axes, 28, "VCL: visual consistency", text)


def _topical(axes: Axes) -> None:
    """Any two clips of a video belong together, near or far; a clip of another video does not."""
    near, other, far, foreign = (57.5, 15.4), (66.5, 15.4), (62, 8.6), (55, 4.4)
    for start, end in ((near, other), (other, far), (near, far)):
        axes.plot([start[0], end[0]], [start[1], end[1]], color=style.INK, lw=1.6, zorder=1)
    axes.plot([far[0], foreign[0]], [far[1], foreign[1]], color=style.MUTED, lw=1.4, ls=(0, (2, 2)), zorder=1)
    for point, color in ((near, NEAR), (other, NEAR), (far, FAR), (foreign, style.FAINT)):
        _dot(axes, point, color)
    axes.text(62, 17.4, "same video: yes", ha="center", va="bottom", fontsize=8)
    axes.text(60.2, 4.4, "no", ha="center", fontsize=8, color=style.MUTED)
    text = "Far clips may look different but\nshare the topic: a small classifier\ntells if two clips are of one video."
    _explain(axes, 71, "TCL: topical consistency", text)


def _explain(axes: Axes, left: float, title: str, text: str) -> None:
    axes.text(left, 14.4, title, fontweight="bold", fontsize=10)
    axes.text(left, 12.6, text, va="top")


def _dot(axes: Axes, center: Point, color: str) -> None:
    axes.add_patch(Circle(center, 1.15, facecolor=color, edgecolor="white", lw=1, zorder=3))


def _box(axes: Axes, corner: Point, width: float, height: float, text: str, face: str, ink: str) -> None:
    shape = FancyBboxPatch(
        corner, width, height, boxstyle="round,pad=0,rounding_size=1.2", facecolor=face, edgecolor=style.INK
    )
    axes.add_patch(shape)
    axes.text(corner[0] + width / 2, corner[1] + height / 2, text, ha="center", va="center", color=ink, fontsize=10)


def _arrow(axes: Axes, start: Point, end: Point, color: str, both: bool = False) -> None:
    form = "<|-|>" if both else "-|>"
    axes.add_patch(
        FancyArrowPatch(start, end, arrowstyle=form, mutation_scale=9, color=color, lw=1.3, shrinkA=0, shrinkB=0)
    )
