"""What one experiment has over another, seed by seed: the mean difference and its 95 % interval, by Student's t.

Run: `python -m hico.report.differences results/NAME/tables/recognition.csv hico simclr [KEY ...]`.
All others against the first; both of a pair were trained with the same seeds, so a seed gives one difference.
"""

import argparse
import statistics
import sys
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from hico.errors import HicoError, ReportError
from hico.report.summary import half_width

COLUMNS = ["protocol", "task", "experiment", "measure", "difference", "interval", "seeds"]


def differences(table: Path, experiments: Sequence[str], measure: str) -> pd.DataFrame:
    """The first experiment less each other one, on every task that measured both: `COLUMNS`, in points.

    `interval` is half the width, NaN for one seed. Raises ReportError for a table or experiment that is not there.
    """
    seeds = _by_seed(table, measure)
    missing = sorted(set(experiments) - set(seeds.columns))
    if missing:
        raise ReportError(f"{table}: no experiment {missing[0]!r}; there are {', '.join(sorted(seeds.columns))}")
    first, *others = experiments
    rows = []
    for (protocol, task), group in seeds.groupby(level=["protocol", "task"]):
        for other in others:
            values = (group[first] - group[other]).dropna().tolist()
            if values:
                interval = half_width(values) if len(values) > 1 else float("nan")
                rows.append([protocol, task, other, measure, statistics.fmean(values), interval, len(values)])
    return pd.DataFrame(rows, columns=COLUMNS)


def _by_seed(table: Path, measure: str) -> pd.DataFrame:
    """One row a protocol, task and seed, one column an experiment: mean over splits."""
    try:
        runs = pd.read_csv(table)
        return runs.pivot_table(measure, ["protocol", "task", "seed"], "experiment")
    except FileNotFoundError as error:
        raise ReportError(f"{table}: no such file; name a table of single runs below results/") from error
    except KeyError as error:
        raise ReportError(f"{table}: has no column {error}; --measure names one of its measures") from error


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m hico.report.differences", description=__doc__)
    parser.add_argument("table", type=Path, help="recognition.csv or retrieval.csv")
    parser.add_argument("experiments", nargs="+", help="keys of two or more experiments")
    parser.add_argument("--measure", default="top1", help="column of the table")
    args = parser.parse_args(argv)
    found = differences(args.table, args.experiments, args.measure)
    sys.stdout.write(found.round(1).to_string(index=False) + "\n")


if __name__ == "__main__":
    try:
        main()
    except HicoError as error:
        sys.exit(f"error: {error}")
