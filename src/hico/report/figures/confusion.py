"""Which classes are taken for which: a confusion matrix, and the most frequent mistakes in words."""

from collections.abc import Sequence

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hico.report.figures import style

MOST_LABELS = 60
MOST_NUMBERS = 12
MISTAKES = 10


def draw(title: str, matrix_cc: NDArray[np.int64], classes: Sequence[str]) -> Figure:
    """`matrix_cc` (C, C) counts, row the true class; drawn as per cent of the row."""
    shares = 100 * matrix_cc / np.maximum(matrix_cc.sum(axis=1, keepdims=True), 1)
    side = 2.6 + 0.16 * len(classes) if len(classes) <= 24 else 6.4
    figure = style.new_figure(side)
    left, right = figure.subplots(1, 2, width_ratios=[side, max(style.WIDTH_IN - side, 1.5)])
    _matrix(left, shares, classes)
    _mistakes(right, matrix_cc, classes)
    style.headline(figure, f"Which classes are taken for which: {title}")
    return figure


def _matrix(axes: Axes, shares_cc: NDArray[np.float64], classes: Sequence[str]) -> None:
    labels = list(classes) if len(classes) <= MOST_LABELS else False
    numbers = len(classes) <= MOST_NUMBERS
    sns.heatmap(
        shares_cc, vmin=0, vmax=100, cmap="Blues", ax=axes, xticklabels=labels, yticklabels=labels,
        annot=numbers, fmt=".0f", annot_kws={"fontsize": 8}, cbar_kws={"shrink": 0.6, "label": "% of the true class"},
        rasterized=True,
    )  # fmt: skip
    size = 8 if len(classes) <= 30 else 5
    axes.tick_params(labelsize=size, length=0, labelcolor=style.INK)
    axes.set(xlabel="predicted", ylabel="true")


def _mistakes(axes: Axes, matrix_cc: NDArray[np.int64], classes: Sequence[str]) -> None:
    items = [
        (int(matrix_cc[true, predicted]), f"{classes[true]} \N{RIGHTWARDS ARROW} {classes[predicted]}")
        for true, predicted in mistakes(matrix_cc)[:MISTAKES]
    ]
    style.listing(axes, "Most frequent mistakes", items, "none")


def mistakes(matrix_cc: NDArray[np.int64]) -> list[tuple[int, int]]:
    """(true, predicted) pairs of different classes that occur, the most frequent first, ties by class number."""
    wrong = matrix_cc * ~np.eye(len(matrix_cc), dtype=bool)
    order = np.argsort(-wrong, axis=None, kind="stable")
    pairs = [divmod(int(cell), len(matrix_cc)) for cell in order]
    return [(true, predicted) for true, predicted in pairs if wrong[true, predicted]]
