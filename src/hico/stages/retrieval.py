"""Find for each test video its nearest training videos by cosine similarity of pre-trained features.

Writes metrics.json, predictions.parquet and provenance.json to --out-dir. Nothing is trained.
"""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from hico import provenance
from hico.config.experiments import Retrieval
from hico.data.clips import ViewClips
from hico.data.loader import view_batches
from hico.data.videos import Videos
from hico.evaluation.retrieval import neighbors, recall_at
from hico.evaluation.views import video_features
from hico.files import write_json, write_parquet
from hico.stages.command import run
from hico.stages.downstream import Downstream, arguments, measurement
from hico.training.processes import processes

KEPT = 50
"""Neighbors of each query that are written down."""


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(__doc__, argv, trains=False)
    settings = Retrieval.read(args.settings)
    with processes() as group:
        record = provenance.open_record(args, settings, seed=args.seed)
        measured = measurement("retrieval", args, settings)
        backbone = measured.backbone().to(group.device)

        def features(videos: Videos) -> Tensor:
            batches = view_batches(ViewClips(videos, settings), args.workers)
            return video_features(backbone, batches, group.device)

        similarity, found = neighbors(features(measured.test), features(measured.train), max(KEPT, *settings.ks))
        _write(measured, settings, similarity, found, args.out_dir)
        record.write(args.out_dir / "provenance.json")


def _write(measured: Downstream, settings: Retrieval, similarity: Tensor, found: Tensor, out: Path) -> None:
    gallery = torch.tensor(measured.train.label_ids)
    recalls = recall_at(settings.ks, gallery[found], torch.tensor(measured.test.label_ids))
    write_parquet(out / "predictions.parquet", _predictions(measured, similarity, found))
    write_json(out / "metrics.json", measured.facts() | {f"r@{k}": value for k, value in recalls.items()})


def _predictions(measured: Downstream, similarity: Tensor, found: Tensor) -> pd.DataFrame:
    """One row a query, its neighbors best first."""
    kept = found[:, :KEPT].numpy()
    names = np.array(measured.classes, dtype=object)
    train, test = measured.train, measured.test
    return pd.DataFrame(
        {
            "video_id": test.ids,
            "path": test.paths,
            "label": names[test.label_ids],
            "neighbors": list(np.array(train.ids, dtype=object)[kept]),
            "neighbor_paths": list(np.array(train.paths, dtype=object)[kept]),
            "neighbor_labels": list(names[train.label_ids][kept]),
            "similarity": list(similarity[:, :KEPT].numpy()),
        }
    )


if __name__ == "__main__":
    run(main)
