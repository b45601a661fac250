"""Pre-train a network on the clips of untrimmed videos (SimCLR baseline or HiCo).

Writes weights.safetensors, metrics.csv, dropped.csv, speed.csv, topics.npz, settings.json and provenance.json
to --out-dir. Rolling checkpoints are in --out-dir/checkpoints: a run that was stopped resumes from them.
Method random trains nothing: it only sets the statistics of BatchNorm from one epoch.
"""

import argparse
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import torch
from torch import Tensor

from hico import provenance
from hico.config.experiments import Pretrain
from hico.data.checks import check_clip_length
from hico.data.dataset import Batch, PretrainDataset
from hico.data.loader import train_batches
from hico.data.sampler import BatchSampler, SampleSpec, ShardedBatchSampler, TrainSchedule
from hico.data.videos import Videos, coverage_share, usable_videos
from hico.files import hold_lock, replacing, write_csv, write_json
from hico.nets.model import PretrainModel, build_pretrain_model
from hico.nets.weights import save
from hico.optim import build_optimizer
from hico.rng import rng
from hico.stages.command import add_training_arguments, count, run
from hico.training.bad_videos import BadVideoPolicy
from hico.training.checkpoint import remove_checkpoints
from hico.training.distributed import DistContext, init_distributed
from hico.training.pretrain_step import PretrainStep, predict_topics, recalibrate_batchnorm
from hico.training.trainer import TrainState, build_trainer

COLUMNS = ["step", "epoch", "rate", "distance_s", "loss", "vcl", "tcl", "dropped"]
TOPIC_VIDEOS = 12
"""Videos whose topic map is kept."""
TopicMaps = dict[str, tuple[Tensor, Tensor]]
"""Prediction and truth, `first` before training and `last` after it; empty without a topical loss."""


def parse_arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiment", required=True, help="its key in the configuration")
    parser.add_argument("--settings", required=True, help="section `pretrain.<experiment>`: JSON, or a YAML file")
    parser.add_argument("--seed", type=count, required=True)
    parser.add_argument("--manifest", type=Path, required=True, help="manifest.parquet of the data set")
    parser.add_argument("--index", type=Path, required=True, help="index.parquet of the data set")
    parser.add_argument("--coverage", type=Path, required=True, help="coverage.csv of the data set")
    parser.add_argument("--data-title", default="", help="name of the data set in tables")
    parser.add_argument("--out-dir", type=Path, required=True)
    parser.add_argument("--workers", type=count, default=1, help="decoding processes; cannot change the result")
    add_training_arguments(parser)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    args = parse_arguments(argv)
    settings = Pretrain.read(args.settings)
    with init_distributed() as dist:
        record = provenance.open_record(args, settings, seed=args.seed)
        experiment = load_experiment(args, settings, dist)
        with hold_lock(args.out_dir / "checkpoints" / f"process{dist.rank}"):
            state = train(experiment, record) if settings.trains else recalibrate(experiment)
            if dist.is_main:
                write_json(args.out_dir / "settings.json", settings.model_dump(mode="json"))
                record.write(args.out_dir / "provenance.json", state.earlier_attempts)
                remove_checkpoints(args.out_dir / "checkpoints")


@dataclass(frozen=True)
class Experiment:
    """Arguments and settings of a run, and the videos that it trains on."""

    args: argparse.Namespace
    settings: Pretrain
    videos: Videos
    coverage: float
    """Usable share of the videos that the data set lists."""
    dist: DistContext

    @property
    def schedule(self) -> TrainSchedule:
        """All steps; a network that is not trained sees every video once."""
        epochs = self.settings.epochs if self.settings.trains else 1
        global_batch_videos = self.settings.batch_videos * self.dist.world_size
        return TrainSchedule(len(self.videos), global_batch_videos, epochs, self.args.seed)

    @property
    def bad_videos(self) -> BadVideoPolicy:
        return BadVideoPolicy(self.settings.media, self.videos)

    def batches_from(self, step: int) -> Iterator[Batch]:
        """The batches of this process from `step` on."""
        return self.load(ShardedBatchSampler(self.schedule, step, self.dist.rank, self.dist.world_size))

    def load(self, sampler: BatchSampler) -> Iterator[Batch]:
        dataset = PretrainDataset(self.videos, self.settings, self.args.seed)
        return train_batches(dataset, sampler, self.args.workers, self.settings.media)


