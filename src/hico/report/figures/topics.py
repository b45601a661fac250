"""The topic map of a batch: which clips the topical predictor takes for clips of one video, beside the truth."""

from dataclasses import dataclass
from pathlib import Path
from zipfile import BadZipFile

import numpy as np
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hico.errors import ReportError
from hico.report.figures import style


@dataclass(frozen=True, eq=False)
class TopicMap:
    """Clips in the order of their videos. `predicted` (N, N): probability of one video; `same_video` (N, N)."""

    predicted: NDArray[np.float64]
    same_video: NDArray[np.bool_]

    def mean(self, same: bool) -> float:
        """Mean probability over pairs of one video, or of two; a clip with itself is no pair."""
        pairs = (self.same_video == same) & ~np.eye(len(self.predicted), dtype=bool)
        return float(self.predicted[pairs].mean())


def read_topics(path: Path) -> tuple[int, TopicMap, TopicMap]:
    """(steps trained, map before, map after) from topics.npz. Raises ReportError."""
    try:
        with np.load(path, allow_pickle=False) as arrays:
            return int(arrays["step"]), _map(arrays, "first"), _map(arrays, "last")
    except FileNotFoundError as error:
        raise ReportError(f"{path}: no such file; run the pre-training stage that writes it") from error
    except KeyError as error:
        raise ReportError(f"{path}: {error.args[0]}; only experiments with a topical loss have a topic map") from error
    except (ValueError, BadZipFile, EOFError) as error:
        raise ReportError(f"{path}: not readable as arrays ({error}); run pre-training again") from error


def _map(arrays: "np.lib.npyio.NpzFile", name: str) -> TopicMap:
    predicted, same = arrays[f"{name}_predicted"].astype(float), arrays[f"{name}_same_video"].astype(bool)
    order = np.argsort(same.argmax(axis=1), kind="stable")
    return TopicMap(predicted[np.ix_(order, order)], same[np.ix_(order, order)])


def draw(title: str, step: int, first: TopicMap, last: TopicMap) -> Figure:
    """Truth, prediction at the start, prediction at the end."""
    figure = style.new_figure(3.6)
    axes = figure.subplots(1, 3)
    _panel(axes[0], "Truth", last.same_video.astype(float), last, "yellow: two clips of one video")
    for panel, name, topics in ((axes[1], "Before training", first), (axes[2], f"After {step:,} steps", last)):
        means = f"mean: one video {topics.mean(True):.2f}, two {topics.mean(False):.2f}"
        _panel(panel, name, topics.predicted, topics, means)
    bar = figure.colorbar(axes[2].collections[0], ax=axes, shrink=0.8, pad=0.015, ticks=[0, 0.5, 1])
    bar.set_label("predicted probability of one video")
    bar.outline.set_visible(False)
    style.headline(figure, f"Which clips come from one video? {title}")
    return figure


def _panel(axes: Axes, name: str, values_nn: NDArray[np.float64], topics: TopicMap, below: str) -> None:
    itself = np.eye(len(values_nn), dtype=bool)
    sns.heatmap(
        values_nn, mask=itself, vmin=0, vmax=1, cmap=style.MAP, square=True, cbar=False, ax=axes, xticklabels=False,
        yticklabels=False, rasterized=True,
    )  # fmt: skip
    axes.set_facecolor(style.FAINT)
    axes.set_title(name)
    axes.set_xlabel(below)
