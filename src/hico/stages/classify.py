"""Train a classifier on pre-trained weights, and measure it on the test videos.

--protocol finetune trains the whole network, linear_probe the last layer alone.
Writes metrics.json, predictions.parquet, metrics.csv, dropped.csv and provenance.json to --out-dir. Rolling
checkpoints are in --out-dir/checkpoints: a run that was stopped resumes from them.
"""

import argparse
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hico import provenance
from hico.accuracy import mean_class_accuracy, topk_accuracy
from hico.config.experiments import Finetune, LinearProbe
from hico.data.dataset import Batch, LabeledDataset, ViewDataset
from hico.data.loader import train_batches, view_batches
from hico.data.sampler import ShardedBatchSampler, TrainSchedule
from hico.data.videos import Videos
from hico.evaluation import Scores, class_scores
from hico.files import hold_lock, sha256, write_csv, write_json, write_parquet
from hico.nets.model import Classifier
from hico.nets.seeding import seeded
from hico.optim import build_optimizer
from hico.stages.command import add_training_arguments, run
from hico.stages.downstream import DownstreamRun, downstream_parser, load_downstream
from hico.training.bad_videos import BadVideoPolicy
from hico.training.checkpoint import remove_checkpoints
from hico.training.classify_step import ClassifyStep, freeze_backbone
from hico.training.distributed import DistContext, init_distributed
from hico.training.trainer import TrainState, build_trainer

PROTOCOLS: dict[str, type[Finetune]] = {"finetune": Finetune, "linear_probe": LinearProbe}
COLUMNS = ["step", "epoch", "rate", "loss", "top1", "dropped"]


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = downstream_parser(__doc__)
    parser.add_argument("--protocol", choices=PROTOCOLS, required=True)
    add_training_arguments(parser)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    args = parse_arguments(argv)
    settings = PROTOCOLS[args.protocol].read(args.settings)
    with init_distributed() as dist:
        record = provenance.open_record(args, settings, seed=args.seed)
        downstream = load_downstream(args.protocol, args, settings)
        with hold_lock(args.out_dir / "checkpoints" / f"process{dist.rank}"):
            state = train(downstream, settings, dist, record)
            if dist.is_main:
                test(downstream, settings, state, dist)
                BadVideoPolicy(settings.media, downstream.train).write(args.out_dir / "dropped.csv", state.dropped)
                record.write(args.out_dir / "provenance.json", state.earlier_attempts)
                remove_checkpoints(args.out_dir / "checkpoints")


def train(
    downstream: DownstreamRun, settings: Finetune, dist: DistContext, record: provenance.Record
) -> TrainState[Classifier]:
    """Train from the newest checkpoint or from the pre-trained weights."""
    args, videos = downstream.args, downstream.train
    with seeded(args.seed):
        model = Classifier(downstream.load_backbone(), len(downstream.classes), settings.dropout)
    model = dist.prepare_model(model)
    if settings.compute.compile:
        model.compile()
    if isinstance(settings, LinearProbe):
        freeze_backbone(model, settings.batchnorm)
    state = TrainState(model, build_optimizer(model, settings.optimizer), attempt=record.attempt)
    schedule = TrainSchedule(len(videos), settings.batch_videos, settings.epochs, args.seed)
    weights = {"about": downstream.metadata, "sha256": sha256(args.weights)}
    trainer = build_trainer(args, settings, videos, schedule, dist, weights=weights)
    dataset = LabeledDataset(videos, settings, args.seed)

    def batches_from(step: int) -> Iterator[Batch]:
        sampler = ShardedBatchSampler(schedule, step, dist.rank, dist.world_size)
        return train_batches(dataset, sampler, args.workers, settings.media)

    trainer.fit(state, ClassifyStep(settings, dist), batches_from)
    return state


def test(downstream: DownstreamRun, settings: Finetune, state: TrainState[Classifier], dist: DistContext) -> None:
    """Measure the trained network on the test videos, and write the results."""
    out: Path = downstream.args.out_dir
    videos, classes = downstream.test, downstream.classes
    batches = view_batches(ViewDataset(videos, settings), downstream.args.workers)
    scores = class_scores(state.model, batches, dist.device)
    write_csv(out / "metrics.csv", pd.DataFrame(state.metrics, columns=COLUMNS))
    write_parquet(out / "predictions.parquet", predictions_table(scores, videos, classes))
    facts = downstream.describe(BadVideoPolicy(settings.media, downstream.train).kept_share(state.dropped))
    batchnorm = settings.batchnorm if isinstance(settings, LinearProbe) else "trained"
    metrics = measure_accuracies(scores, videos.label_ids, len(classes))
    write_json(out / "metrics.json", facts | {"batchnorm": batchnorm, "classes": classes} | metrics)


def measure_accuracies(scores: Scores, labels: np.ndarray, classes: int) -> dict[str, Any]:
    """Per cent, over the summed views; and top-1 of the middle view alone."""
    return {
        "top1": topk_accuracy(scores.multi_nc, labels, 1),
        "top5": topk_accuracy(scores.multi_nc, labels, 5),
        "mean_class_accuracy": mean_class_accuracy(labels, scores.multi_nc.argmax(axis=1), classes),
        "top1_single_view": topk_accuracy(scores.single_nc, labels, 1),
    }


def predictions_table(scores: Scores, videos: Videos, classes: list[str]) -> pd.DataFrame:
    """One row a test video."""
    return pd.DataFrame(
        {
            "video_id": videos.ids,
            "path": videos.paths,
            "label_id": videos.label_ids,
            "label": [classes[number] for number in videos.label_ids],
            "scores": list(scores.multi_nc),
            "predicted_id": scores.multi_nc.argmax(axis=1),
        }
    )


if __name__ == "__main__":
    run(main)
