"""Which classes are taken for which, over all seeds and splits of one experiment on one task.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from hico.accuracy import confusion_matrix
from hico.errors import ReportError
from hico.report import names
from hico.report.figures import confusion, style
from hico.report.runs import read_runs
from hico.report.summary import summarize
from hico.stages import figure
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    parser = figure.parser(__doc__)
    parser.add_argument("--metrics", type=Path, nargs="+", required=True, help="metrics.json of runs of one experiment")
    parser.add_argument("--predictions", type=Path, nargs="+", required=True, help="their predictions.parquet files")
    figure.add_title(parser)
    args = parser.parse_args(argv)
    summaries = summarize(read_runs(args.metrics))
    if len(summaries) != 1:
        raise ReportError(f"--metrics: runs of {len(summaries)} experiments or tasks; name those of one")
    measured = summaries[0].run
    rows = pd.concat([_predictions(path) for path in args.predictions])
    matrix = confusion_matrix(rows.label_id.to_numpy(), rows.predicted_id.to_numpy(), len(measured.classes))
    protocol = names.protocol(measured.protocol, measured.batchnorm)
    title = f"{args.title or measured.title}, {protocol} on {measured.dataset}"
    style.write(args.out, lambda: confusion.draw(title, matrix, measured.classes))


def _predictions(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path, columns=["label_id", "predicted_id"])
    except (OSError, ValueError) as error:
        raise ReportError(f"{path}: not predictions of a classification run ({error}); run its stage") from error


if __name__ == "__main__":
    run(main)
