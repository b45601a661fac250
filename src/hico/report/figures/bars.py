"""What each experiment reaches on each task: bars with a point a seed, and the paper's figure where there is one."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.text import Text

from hico.report import names
from hico.report.cells import bounds, percent
from hico.report.experiments import Look, look_of
from hico.report.figures import style
from hico.report.runs import Run
from hico.report.summary import Summary, half_width, seed_means

COLUMNS = 2


@dataclass(frozen=True)
class Bar:
    """One bar, in per cent; no color: the paper's, hollow."""

    run: Run
    title: str
    color: str | None
    mean: float
    seeds: list[float]

    @property
    def interval(self) -> float | None:
        """Half the width of the 95 % confidence interval."""
        return half_width(self.seeds) if len(self.seeds) > 1 else None

    @property
    def end(self) -> float:
        return max(*self.seeds, *bounds(self.mean, self.interval or 0))


def draw(summaries: Sequence[Summary], looks: Mapping[str, Look]) -> Figure:
    """One panel a task, one bar an experiment, a hollow one for the paper. `summaries` must not be empty."""
    tasks: dict[tuple[str, str], list[Bar]] = {}
    for summary in sorted(summaries, key=lambda summary: _rank(summary, looks)):
        tasks.setdefault((summary.run.protocol, summary.run.task), []).extend(_bars(summary, looks))
    columns = min(COLUMNS, len(tasks))
    panels = list(tasks.values())
    rows = [panels[start : start + columns] for start in range(0, len(panels), columns)]
    heights = [0.75 + 0.36 * max(len(bars) for bars in row) for row in rows]
    figure = style.new_figure(sum(heights) + 0.9)
    grid = list(figure.subplots(len(rows), columns, squeeze=False, height_ratios=heights).flat)
    reach = max(bar.end for bars in panels for bar in bars)
    headings = _headings(tasks)
    shown = [
        _panel(axes, bars, heading, max(len(others) for others in rows[number // columns]), reach)
        for number, (axes, bars, heading) in enumerate(zip(grid, panels, headings, strict=False))
    ]
    for axes in grid[len(panels) :]:
        axes.set_axis_off()
    style.headline(figure, "What each method reaches")
    style.footnote(figure, _explanation(summaries))
    style.keep_inside(figure, shown)
    return figure


def _headings(tasks: Mapping[tuple[str, str], Sequence[Bar]]) -> list[str]:
    """What each panel is about; tasks on one data set by their input, then by their key."""
    runs = {task: bars[0].run for task, bars in tasks.items()}
    plain = {task: names.on_dataset(run.protocol, run.batchnorm, run.dataset) for task, run in runs.items()}
    inputs = {task: run.input for task, run in runs.items()}
    return list(names.told_apart(plain, inputs, {task: task[1] for task in tasks}).values())


def _rank(summary: Summary, looks: Mapping[str, Look]) -> tuple[str, str, int]:
    look_of(summary.run.experiment, looks)
    return summary.run.protocol, summary.run.task, list(looks).index(summary.run.experiment)


def _bars(summary: Summary, looks: Mapping[str, Look]) -> list[Bar]:
    """Ours, and under it the paper's where it has one."""
    look, measure = looks[summary.run.experiment], summary.run.main_measure
    ours = Bar(summary.run, look.title, look.color, summary.mean[measure], seed_means(summary.runs, measure))
    if measure not in summary.paper:
        return [ours]
    return [ours, Bar(summary.run, f"{look.title}, paper", None, summary.paper[measure], [])]


def _panel(axes: Axes, bars: Sequence[Bar], heading: str, slots: int, reach: float) -> Text:
    """Bars from the top; `slots` have room and the axis goes to `reach`, so that those of neighbors compare."""
    run = bars[0].run
    axes.set(xlim=(0, 1.32 * reach or 1), ylim=(slots - 0.45, -0.55), xlabel=f"{names.measure(run.main_measure)}, %")
    for height, bar in enumerate(bars):
        _bar(axes, height, bar)
    if run.classes:
        chance = 100 / len(run.classes)
        axes.vlines(chance, -0.55, len(bars) - 0.45, color=style.MUTED, linewidth=1, linestyle=(0, (1, 2)))
    axes.set_yticks(range(len(bars)), [bar.title for bar in bars], color=style.INK)
    axes.grid(visible=False, axis="y")
    axes.spines["left"].set_visible(False)
    return axes.set_title(heading)


def _bar(axes: Axes, height: int, bar: Bar) -> None:
    if bar.color is None:
        axes.barh(height, bar.mean, height=0.6, facecolor="white", edgecolor=style.PAPER, linewidth=1.4)
    else:
        axes.barh(height, bar.mean, height=0.62, color=bar.color)
    if bar.interval is not None:
        axes.errorbar(
            bar.mean, height, xerr=style.whiskers([(bar.mean, bar.interval)]), color=style.INK, linewidth=1.2, capsize=3
        )
        axes.plot(bar.seeds, [height] * len(bar.seeds), "o", ms=4, mfc="white", mec=style.INK, mew=0.8)
    style.beside(axes, (bar.end, height), percent(bar.mean))


def _explanation(summaries: Sequence[Summary]) -> str:
    several = any(summary.interval for summary in summaries)
    parts = ["Bars: mean over seeds; lines: its 95 % confidence interval; points: seeds." if several else "One seed."]
    if any(summary.run.classes for summary in summaries):
        parts.append("Dotted: chance.")
    if any(summary.paper for summary in summaries):
        parts.append("Hollow: the paper's figure of the same experiment.")
    return " ".join(parts)
