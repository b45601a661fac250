"""Supervised training and test, shared by fine-tuning and the linear probe."""

import argparse
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from hico import provenance
from hico.config.experiments import Finetune
from hico.data.clips import Batch, LabeledClips, ViewClips
from hico.data.loader import train_batches, view_batches
from hico.data.order import Plan, Turns
from hico.data.videos import Videos
from hico.evaluation.metrics import mean_class_accuracy, topk_accuracy
from hico.evaluation.views import Scores, class_scores
from hico.files import sha256, write_csv, write_json, write_parquet
from hico.nets.model import Classifier
from hico.nets.seeding import seeded
from hico.optim import build_optimizer
from hico.stages.downstream import Downstream, measurement
from hico.stages.training import run_of
from hico.training.checkpoint import clear
from hico.training.classifying import ClassifyStep, freeze_backbone
from hico.training.dropping import Dropping
from hico.training.lock import locked
from hico.training.loop import State, fit
from hico.training.processes import Processes, processes


def classify(protocol: str, args: argparse.Namespace, settings: Finetune, batchnorm: str | None) -> None:
    """Train and test; `batchnorm` is strict or adapt for a frozen backbone, None to train it all."""
    with processes() as group:
        record = provenance.open_record(args, settings, seed=args.seed)
        run = measurement(protocol, args, settings)
        with locked(args.out_dir / "checkpoints" / f"process{group.rank}"):
            state = _train(run, settings, group, batchnorm, record)
            if group.main:
                _test(run, settings, state, group, batchnorm)
                Dropping(settings.media, run.train).write(args.out_dir / "dropped.csv", state.dropped)
                record.write(args.out_dir / "provenance.json", state.earlier)
                clear(args.out_dir / "checkpoints")


def _train(
    run: Downstream, settings: Finetune, group: Processes, batchnorm: str | None, record: provenance.Record
) -> State[Classifier]:
    args = run.args
    with seeded(args.seed):
        model = Classifier(run.backbone(), len(run.classes), settings.dropout)
    model = group.place(model)
    if settings.compute.compile:
        model.compile()
    if batchnorm is not None:
        freeze_backbone(model, batchnorm)
    plan = Plan(len(run.train), settings.batch_videos, settings.epochs, args.seed)
    weights = {"about": run.about, "sha256": sha256(args.weights)}
    loop = run_of(args, settings, run.train, plan, group, weights=weights)
    state = State(model, build_optimizer(model, settings.optimizer), record.attempt)
    clips = LabeledClips(run.train, settings, args.seed)

    def batches(start: int) -> Iterator[Batch]:
        return train_batches(clips, Turns(plan, start, group.rank, group.world), args.workers, settings.media)

    fit(state, ClassifyStep(settings, group), batches, loop)
    return state


def _test(
    run: Downstream, settings: Finetune, state: State[Classifier], group: Processes, batchnorm: str | None
) -> None:
    out: Path = run.args.out_dir
    batches = view_batches(ViewClips(run.test, run.task), run.args.workers)
    scores = class_scores(state.model, batches, group.device)
    figures = accuracies(scores, run.test.label_ids, len(run.classes))
    write_csv(
        out / "metrics.csv", pd.DataFrame(state.rows, columns=["step", "epoch", "rate", "loss", "top1", "dropped"])
    )
    write_parquet(out / "predictions.parquet", predictions(scores, run.test, run.classes))
    facts = run.facts(Dropping(settings.media, run.train).kept(state.dropped))
    write_json(out / "metrics.json", facts | {"batchnorm": batchnorm or "trained", "classes": run.classes} | figures)


def accuracies(scores: Scores, labels: np.ndarray, classes: int) -> dict[str, Any]:
    """Per cent, over the summed views; and top-1 of the middle view alone."""
    return {
        "top1": topk_accuracy(scores.multi_nc, labels, 1),
        "top5": topk_accuracy(scores.multi_nc, labels, 5),
        "mean_class_accuracy": mean_class_accuracy(labels, scores.multi_nc.argmax(axis=1), classes),
        "top1_single_view": topk_accuracy(scores.single_nc, labels, 1),
    }


def predictions(scores: Scores, videos: Videos, classes: list[str]) -> pd.DataFrame:
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
