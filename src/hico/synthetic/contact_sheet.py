"""The data set on one sheet: untrimmed videos as rows of frames over a bar of their scenes, classes as strips."""

from collections.abc import Hashable, Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from matplotlib.axes import Axes
from matplotlib.colors import to_rgb
from matplotlib.figure import Figure
from matplotlib.patches import Rectangle
from numpy.typing import NDArray

from hico.synthetic import SIDE
from hico.synthetic.actions import ACTIONS, SHAPES, actions_of
from hico.synthetic.annotations import TRAINING_GROUPS, ucf101_name
from hico.synthetic.codec import read_video
from hico.synthetic.dataset import TRUTH

Frames = NDArray[np.uint8]

ROWS, COLUMNS = 6, 16
STRIP = 8
STRIP_STEP = 2
"""Frames of a strip lie 0.2 s apart, so that a whole period of a motion shows."""
SCENE_COLORS = ("#4C72B0", "#DD8452", "#55A868", "#C44E52", "#8172B3")
DISTRACTOR_COLOR = "#B8B8B8"
MOTION_OF = {action.name: action.motion for action in ACTIONS}
HEADLINE: dict[str, Any] = {"x": 0.01, "horizontalalignment": "left", "fontsize": 11, "fontweight": "bold"}


def contact_sheet(dataset_dir: Path) -> Figure:
    """The first videos above, on a topic each, one training clip a class below; reads the encoded files as they are."""
    truth = pd.read_parquet(dataset_dir / TRUTH)
    videos = list(truth.groupby("video_id"))[:ROWS]
    figure = Figure(figsize=(12, 11), layout="constrained")
    above, below = figure.subfigures(2, 1, height_ratios=(1.4, 1), squeeze=False).flat
    above.suptitle("Untrimmed videos: one topic each; the bar tells the scenes, gray where they distract", **HEADLINE)
    below.suptitle("Trimmed clips: the classes of the downstream task, 0.2 s from frame to frame", **HEADLINE)
    for axes, (video_id, shots) in zip(above.subplots(len(videos), 1, squeeze=False).flat, videos, strict=True):
        _draw_video(axes, dataset_dir, str(video_id), shots)
    for row, shape in zip(below.subplots(len(SHAPES), 3), SHAPES, strict=True):
        for axes, action in zip(row, actions_of(shape), strict=True):
            _draw_class(axes, dataset_dir, action.name)
    return figure


def _draw_video(axes: Axes, dataset_dir: Path, video_id: str, shots: pd.DataFrame) -> None:
    """Frames at equal steps in time, each in the middle of its stretch of the bar below."""
    topic = shots["topic"].iloc[0]
    _bare(axes, topic)
    duration = float(shots["end_s"].max())
    frames = read_video(dataset_dir / f"untrimmed/videos/{topic}/v_{video_id}.mp4")
    middles = (np.arange(COLUMNS) + 0.5) * len(frames) / COLUMNS
    axes.imshow(_side_by_side(frames[middles.astype(int)]), extent=(0, COLUMNS, 0, 1), interpolation="nearest")
    for shot in shots.to_dict("records"):
        _draw_shot(axes, shot, COLUMNS / duration)
    axes.set_xlim(0, COLUMNS)
    axes.set_ylim(-0.34, 1)
    axes.text(COLUMNS + 0.1, -0.17, f"{duration:.0f} s", va="center", fontsize=7)


def _draw_shot(axes: Axes, shot: Mapping[Hashable, Any], scale: float) -> None:
    start, width = shot["start_s"] * scale, (shot["end_s"] - shot["start_s"]) * scale
    distracts = shot["kind"] == "distractor"
    color = DISTRACTOR_COLOR if distracts else SCENE_COLORS[shot["scene"] % len(SCENE_COLORS)]
    axes.add_patch(Rectangle((start, -0.3), width, 0.24, facecolor=to_rgb(color), edgecolor="white", linewidth=1))
    words = shot["shows"] if distracts else MOTION_OF[shot["shows"]]
    axes.text(
        start + width / 2, -0.185, words, ha="center", va="center", fontsize=7, color="black" if distracts else "white"
    )


def _draw_class(axes: Axes, dataset_dir: Path, label: str) -> None:
    _bare(axes, "")
    axes.set_title(label, fontsize=8, pad=2)
    frames = read_video(dataset_dir / "clips/videos" / ucf101_name(label, TRAINING_GROUPS, 0))
    axes.imshow(_side_by_side(frames[: STRIP * STRIP_STEP : STRIP_STEP]), interpolation="nearest")


def _bare(axes: Axes, label: str) -> None:
    axes.set(xticks=[], yticks=[])
    axes.set_ylabel(label, fontsize=9)
    axes.spines[:].set_visible(False)


def _side_by_side(frames: Frames) -> Frames:
    """(T, H, W, 3) to one picture with a white line of one pixel between frames."""
    line = np.full((SIDE, 1, 3), 255, np.uint8)
    parts: Sequence[Frames] = [part for frame in frames for part in (frame, line)]
    return np.concatenate(parts[:-1], axis=1)
