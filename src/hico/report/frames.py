"""The tables as data files: plain columns, every number a fixed number of decimals."""

from collections.abc import Iterable, Sequence

import pandas as pd

from hico.report.cells import share_number, span
from hico.report.names import MEASURES
from hico.report.runs import Run, measure_keys
from hico.report.summary import Summary

RECALLS = ("r@1", "r@5", "r@10", "r@20", "r@50")
_RUN_COLUMNS = (
    "protocol", "task", "experiment", "title", "method", "parts", "pretrain_data", "pretrain_videos",
    "pretrain_coverage", "pretrain_epochs", "pretrain_input", "backbone", "width", "batchnorm", "views", "dataset",
    "input", "split", "seed", "train_videos", "test_videos", "coverage", "incomplete",
)  # fmt: skip
_SUMMARY_COLUMNS = tuple({"split": "splits", "seed": "seeds"}.get(name, name) for name in _RUN_COLUMNS)


def run_frame(runs: Sequence[Run], recall: bool) -> pd.DataFrame:
    """One row a run. `recall`: retrieval's columns, else those of recognition."""
    keys = _measure_columns(runs, recall)
    return pd.DataFrame([_run_row(run, keys) for run in runs], columns=[*_RUN_COLUMNS, *keys], dtype=object)


def summary_frame(summaries: Sequence[Summary], recall: bool) -> pd.DataFrame:
    """One row per experiment and task: `<measure>_mean`, `_sd`, `_ci95` (half width), and the paper's figures."""
    keys = _measure_columns([summary.run for summary in summaries], recall)
    theirs = RECALLS[:4] if recall else ("top1",)
    columns = [f"{key}_{kind}" for key in keys for kind in ("mean", "sd", "ci95")]
    paper = ["paper_method", *(f"{kind}_{key}" for key in theirs for kind in ("paper", "difference"))]
    rows = [_summary_row(summary, keys, theirs) for summary in summaries]
    return pd.DataFrame(rows, columns=[*_SUMMARY_COLUMNS, *columns, *paper], dtype=object)


def _measure_columns(runs: Iterable[Run], recall: bool) -> list[str]:
    """Accuracies; or R@k of the usual ranks, whether or not a run has them, and of any others that occur."""
    if not recall:
        return list(MEASURES)
    return sorted({*RECALLS, *measure_keys(runs)}, key=lambda key: int(key[2:]))


def _shared_row(run: Run, columns: Iterable[str]) -> dict[str, object]:
    row = {key: getattr(run, key) for key in columns if hasattr(run, key)}
    return row | {"pretrain_coverage": share_number(run.pretrain_coverage), "width": f"{run.width:g}"}


def _run_row(run: Run, keys: Iterable[str]) -> dict[str, object]:
    row = _shared_row(run, _RUN_COLUMNS)
    row |= {"coverage": share_number(run.coverage), "incomplete": _yes(run.incomplete)}
    return row | {key: _number(run.measures.get(key)) for key in keys}


def _summary_row(summary: Summary, keys: Iterable[str], theirs: Iterable[str]) -> dict[str, object]:
    row = _shared_row(summary.run, _SUMMARY_COLUMNS)
    row |= {"coverage": share_number(summary.coverage), "incomplete": _yes(summary.incomplete)}
    row |= {"splits": _joined(summary.splits), "seeds": _joined(summary.seeds)}
    row |= {"train_videos": span(run.train_videos for run in summary.runs)}
    row |= {"test_videos": span(run.test_videos for run in summary.runs)}
    row |= {f"{key}_mean": _number(summary.mean.get(key)) for key in keys}
    row |= {f"{key}_sd": _number(summary.spread.get(key)) for key in keys}
    row |= {f"{key}_ci95": _number(summary.interval.get(key)) for key in keys}
    row |= {"paper_method": summary.paper_method}
    row |= {f"paper_{key}": _number(summary.paper.get(key)) for key in theirs}
    return row | {f"difference_{key}": _number(summary.difference.get(key)) for key in theirs}


def _number(value: float | None) -> str:
    return "" if value is None else f"{value:.2f}"


def _joined(values: Iterable[int]) -> str:
    return " ".join(map(str, values))


def _yes(flag: bool) -> str:
    return "yes" if flag else "no"
