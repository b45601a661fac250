"""The premise, measured on the synthetic data set: near clips look alike, far ones share only the topic."""

from collections.abc import Mapping

from matplotlib.figure import Figure

from hico.report.figures import style

# Darker means more alike; a distractor has nothing to do with either.
COLORS = ("#0B3C6F", "#3D85C6", "#A9CCE8", style.FAINT)
INKS = ("white", "white", style.INK, style.INK)
LEAST_LABELED = 4.0


def draw(shares: Mapping[str, Mapping[str, float]], distance_s: float) -> Figure:
    """`shares` in [0, 1]: for near and for far, the share of each kind of pair; the most alike kind first."""
    figure = style.new_figure(2.5)
    axes = figure.subplots()
    kinds = list(shares["near"])
    names = {"near": f"near: at most {distance_s:g} s apart", "far": "far: anywhere in the video"}
    for height, row in enumerate(names):
        left = 0.0
        for kind, color, ink in zip(kinds, COLORS, INKS, strict=True):
            width = 100 * shares[row][kind]
            axes.barh(height, width, left=left, height=0.6, color=color, label=kind if height == 0 else None)
            if width >= LEAST_LABELED:
                axes.text(left + width / 2, height, f"{width:.0f} %", ha="center", va="center", color=ink)
            left += width
    axes.set_yticks(range(len(names)), list(names.values()), color=style.INK)
    axes.set(xlim=(0, 100), ylim=(1.45, -0.5), xlabel="share of pairs, %")
    axes.legend(loc="lower left", bbox_to_anchor=(0, 1), ncols=len(kinds), borderaxespad=0, handlelength=1)
    axes.grid(visible=False)
    axes.spines["left"].set_visible(False)
    style.headline(figure, "What the two clips of a pair show")
    return figure
