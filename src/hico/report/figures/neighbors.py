"""Retrieval sheet: test videos and their nearest training videos, right and wrong marked by color and sign."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.figure import Figure
from numpy.typing import NDArray

from hico.errors import ReportError
from hico.report.figures import style
from hico.video.decode import read_frames
from hico.video.record import Video

QUERIES, NEIGHBORS = 7, 5
TICK, CROSS = "\N{CHECK MARK}", "\N{BALLOT X}"
Image = NDArray[np.uint8]


@dataclass(frozen=True, eq=False)
class Query:
    """One test video and its nearest training videos, best first."""

    label: str
    image: Image
    labels: list[str]
    images: list[Image]


def choose(predictions: pd.DataFrame, count: int = QUERIES) -> pd.DataFrame:
    """Rows of queries that nobody picked: the first video by name of each class, classes evenly spread by name.

    With fewer classes than `count`, further videos of each class follow.
    """
    ordered = predictions.sort_values(["label", "video_id"], ignore_index=True)
    ordered = ordered.assign(turn=ordered.groupby("label").cumcount()).sort_values(["turn", "label"])
    candidates = ordered.head(max(count, ordered.label.nunique()))
    count = min(count, len(candidates))
    chosen = candidates.iloc[((np.arange(count) + 0.5) * len(candidates) / max(count, 1)).astype(int)]
    return chosen.sort_values(["label", "turn"]).drop(columns="turn")


def video_ids(rows: pd.DataFrame) -> list[str]:
    """Every video that a sheet of these rows shows, each once."""
    found = [name for names in rows.neighbors for name in names[:NEIGHBORS]]
    return sorted({*rows.video_id, *found})


def load(rows: pd.DataFrame, videos: Mapping[str, Video]) -> list[Query]:
    """The middle frames of queries and neighbors. Raises ReportError, MediaError."""
    images = {name: middle_frame(videos, name) for name in video_ids(rows)}
    table = zip(rows.label, rows.video_id, rows.neighbors, rows.neighbor_labels, strict=True)
    return [
        Query(label, images[name], list(labels[:NEIGHBORS]), [images[other] for other in names[:NEIGHBORS]])
        for label, name, names, labels in table
    ]


def middle_frame(videos: Mapping[str, Video], video_id: str) -> Image:
    if video_id not in videos:
        raise ReportError(f"{video_id}: in the predictions but not in the index; give both of one data set")
    video = videos[video_id]
    (clip,) = read_frames(video, [np.array([video.frames // 2])])
    return square(clip[0])


def square(image: Image) -> Image:
    """The center square of a picture (H, W, 3)."""
    height, width = image.shape[:2]
    side = min(height, width)
    top, left = (height - side) // 2, (width - side) // 2
    return image[top : top + side, left : left + side]


def draw(title: str, queries: Sequence[Query]) -> Figure:
    """One row a query: its frame, a gap, its neighbors."""
    columns = max(len(query.images) for query in queries)
    cell = (style.WIDTH_IN - 0.4) / (columns + 1.6)
    figure = style.new_figure(len(queries) * (cell + 0.28) + 0.9)
    grid = figure.subplots(len(queries), columns + 2, squeeze=False, width_ratios=[1, 0.05, *[1] * columns])
    for axes, query in zip(grid, queries, strict=True):
        _row(axes, query)
    grid[0, 0].set_title("Query")
    grid[0, 2].set_title("Nearest, best first")
    style.headline(figure, f"Nearest neighbors: {title}")
    style.footnote(figure, f"{TICK} blue frame: the query's class;  {CROSS} orange frame: another class.")
    return figure


def _row(axes: Sequence[Axes], query: Query) -> None:
    for panel in axes:
        panel.set_axis_off()
    _cell(axes[0], query.image, query.label, style.INK)
    for panel, image, label in zip(axes[2:], query.images, query.labels, strict=False):
        right = label == query.label
        _cell(panel, image, f"{TICK if right else CROSS} {label}", style.RIGHT if right else style.WRONG)


def _cell(axes: Axes, image: Image, label: str, color: str) -> None:
    axes.set_axis_on()
    axes.imshow(image)
    axes.set(xticks=[], yticks=[])
    axes.grid(visible=False)
    axes.spines[:].set(visible=True, color=color, linewidth=3)
    axes.set_xlabel(style.shortened(label, 20), color=color, fontsize=8)
