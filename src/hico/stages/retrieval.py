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
from hico.data.dataset import ViewDataset
from hico.data.loader import view_batches
from hico.data.videos import Videos
from hico.evaluation import nearest_neighbors, recall_at, video_features
from hico.files import write_json, write_parquet
from hico.stages.command import run
from hico.stages.downstream import DownstreamRun, downstream_parser, load_downstream
from hico.training.distributed import init_distributed

KEPT_NEIGHBORS = 50
"""Neighbors of each query that predictions.parquet lists."""


def main(argv: Sequence[str] | None = None) -> None:
    args = downstream_parser(__doc__).parse_args(argv)
    settings = Retrieval.read(args.settings)
    with init_distributed() as dist:
        record = provenance.open_record(args, settings, seed=args.seed)
        downstream = load_downstream("retrieval", args, settings)
        backbone = downstream.load_backbone().to(dist.device)

        def features(videos: Videos) -> Tensor:
            batches = view_batches(ViewDataset(videos, settings), args.workers)
            return video_features(backbone, batches, dist.device)

        queries, gallery = features(downstream.test), features(downstream.train)
        similarity, found = nearest_neighbors(queries, gallery, max(KEPT_NEIGHBORS, *settings.ks))
        write_results(downstream, settings, similarity, found, args.out_dir)
        record.write(args.out_dir / "provenance.json")


def write_results(downstream: DownstreamRun, settings: Retrieval, similarity: Tensor, found: Tensor, out: Path) -> None:
    gallery_labels = torch.tensor(downstream.train.label_ids)
    recalls = recall_at(settings.ks, gallery_labels[found], torch.tensor(downstream.test.label_ids))
    write_parquet(out / "predictions.parquet", predictions_table(downstream, similarity, found))
    write_json(out / "metrics.json", downstream.describe() | {f"r@{k}": value for k, value in recalls.items()})


def predictions_table(downstream: DownstreamRun, similarity: Tensor, found: Tensor) -> pd.DataFrame:
    """One row a query, its neighbors best first."""
    kept = found[:, :KEPT_NEIGHBORS].numpy()
    names = np.array(downstream.classes, dtype=object)
    train, test = downstream.train, downstream.test
    return pd.DataFrame(
        {
            "video_id": test.ids,
            "path": test.paths,
            "label": names[test.label_ids],
            "neighbors": list(np.array(train.ids, dtype=object)[kept]),
            "neighbor_paths": list(np.array(train.paths, dtype=object)[kept]),
            "neighbor_labels": list(names[train.label_ids][kept]),
            "similarity": list(similarity[:, :KEPT_NEIGHBORS].numpy()),
        }
    )


if __name__ == "__main__":
    run(main)
