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
Points = list[tuple[float, Summary]]


def draw(summaries: Sequence[Summary], looks: Mapping[str, Look]) -> Figure:
    """A row a task, a column a varied value, a line a series. Raises ReportError when nothing varies."""
    found = series_of(_settings(summaries))
    columns = [varied for varied in VARIED if any(series.varied == varied for series in found)]
    if not columns:
        raise ReportError("--metrics: no two experiments differ in epochs, distance or gamma alone; name such runs")
    tasks: dict[tuple[str, str], dict[str, Summary]] = {}
    for summary in summaries:
        tasks.setdefault((summary.run.protocol, summary.run.task), {})[summary.run.experiment] = summary
    figure = style.new_figure(2.9 * len(tasks) + 0.8)
    grid = figure.subplots(len(tasks), len(columns), squeeze=False, sharey="row", sharex="col")
    for row, of_task in zip(grid, tasks.values(), strict=True):
        for axes, varied in zip(row, columns, strict=True):
            _panel(axes, varied, [series for series in found if series.varied == varied], of_task, looks)
        _name_row(row[0], next(iter(of_task.values())))
    for axes, varied in zip(grid[0], columns, strict=True):
        axes.set_title(TITLES[varied])
    for axes, varied in zip(grid[-1], columns, strict=True):
        axes.set_xlabel(AXES[varied])
    style.headline(figure, "What length, distance and focus change")
    style.footnote(figure, _explanation(summaries))
    return figure


def _settings(summaries: Sequence[Summary]) -> dict[str, Pretrain]:
    runs = {summary.run.experiment: summary.run for summary in summaries}
    return {key: run.pretrain_settings for key, run in runs.items() if run.pretrain_settings is not None}


def _panel(
    axes: Axes, varied: str, found: Sequence[Series], summaries: Mapping[str, Summary], looks: Mapping[str, Look]
) -> None:
    for series in found:
        points = sorted(
            ((_place(series, key, summaries[key]), summaries[key]) for key in series.values if key in summaries),
            key=lambda point: point[0],
        )
        if points:
            _line(axes, points, look_of(next(iter(series.values)), looks))
    for summary in summaries.values():
        if summary.run.method == "random":
            axes.axhline(summary.mean[summary.run.main_measure], color=style.MUTED, linewidth=1, linestyle=(0, (1, 2)))
    if varied == "epochs":
        axes.set_xscale("log")
        axes.xaxis.set_major_formatter(FuncFormatter(lambda value, _: f"{value / 1000:,.3g} k"))
        axes.xaxis.set_minor_locator(NullLocator())
    axes.set_xticks(
        sorted({_place(series, key, summaries[key]) for series in found for key in series.values if key in summaries})
    )
    axes.tick_params(labelleft=True)
    axes.legend(fontsize=8)


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
        yerr=widths, color=look.colour, marker=look.marker,
        ms=6, capsize=3, elinewidth=1.2, label=look.title,
    )  # fmt: skip
    for place, summary in points:
        seeds = seed_means(summary.runs, measure)
        axes.plot([place] * len(seeds), seeds, "o", ms=3, mfc="white", mec=look.colour, mew=0.7, zorder=3)


def _name_row(axes: Axes, summary: Summary) -> None:
    run = summary.run
    name = names.protocol(run.protocol, run.batchnorm)
    axes.set_ylabel(f"{name[0].upper()}{name[1:]}: {names.measure(run.main_measure)}, %")


def _explanation(summaries: Sequence[Summary]) -> str:
    several = any(summary.interval for summary in summaries)
    parts = ["Lines: mean over seeds; bars: its 95 % confidence interval; points: seeds." if several else "One seed."]
    if any(summary.run.method == "random" for summary in summaries):
        parts.append("Dotted: a network that was not trained.")
    return " ".join(parts)
