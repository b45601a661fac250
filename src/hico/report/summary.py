"""Runs of one experiment on one task, joined: mean over splits, then mean and spread over seeds."""

import math
import statistics
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy import stats

from hico.errors import ReportError
from hico.report.paper.rows import published
from hico.report.runs import Run, measure_keys

CONFIDENCE = 0.95
_SHARED = (
    *("title", "method", "parts", "backbone", "width", "dataset", "input", "batchnorm", "views"),
    *("pretrain_data", "pretrain_batch_videos"),
)


@dataclass(frozen=True)
class Summary:
    """One experiment on one task. Measures in per cent; `spread` and `interval` are empty when there is one seed."""

    runs: tuple[Run, ...]
    mean: dict[str, float]
    spread: dict[str, float]
    """Standard deviation over seeds."""
    interval: dict[str, float]
    """Half the width of the mean's confidence interval."""
    paper_method: str
    paper: dict[str, float]
    difference: dict[str, float]

    @property
    def run(self) -> Run:
        """Any run: it stands for what all of them share."""
        return self.runs[0]

    @property
    def seeds(self) -> list[int]:
        return sorted({run.seed for run in self.runs})

    @property
    def splits(self) -> list[int]:
        return sorted({run.split for run in self.runs})

    @property
    def coverage(self) -> float:
        return min(run.coverage for run in self.runs)

    @property
    def incomplete(self) -> bool:
        return any(run.incomplete for run in self.runs)


def summarize(runs: Iterable[Run]) -> list[Summary]:
    """One summary per (protocol, task, experiment), in the order of the runs. Raises ReportError."""
    groups: dict[tuple[str, str, str], list[Run]] = {}
    for run in sorted(runs, key=lambda run: run.order):
        groups.setdefault((run.protocol, run.task, run.experiment), []).append(run)
    return [_join(tuple(group)) for group in groups.values()]


def seed_means(runs: Iterable[Run], key: str) -> list[float]:
    """The measure `key` of each seed that has it: mean over its splits, in the order of the seeds."""
    by_seed: dict[int, list[float]] = {}
    for run in sorted(runs, key=lambda run: (run.seed, run.split)):
        if key in run.measures:
            by_seed.setdefault(run.seed, []).append(run.measures[key])
    return [statistics.fmean(values) for values in by_seed.values()]


def half_width(seeds: Sequence[float]) -> float:
    """Half the width of the 95 % confidence interval of a mean of two or more seeds, by Student's t."""
    quantile = float(stats.t.ppf((1 + CONFIDENCE) / 2, len(seeds) - 1))
    return quantile * statistics.stdev(seeds) / math.sqrt(len(seeds))


def _join(runs: tuple[Run, ...]) -> Summary:
    _check_alike(runs)
    values = {key: seed_means(runs, key) for key in measure_keys(runs)}
    paper_method, paper = _published(runs)
    first_split = {key: statistics.fmean(seed_means((r for r in runs if r.split == 1), key)) for key in paper}
    return Summary(
        runs=runs,
        mean={key: statistics.fmean(seeds) for key, seeds in values.items()},
        spread={key: statistics.stdev(seeds) for key, seeds in values.items() if len(seeds) > 1},
        interval={key: half_width(seeds) for key, seeds in values.items() if len(seeds) > 1},
        paper_method=paper_method,
        paper=paper,
        difference={key: first_split[key] - paper[key] for key in paper},
    )


def _published(runs: tuple[Run, ...]) -> tuple[str, dict[str, float]]:
    """The paper's row, as far as our runs have its measures: it is on split 1, so split 1 is what is compared."""
    first_split = [run for run in runs if run.split == 1]
    method, paper = published(first_split[0]) if first_split else ("", {})
    return method, {key: value for key, value in paper.items() if all(key in run.measures for run in first_split)}


def _check_alike(runs: tuple[Run, ...]) -> None:
    name = f"{runs[0].protocol}/{runs[0].task}/{runs[0].experiment}"
    for key in _SHARED:
        values = sorted({str(getattr(run, key)) for run in runs})
        if len(values) > 1:
            raise ReportError(f"{name}: runs differ in {key} ({', '.join(values)}); give results of one configuration")
    splits = {seed: sorted(run.split for run in runs if run.seed == seed) for seed in {run.seed for run in runs}}
    if len({tuple(value) for value in splits.values()}) > 1:
        raise ReportError(f"{name}: seeds have different splits ({splits}); run the missing ones first")
