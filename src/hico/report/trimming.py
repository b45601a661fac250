"""One method pre-trained on trimmed and on untrimmed videos, side by side: the claim of the paper's abstract."""

from collections.abc import Collection, Iterator, Sequence
from typing import NamedTuple

import pandas as pd

from hico.report import names
from hico.report.cells import NOTHING, mean_and_spread, signed
from hico.report.summary import Summary
from hico.report.table import Table

_NOTE = (
    "Per cent; mean over splits, then mean ± standard deviation over seeds. Difference: untrimmed minus trimmed, in "
    "points. Experiments without a counterpart of the same method, network and input are left out."
)


class TrimmingPair(NamedTuple):
    """One method, network and task on both kinds of pre-training videos."""

    trimmed: Summary
    untrimmed: Summary

    @property
    def measure(self) -> str:
        return self.trimmed.run.main_measure

    @property
    def difference(self) -> float:
        """Untrimmed minus trimmed, in points."""
        return self.untrimmed.mean[self.measure] - self.trimmed.mean[self.measure]


def trimming_pairs(
    summaries: Sequence[Summary], trimmed: Collection[str], untrimmed: Collection[str]
) -> Iterator[TrimmingPair]:
    """Every experiment of `trimmed` with each alike of `untrimmed`, task by task, in the order of the summaries."""
    for one in summaries:
        if one.run.experiment in trimmed:
            others = (two for two in summaries if two.run.experiment in untrimmed and _kind(two) == _kind(one))
            yield from (TrimmingPair(one, two) for two in others)


def _kind(summary: Summary) -> tuple[object, ...]:
    run = summary.run
    return run.protocol, run.task, run.method, run.parts, run.backbone, run.width, run.pretrain_input


def trimming_table(pairs: Sequence[TrimmingPair]) -> Table:
    """Methods x {trimmed, untrimmed}, one row a task."""
    header = (
        "Method", "Backbone", "Task", "Input", "Measure", "Trimmed", "Untrimmed", "Difference", "Pre-training data",
    )  # fmt: skip
    numeric = frozenset({"Trimmed", "Untrimmed", "Difference"})
    rows = tuple(_row(pair) for pair in pairs)
    return Table("Trimmed and untrimmed videos", header, rows, numeric, (_NOTE,))


def _row(pair: TrimmingPair) -> tuple[str, ...]:
    run, key = pair.trimmed.run, pair.measure
    return (
        run.title,
        names.backbone(run.backbone, run.width),
        names.on_dataset(run.protocol, run.batchnorm, run.dataset),
        run.input,
        names.capitalized(names.measure(key)),
        *(mean_and_spread(one.mean[key], one.spread.get(key)) for one in pair),
        signed(pair.difference),
        " / ".join(_data(one) for one in pair),
    )


def _data(summary: Summary) -> str:
    run = summary.run
    epochs = f", {run.pretrain_epochs} epochs" if run.pretrain_epochs else ""
    return f"{run.pretrain_data or NOTHING}{epochs}"


def trimming_frame(pairs: Sequence[TrimmingPair]) -> pd.DataFrame:
    """The same as plain columns."""
    rows = [
        {
            "protocol": pair.trimmed.run.protocol,
            "task": pair.trimmed.run.task,
            "title": pair.trimmed.run.title,
            "backbone": pair.trimmed.run.backbone,
            "width": f"{pair.trimmed.run.width:g}",
            "measure": pair.measure,
            "trimmed": pair.trimmed.run.experiment,
            "untrimmed": pair.untrimmed.run.experiment,
            "trimmed_mean": f"{pair.trimmed.mean[pair.measure]:.2f}",
            "untrimmed_mean": f"{pair.untrimmed.mean[pair.measure]:.2f}",
            "difference": f"{pair.difference:.2f}",
        }
        for pair in pairs
    ]
    return pd.DataFrame(rows, columns=_COLUMNS, dtype=object)


_COLUMNS = (
    "protocol", "task", "title", "backbone", "width", "measure", "trimmed", "untrimmed", "trimmed_mean",
    "untrimmed_mean", "difference",
)  # fmt: skip
