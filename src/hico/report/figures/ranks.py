"""Retrieval: the share of queries with a right answer among the k nearest, over k."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure

from hico.report.experiments import Look, look_of
from hico.report.figures import style
from hico.report.runs import measure_keys
from hico.report.summary import Summary

ASIDE = 0.04
"""Lines stand beside each other by this share of a step along k, so that each one's intervals can be seen."""


def draw(summaries: Sequence[Summary], looks: Mapping[str, Look]) -> Figure:
    """One panel a retrieval task, one line an experiment. `summaries` must not be empty."""
    tasks: dict[str, list[Summary]] = {}
    for summary in summaries:
        look_of(summary.run.experiment, looks)
        tasks.setdefault(summary.run.task, []).append(summary)
    rows = (len(tasks) + 1) // 2
    figure = style.new_figure(3.2 * rows + 0.7)
    panels = list(figure.subplots(rows, min(2, len(tasks)), squeeze=False).flat)
    for panel, lines in zip(panels, tasks.values(), strict=False):
        _panel(panel, lines, looks)
    for panel in panels[len(tasks) :]:
        panel.set_axis_off()
    style.headline(figure, "Retrieval: a right answer among the k nearest")
    if any(summary.interval for summary in summaries):
        style.footnote(figure, "Lines: mean over seeds; bars: its 95 % confidence interval.")
    for panel, lines in zip(panels, tasks.values(), strict=False):
        style.label_ends(panel, [label for line in lines for label in _labels(line, looks)])
    return figure


def _panel(axes: Axes, lines: Sequence[Summary], looks: Mapping[str, Look]) -> None:
    keys = measure_keys(line.run for line in lines)
    axes.set_title(lines[0].run.dataset)
    axes.set(xlabel="k (neighbors looked at)", ylabel="R@k, %")
    for number, line in enumerate(lines):
        _line(axes, keys, line, looks[line.run.experiment], ASIDE * (number - (len(lines) - 1) / 2))
    axes.set_xticks(range(len(keys)), [key.removeprefix("r@") for key in keys])
    axes.set_ylim(0, 103)


def _line(axes: Axes, keys: list[str], line: Summary, look: Look, aside: float) -> None:
    present = [key for key in keys if key in line.mean]
    widths = style.whiskers((line.mean[key], line.interval.get(key, 0)) for key in present) if line.interval else None
    axes.errorbar(
        [keys.index(key) + aside for key in present], [line.mean[key] for key in present], yerr=widths,
        color=look.color, marker=look.marker, ms=5, capsize=3, elinewidth=1.2,
    )  # fmt: skip
    theirs = [key for key in present if key in line.paper]
    if theirs:
        axes.plot(
            [keys.index(key) for key in theirs], [line.paper[key] for key in theirs], color=style.PAPER, marker="D",
            mfc="none", mew=1.6, ms=6, linestyle=(0, (3, 2)), linewidth=1.2,
        )  # fmt: skip


def _labels(line: Summary, looks: Mapping[str, Look]) -> list[style.EndLabel]:
    look = looks[line.run.experiment]
    ours = style.EndLabel(line.mean[measure_keys([line.run])[-1]], look.title, look.color)
    theirs = [style.EndLabel(list(line.paper.values())[-1], "HiCo, paper", style.PAPER)] if line.paper else []
    return [ours, *theirs]
