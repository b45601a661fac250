"""What a pre-training run wrote down of itself: one row a step."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import pandas as pd

from hico.errors import ReportError

COLUMNS = ("step", "epoch", "rate", "distance_s", "loss", "vcl", "tcl")


@dataclass(frozen=True, eq=False)
class TrainingRun:
    """`steps` has COLUMNS: rate is the learning rate, distance_s in seconds, tcl empty where it does not apply."""

    experiment: str
    seed: int
    steps: pd.DataFrame


def read_training_run(path: Path) -> TrainingRun:
    """One .../<experiment>/seed<k>/metrics.csv. Raises ReportError that names the file and what it lacks."""
    seed = re.fullmatch(r"seed(\d+)", path.parent.name)
    if seed is None:
        raise ReportError(f"{path}: the folders must be <experiment>/seed<number>, as pre-training writes them")
    try:
        steps = pd.read_csv(path)
    except FileNotFoundError as error:
        raise ReportError(f"{path}: no such file; run the pre-training stage that writes it") from error
    except (pd.errors.ParserError, pd.errors.EmptyDataError, UnicodeDecodeError) as error:
        raise ReportError(f"{path}: not readable as a table: {error}") from error
    missing = [column for column in COLUMNS if column not in steps.columns]
    if missing or steps.empty:
        fault = f"lacks {', '.join(missing)}" if missing else "has no steps"
        raise ReportError(f"{path}: {fault}; name metrics.csv files of experiments that were trained")
    return TrainingRun(path.parent.parent.name, int(seed[1]), steps.astype(dict.fromkeys(COLUMNS, float)))


def thinned(run: TrainingRun, points: int) -> pd.DataFrame:
    """Means over at most `points` equal stretches of the run, with `experiment` and `seed`."""
    steps = run.steps
    stretch = np.arange(len(steps)) * min(points, len(steps)) // len(steps)
    return steps.groupby(stretch).mean().assign(experiment=run.experiment, seed=run.seed)


def joined(runs: Iterable[TrainingRun], points: int) -> pd.DataFrame:
    """All runs, thinned, one below the other."""
    return pd.concat([thinned(run, points) for run in runs], ignore_index=True)