def load_experiment(args: argparse.Namespace, settings: Pretrain, dist: DistContext) -> Experiment:
    """Raises TrainingError when no video is usable, ConfigError when all are shorter than a clip."""
    videos = usable_videos(args.manifest, args.index, settings.subset)
    check_clip_length(settings.clip, videos, f"pretrain.{args.experiment}")
    return Experiment(args, settings, videos, coverage_share(args.coverage, settings.subset), dist)


def train(experiment: Experiment, record: provenance.Record) -> TrainState[PretrainModel]:
    """Train from the newest checkpoint or the start, and write the results."""
    args, settings, dist = experiment.args, experiment.settings, experiment.dist
    schedule = experiment.schedule
    model = build_pretrain_model(settings, args.seed)
    topic_batch = load_topic_batch(experiment) if model.topical_predictor is not None else None
    maps = {} if topic_batch is None else {"first": predict_topics(model, topic_batch, torch.device("cpu"))}
    model = dist.prepare_model(model)
    if settings.compute.compile:
        model.compile()
    state = TrainState(model, build_optimizer(model, settings.optimizer), attempt=record.attempt)
    trainer = build_trainer(args, settings, experiment.videos, schedule, dist)
    trainer.fit(state, PretrainStep(settings, dist, schedule.total_steps), experiment.batches_from)
    # On every process: synchronized BatchNorm waits for all of them.
    maps |= {} if topic_batch is None else {"last": predict_topics(model, topic_batch, dist.device)}
    if dist.is_main:
        write_results(experiment, state, maps)
    return state


def recalibrate(experiment: Experiment) -> TrainState[PretrainModel]:
    """Set the BatchNorm statistics of an untrained network from one epoch, and write the results."""
    settings, dist = experiment.settings, experiment.dist
    model = build_pretrain_model(settings, experiment.args.seed)
    state = TrainState(model, build_optimizer(model, settings.optimizer))
    batches = (
        experiment.bad_videos.apply(batch, step, state.dropped, dist)
        for step, batch in enumerate(experiment.batches_from(0), 1)
    )
    recalibrate_batchnorm(dist.prepare_model(model), batches, dist.device)
    if dist.is_main:
        write_results(experiment, state, {})
    return state


def load_topic_batch(experiment: Experiment) -> Batch:
    """A fixed batch, drawn as at the end of training, for topic maps before and after it."""
    chosen = rng(experiment.args.seed, "topics").permutation(len(experiment.videos))[:TOPIC_VIDEOS]
    samples = [SampleSpec(experiment.settings.epochs, int(video), 1.0) for video in chosen]
    (batch,) = experiment.load([samples])
    return experiment.bad_videos.apply(batch, 0, [], experiment.dist)


def write_results(experiment: Experiment, state: TrainState[PretrainModel], maps: TopicMaps) -> None:
    out: Path = experiment.args.out_dir
    write_csv(out / "metrics.csv", pd.DataFrame(state.metrics, columns=COLUMNS))
    experiment.bad_videos.write(out / "dropped.csv", state.dropped)
    state.throughput.write(out / "speed.csv")
    write_topics(out / "topics.npz", state.step, maps)
    write_weights(out / "weights.safetensors", experiment, state)


def write_topics(path: Path, step: int, maps: TopicMaps) -> None:
    arrays: dict[str, Any] = {"step": np.int64(step)}
    for name, (predicted, same_video) in maps.items():
        arrays |= {f"{name}_predicted": predicted.numpy(), f"{name}_same_video": same_video.numpy()}
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, **arrays)


def write_weights(path: Path, experiment: Experiment, state: TrainState[PretrainModel]) -> None:
    args, settings = experiment.args, experiment.settings
    trained_on = {
        "dataset": args.data_title or settings.data,
        "videos": len(experiment.videos),
        "coverage": experiment.coverage * experiment.bad_videos.kept_share(state.dropped),
        "batch_videos": experiment.schedule.global_batch_videos,
    }
    metadata = {
        "experiment": args.experiment,
        "seed": args.seed,
        "settings": settings.model_dump(mode="json"),
        "trained_on": trained_on if settings.trains else dict.fromkeys(trained_on) | {"dataset": ""},
    }
    save(path, state.model.state_dict(), metadata)


if __name__ == "__main__":
    run(main)
