"""Retrieval sheet: test videos and their nearest training videos, right and wrong marked.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence
from pathlib import Path

import pandas as pd
import pyarrow.parquet as pq

from hico.errors import ReportError
from hico.report.figures import neighbors, style
from hico.report.runs import read_run
from hico.stages import figure
from hico.stages.command import run
from hico.video.record import Video


def main(argv: Sequence[str] | None = None) -> None:
    parser = figure.parser(__doc__)
    parser.add_argument("--metrics", type=Path, required=True, help="metrics.json of one retrieval run")
    parser.add_argument("--predictions", type=Path, required=True, help="predictions.parquet of the same run")
    parser.add_argument("--index", type=Path, required=True, help="index.parquet of its data set")
    figure.add_title(parser)
    args = parser.parse_args(argv)
    measured = read_run(args.metrics)
    rows = neighbors.choose(_predictions(args.predictions))
    queries = neighbors.load(rows, _videos(args.index, neighbors.video_ids(rows)))
    style.write(args.out, lambda: neighbors.draw(f"{args.title or measured.title} on {measured.dataset}", queries))


def _predictions(path: Path) -> pd.DataFrame:
    try:
        return pd.read_parquet(path, columns=["video_id", "label", "neighbors", "neighbor_labels"])
    except (OSError, ValueError) as error:
        raise ReportError(f"{path}: not predictions of a retrieval run ({error}); run the retrieval stage") from error


def _videos(path: Path, video_ids: Sequence[str]) -> dict[str, Video]:
    try:
        rows = pq.read_table(path, filters=[("video_id", "in", list(video_ids))]).to_pylist()
    except (OSError, ValueError) as error:
        raise ReportError(f"{path}: not readable as an index ({error}); run the index stage") from error
    return {row["video_id"]: Video.from_row(row) for row in rows}


if __name__ == "__main__":
    run(main)
