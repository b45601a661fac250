"""The command line of the stages that read measured runs: any number of metrics.json files."""

import argparse
from pathlib import Path

from hico.errors import ReportError
from hico.report.runs import Run, read_runs


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--metrics", type=Path, nargs="*", default=[], help="metrics.json files of downstream runs")
    parser.add_argument("--metrics-list", type=Path, help="text file that names more of them, one a line")


def runs(args: argparse.Namespace) -> list[Run]:
    """All runs that the command line names, sorted. Raises ReportError."""
    return read_runs([*args.metrics, *_listed(args.metrics_list)])


def _listed(path: Path | None) -> list[Path]:
    """Relative names count from the working directory, as on the command line."""
    if path is None:
        return []
    try:
        return [Path(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    except FileNotFoundError as error:
        raise ReportError(f"{path}: no such file; --metrics-list names a text file of metrics.json paths") from error
