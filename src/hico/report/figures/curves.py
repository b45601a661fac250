"""Losses and learning rate over pre-training, one line an experiment."""

from collections.abc import Mapping, Sequence

import pandas as pd
import seaborn as sns
from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hico.report.experiments import Look, look_of
from hico.report.figures import style
from hico.report.training_runs import TrainingRun, joined

PANELS = (
    ("vcl", "Contrastive loss: VCL, or SimCLR's"),
    ("tcl", "Topical consistency: focal loss"),
    ("loss", "Total loss"),
    ("rate", "Learning rate"),
)
POINTS = 60


def draw(runs: Sequence[TrainingRun], looks: Mapping[str, Look]) -> Figure:
    """Four panels over epochs: mean over seeds, and the range of seeds as a band."""
    table = joined(runs, POINTS)
    shown = {key: look_of(key, looks) for key in sorted(set(table.experiment), key=list(looks).index)}
    figure = style.new_figure(5.6)
    axes = figure.subplots(2, 2, sharex=True)
    for panel, (column, title) in zip(axes.flat, PANELS, strict=True):
        _panel(panel, table, column, title, shown)
    for panel in axes[1]:
        panel.set_xlabel("epoch")
    style.headline(figure, "Training")
    if table.groupby("experiment").seed.nunique().max() > 1:
        style.footnote(figure, "Lines: mean over seeds; bands: from the lowest to the highest seed.")
    for panel, column in ((axes[0, 0], "vcl"), (axes[0, 1], "tcl")):
        style.label_ends(panel, _end_labels(table, column, shown))
    return figure


def _panel(axes: Axes, table: pd.DataFrame, column: str, title: str, shown: Mapping[str, Look]) -> None:
    axes.set_title(title)
    rows = table.dropna(subset=[column])
    if rows.empty:
        axes.text(0.5, 0.5, "not part of these experiments", transform=axes.transAxes, ha="center", color=style.MUTED)
        return
    sns.lineplot(
        rows, x="epoch", y=column, hue="experiment", palette={key: look.color for key, look in shown.items()},
        hue_order=list(shown), errorbar=("pi", 100), err_kws={"alpha": 0.18, "linewidth": 0}, legend=False, ax=axes,
    )  # fmt: skip
    axes.set(xlabel="", ylabel="")


def _end_labels(table: pd.DataFrame, column: str, shown: Mapping[str, Look]) -> list[style.EndLabel]:
    """A name where each line ends."""
    last = table.dropna(subset=[column]).groupby(["experiment", "seed"]).last().groupby("experiment")[column].mean()
    return [style.EndLabel(float(y), shown[str(key)].title, shown[str(key)].color) for key, y in last.items()]
