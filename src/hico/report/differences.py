"""What one experiment has over another, seed by seed: the mean difference and its 95 % interval, by Student's t.

Run: `python -m hico.report.differences results/NAME/tables/recognition.csv hico:simclr hico:vcl-gs,vcl-tcl:vcl`.
Both of a pair were trained with the same seeds, so a seed gives one difference; pairs joined by commas are averaged.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from hico.errors import HicoError, ReportError
from hico.report.names import MEASURES
from hico.report.summary import half_width

COLUMNS = ["protocol", "task", "comparison", "measure", "difference", "interval", "seeds"]


def differences(table: Path, comparisons: Sequence[str], measure: str) -> pd.DataFrame:
    """The first of each pair less the second, on every task that measured both: `COLUMNS`, in points.

    `interval` is half the width, NaN for one seed. Raises ReportError for what is not there, or is no pair.
    """
    rows = []
    for (protocol, task), seeds in _by_seed(table, measure).groupby(level=["protocol", "task"]):
        for comparison in comparisons:
            pairs = [seeds[first] - seeds[other] for first, other in _pairs(comparison, seeds, table)]
            values = pd.concat(pairs, axis=1).mean(axis=1, skipna=False).dropna().tolist()
            if values:
                interval = half_width(values) if len(values) > 1 else float("nan")
                rows.append([protocol, task, comparison, measure, statistics.fmean(values), interval, len(values)])
    return pd.DataFrame(rows, columns=COLUMNS)


def _pairs(comparison: str, seeds: pd.DataFrame, table: Path) -> list[tuple[str, str]]:
    found = []
    for pair in comparison.split(","):
        first, colon, other = pair.partition(":")
        if not colon:
            raise ReportError(f"{comparison}: write what is compared as hico:simclr")
        for experiment in (first, other):
            if experiment not in seeds.columns:
                raise ReportError(
                    f"{table}: no experiment {experiment!r}; there are {', '.join(sorted(seeds.columns))}"
                )
        found.append((first, other))
    return found


def _by_seed(table: Path, measure: str) -> pd.DataFrame:
    """One row a protocol, task and seed, one column an experiment: mean over splits."""
    try:
        return pd.read_csv(table).pivot_table(measure, ["protocol", "task", "seed"], "experiment")
    except FileNotFoundError as error:
        raise ReportError(f"{table}: no such file; name a table of single runs below results/") from error
    except KeyError as error:
        columns = [column for column in pd.read_csv(table, nrows=0).columns if column in MEASURES or "@" in column]
        raise ReportError(f"{table}: has no column {error}; --measure: {', '.join(columns)}") from error


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m hico.report.differences", description=__doc__)
    parser.add_argument("table", type=Path, help="recognition.csv or retrieval.csv")
    parser.add_argument("comparisons", nargs="+", help="FIRST:OTHER[,FIRST:OTHER ...], keys of experiments")
    parser.add_argument("--measure", default="top1", help="column of the table")
    args = parser.parse_args(argv)
    found = differences(args.table, args.comparisons, args.measure)
    sys.stdout.write(found.round(1).to_string(index=False) + "\n")


if __name__ == "__main__":
    try:
        main()
    except HicoError as error:
        sys.exit(f"error: {error}")
