"""What a single value changes: results over clips seen, over the near pair's distance, over gamma."""

from collections.abc import Mapping, Sequence

from matplotlib.axes import Axes
from matplotlib.figure import Figure
from matplotlib.ticker import FuncFormatter, NullLocator

from hico.config.experiments import Pretrain
from hico.config.series import VARIED, Series, series_of
from hico.errors import ReportError
from hico.report import names
from hico.report.experiments import Look, look_of
from hico.report.figures import style
from hico.report.summary import Summary, seed_means

AXES = {"epochs": "clips seen in pre-training", "distance": "largest distance of a near pair, s", "gamma": "gamma"}
TITLES = {"epochs": "Longer training", "distance": "Distance", "gamma": "Focus of the topical loss"}
ASIDE = 1.05
"""Lines over clips seen stand beside each other by this factor, so that each one's intervals can be seen."""
Points = list[tuple[float, Summary]]
Task = Mapping[str, Summary]
"""What each experiment reaches on one task."""


def draw(summaries: Sequence[Summary], looks: Mapping[str, Look]) -> Figure:
    """A row a task, a column a varied value, a line a series. Raises ReportError when nothing varies."""
    found = series_of(_settings(summaries, looks))
    tasks = [task for task in _tasks(summaries) if any(_points(series, task) for series in found)]
    columns = [
        varied for varied in VARIED if any(_points(series, task) for task in tasks for series in _of(varied, found))
    ]
    if not columns:
        raise ReportError("--metrics: no two experiments differ in epochs, distance or gamma alone; name such runs")
    figure = style.new_figure(2.9 * len(tasks) + 0.8)
    grid = figure.subplots(len(tasks), len(columns), squeeze=False, sharey="row", sharex="col")
    for row, task in zip(grid, tasks, strict=True):
        for axes, varied in zip(row, columns, strict=True):
            _panel(axes, _of(varied, found), task, looks)
        _name_row(row[0], next(iter(task.values())))
    for column, varied in zip(grid.T, columns, strict=True):
        column[0].set_title(TITLES[varied])
        column[-1].set_xlabel(AXES[varied])
        places = {place for series in _of(varied, found) for task in tasks for place, _ in _points(series, task)}
        _scale(column[0], varied, sorted(places))
    style.headline(figure, "What length, distance and focus change")
    style.footnote(figure, _explanation(summaries))
    return figure


def _settings(summaries: Sequence[Summary], looks: Mapping[str, Look]) -> dict[str, Pretrain]:
    """By experiment, in the order in which they were declared."""
    runs = {summary.run.experiment: summary.run for summary in summaries}
    found = {key: runs[key].pretrain_settings for key in looks if key in runs}
    return {key: settings for key, settings in found.items() if settings is not None}


def _tasks(summaries: Sequence[Summary]) -> list[dict[str, Summary]]:
    tasks: dict[tuple[str, str], dict[str, Summary]] = {}
    for summary in summaries:
        tasks.setdefault((summary.run.protocol, summary.run.task), {})[summary.run.experiment] = summary
    return list(tasks.values())


def _of(varied: str, found: Sequence[Series]) -> list[Series]:
    return [series for series in found if series.varied == varied]


def _points(series: Series, task: Task) -> Points:
    """What a line runs over, from left to right; nothing where the task has fewer than two of the series."""
    points = [(_place(series, key, task[key]), task[key]) for key in series.values if key in task]
    return sorted(points, key=lambda point: point[0]) if len(points) > 1 else []


def _panel(axes: Axes, found: Sequence[Series], task: Task, looks: Mapping[str, Look]) -> None:
    lines = {next(iter(series.values)): points for series in found if (points := _points(series, task))}
    for number, (experiment, points) in enumerate(lines.items()):
        aside = ASIDE ** (number - (len(lines) - 1) / 2) if found[0].varied == "epochs" else 1.0
        _line(axes, [(place * aside, summary) for place, summary in points], look_of(experiment, looks))
    for summary in task.values():
        if summary.run.method == "random":
            axes.axhline(summary.mean[summary.run.main_measure], color=style.MUTED, linewidth=1, linestyle=(0, (1, 2)))
    axes.tick_params(labelleft=True)
    if lines:
        axes.legend(fontsize=8)


def _scale(axes: Axes, varied: str, places: Sequence[float]) -> None:
    """A tick at every place that was measured; epochs by their logarithm."""
    if varied == "epochs":
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:,.3g} k"))
        axes.xaxis.set_minor_locator(NullLocator())
        axes.tick_params(axis="x", labelsize=7.5)
    axes.set_xticks(places)


def _place(series: Series, experiment: str, summary: Summary) -> float:
    settings, videos = summary.run.pretrain_settings, summary.run.pretrain_videos
    if series.varied != "epochs" or settings is None or videos is None:
        return series.values[experiment]
    whole_steps = videos // settings.batch_videos  # what is left of an epoch is no step
    return float(settings.epochs * whole_steps * settings.batch_videos * settings.clips_per_video)


def _line(axes: Axes, points: Points, look: Look) -> None:
    measure = points[0][1].run.main_measure
    widths = style.whiskers((summary.mean[measure], summary.interval.get(measure, 0)) for _, summary in points)
    axes.errorbar(
        [place for place, _ in points], [summary.mean[measure] for _, summary in points],
        yerr=widths, color=look.color, marker=look.marker,
        ms=6, capsize=3, elinewidth=1.2, label=look.title,
    )  # fmt: skip
    for place, summary in points:
        seeds = seed_means(summary.runs, measure)
        axes.plot([place] * len(seeds), seeds, "o", ms=3, mfc="white", mec=look.color, mew=0.7, zorder=3)


def _name_row(axes: Axes, summary: Summary) -> None:
    run = summary.run
    protocol = names.capitalized(names.protocol(run.protocol, run.batchnorm))
    axes.set_ylabel(f"{protocol}\non {run.dataset}: {names.measure(run.main_measure)}, %")


def _explanation(summaries: Sequence[Summary]) -> str:
    several = any(summary.interval for summary in summaries)
    parts = ["Lines: mean over seeds; bars: its 95 % confidence interval; points: seeds." if several else "One seed."]
    if any(summary.run.method == "random" for summary in summaries):
        parts.append("Dotted: a network that was not trained.")
    return " ".join(parts)
