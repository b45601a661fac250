"""The tables that people read: every run, the summary over seeds, and the paper's own rows."""

from collections.abc import Sequence

import pandas as pd

from hico.report import names
from hico.report.cells import MARK, NOTHING, interval, marked, mean_and_spread, percent, share, signed, span
from hico.report.frames import RECALLS
from hico.report.paper import rows as paper
from hico.report.runs import Run
from hico.report.summary import Summary
from hico.report.table import Table

_ACCURACIES = ("top1", "top5", "mean_class_accuracy")
_SETTING = ("Pre-training data", "Backbone", "Input")
_PAPER_COLUMNS = frozenset({"Paper", "Difference"})
_INTERVAL = "95 % interval"
_COVERAGE_NOTE = "Coverage: usable share of the listed videos, pre-training data / this set"
_MEAN_NOTE = "Per cent; mean over splits, then mean ± standard deviation over seeds (no deviation with one seed)."
_INTERVAL_NOTE = "95 % interval: of the mean over seeds of the first measure, by Student's t."
_PAPER_NOTE = (
    "Paper: the published figure of the same method, schedule, backbone, data, inputs and downstream recipe, on split "
    "1; the difference is our split 1 minus it. Its linear probe lets BatchNorm adapt: strict ones have no figure."
)


def run_table(runs: Sequence[Run], recall: bool) -> Table:
    """One row a run."""
    keys = RECALLS if recall else _ACCURACIES
    measured = [_title(key) for key in keys]
    header = (
        "Method", "Protocol", "Data set", "Split", "Seed", *measured, *_SETTING, "Test videos", "Coverage",
    )  # fmt: skip
    rows = tuple(_run_row(run, keys) for run in runs)
    numeric = frozenset({"Split", "Seed", *measured, "Test videos"})
    notes = ("Per cent.", _coverage_note(any(run.incomplete for run in runs)))
    return Table("Every run", header, rows, numeric, notes).without_empty(frozenset(measured), NOTHING)


def summary_table(summaries: Sequence[Summary], recall: bool) -> Table:
    """One row per experiment and task; the paper's columns stand only where some row has a paper's figure."""
    keys = RECALLS if recall else _ACCURACIES
    measured = [_title(key) for key in keys]
    header = (
        "Method", "Protocol", "Data set", *measured, _INTERVAL, "Paper", "Difference", "Seeds", "Splits", *_SETTING,
        "Test videos", "Coverage",
    )  # fmt: skip
    rows = tuple(_summary_row(summary, keys, RECALLS[:4] if recall else ("top1",)) for summary in summaries)
    numeric = frozenset({"Seeds", *measured, _INTERVAL, "Paper", "Difference", "Test videos"})
    paper_note = [_PAPER_NOTE] if any(summary.paper for summary in summaries) else []
    interval_note = [_INTERVAL_NOTE] if any(summary.interval for summary in summaries) else []
    notes = (_MEAN_NOTE, *interval_note, *paper_note, _coverage_note(any(summary.incomplete for summary in summaries)))
    table = Table("Summary", header, rows, numeric, notes)
    return table.without_empty(_PAPER_COLUMNS | {_INTERVAL} | frozenset(measured), NOTHING)


def paper_table(recall: bool) -> Table:
    """Everything the paper reports, as it prints it."""
    source = paper.retrieval() if recall else paper.recognition()
    texts = source.drop(columns="depth").map(_paper_cell)
    if not recall:
        texts = texts.assign(protocol=[names.protocol(str(key), None) for key in source.protocol])
    header = tuple(_PAPER_HEADER.get(str(name), str(name).replace("_", " ").upper()) for name in texts.columns)
    numbers = frozenset(header) - frozenset(_PAPER_HEADER.values())
    note = "R@k in per cent, split 1." if recall else "Top-1 accuracy in per cent, split 1."
    return Table("The paper's rows", header, tuple(map(tuple, texts.to_numpy())), numbers, (note,))


_PAPER_HEADER = {
    "method": "Method",
    "backbone": "Backbone",
    "pretrain": "Pre-training data",
    "pretrain_input": "Pre-training input",
    "input": "Input",
    "protocol": "Protocol",
}


def _paper_cell(value: object) -> str:
    if pd.isna(value):  # type: ignore[call-overload]
        return NOTHING
    return percent(value) if isinstance(value, float) else str(value)


def _title(key: str) -> str:
    return names.capitalized(names.measure(key))


def _subject(run: Run, coverage: float) -> tuple[str, ...]:
    return run.title, names.protocol(run.protocol, run.batchnorm), marked(run.dataset, coverage)


def _setting(run: Run) -> tuple[str, ...]:
    # A random network may take BatchNorm statistics from a data set, but it learns nothing from it.
    data = NOTHING if run.method == "random" else marked(run.pretrain_data, run.pretrain_coverage)
    return data, names.backbone(run.backbone, run.width), run.input


def _run_row(run: Run, keys: Sequence[str]) -> tuple[str, ...]:
    measured = (percent(run.measures.get(key)) for key in keys)
    return (
        *_subject(run, run.coverage),
        str(run.split) if run.split else NOTHING,
        str(run.seed),
        *measured,
        *_setting(run),
        f"{run.test_videos:,}",
        _coverage(run, run.coverage),
    )


def _summary_row(summary: Summary, keys: Sequence[str], theirs: Sequence[str]) -> tuple[str, ...]:
    measured = (mean_and_spread(summary.mean.get(key), summary.spread.get(key)) for key in keys)
    present = [key for key in theirs if key in summary.paper]
    return (
        *_subject(summary.run, summary.coverage),
        *measured,
        interval(summary.mean[keys[0]], summary.interval.get(keys[0])) if keys[0] in summary.mean else NOTHING,
        " / ".join(percent(summary.paper[key]) for key in present) or NOTHING,
        " / ".join(signed(summary.difference[key]) for key in present) or NOTHING,
        str(len(summary.seeds)),
        ", ".join(str(split) for split in summary.splits if split) or NOTHING,
        *_setting(summary.run),
        span((run.test_videos for run in summary.runs), thousands=","),
        _coverage(summary.run, summary.coverage),
    )


def _coverage_note(incomplete: bool) -> str:
    return f"{_COVERAGE_NOTE}; {MARK} not all of them were." if incomplete else f"{_COVERAGE_NOTE}."


def _coverage(run: Run, coverage: float) -> str:
    return f"{share(run.pretrain_coverage)} / {share(coverage)}"
