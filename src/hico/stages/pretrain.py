"""Pre-train a network on the clips of untrimmed videos (SimCLR baseline or HiCo).

Writes weights.safetensors, metrics.csv, dropped.csv, speed.csv, topics.npz, settings.json and provenance.json
to --out-dir. Rolling checkpoints stand in --out-dir/checkpoints: a run that was stopped goes on from them.
Method random trains nothing: it only gathers the statistics of BatchNorm over one epoch.
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
from hico.data.clips import Batch, PretrainClips
from hico.data.fitting import refuse_long_clip
from hico.data.loader import train_batches
from hico.data.order import Plan, Steps, Turn, Turns
from hico.data.videos import Videos, coverage_share, usable_videos
from hico.files import replacing, write_csv, write_json
from hico.nets.model import PretrainModel, build_pretrain_model
from hico.nets.weights import save
from hico.optim import build_optimizer
from hico.rng import rng
from hico.stages.command import count, run
from hico.stages.training import add_arguments, run_of
from hico.training.batchnorm import gather_statistics
from hico.training.checkpoint import clear
from hico.training.dropping import Dropping
from hico.training.lock import locked
from hico.training.log import Speed
from hico.training.loop import State, fit
from hico.training.pretraining import PretrainStep, topic_map
from hico.training.processes import Processes, processes

COLUMNS = ["step", "epoch", "rate", "distance_s", "loss", "vcl", "tcl", "dropped"]
TOPIC_VIDEOS = 12
"""Videos of the batch whose topic map is kept."""
TopicMaps = dict[str, tuple[Tensor, Tensor]]
"""Prediction and truth, `first` before training and `last` after it; empty without a topical loss."""


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
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
    add_arguments(parser)
    return parser.parse_args(argv)


@dataclass(frozen=True)
class Experiment:
    """What the command line asks for, the videos that are there, and this process's place."""

    args: argparse.Namespace
    settings: Pretrain
    videos: Videos
    coverage: float
    """Usable share of the videos that are listed."""
    group: Processes

    @property
    def plan(self) -> Plan:
        """All steps; a network that is not trained sees every video once."""
        epochs = self.settings.epochs if self.settings.trains else 1
        return Plan(len(self.videos), self.settings.batch_videos * self.group.world, epochs, self.args.seed)

    @property
    def dropping(self) -> Dropping:
        return Dropping(self.settings.media, self.videos)

    def batches(self, start: int) -> Iterator[Batch]:
        """This process's batches from step `start` on."""
        return self.of_steps(Turns(self.plan, start, self.group.rank, self.group.world))

    def of_steps(self, steps: Steps) -> Iterator[Batch]:
        clips = PretrainClips(self.videos, self.settings, self.args.seed)
        return train_batches(clips, steps, self.args.workers, self.settings.media)


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    settings = Pretrain.read(args.settings)
    with processes() as group:
        record = provenance.open_record(args, settings, seed=args.seed)
        experiment = _experiment(args, settings, group)
        with locked(args.out_dir / "checkpoints" / f"process{group.rank}"):
            state = _train(experiment, record) if settings.trains else _gather(experiment)
            if group.main:
                write_json(args.out_dir / "settings.json", settings.model_dump(mode="json"))
                record.write(args.out_dir / "provenance.json", state.earlier)
                clear(args.out_dir / "checkpoints")


def _experiment(args: argparse.Namespace, settings: Pretrain, group: Processes) -> Experiment:
    videos = usable_videos(args.manifest, args.index, settings.subset)
    refuse_long_clip(settings.clip, videos, f"pretrain.{args.experiment}")
    return Experiment(args, settings, videos, coverage_share(args.coverage, settings.subset), group)


def _gather(experiment: Experiment) -> State[PretrainModel]:
    """An untrained network with the statistics of one epoch."""
    settings, group = experiment.settings, experiment.group
    model = build_pretrain_model(settings, experiment.args.seed)
    state = State(model, build_optimizer(model, settings.optimizer))
    read = enumerate(experiment.batches(0), 1)
    seen = (experiment.dropping.settled(batch, step, state.dropped, group) for step, batch in read)
    gather_statistics(group.place(model), seen, group.device)
    if group.main:
        _write(experiment, state, Speed(), {})
    return state


def _train(experiment: Experiment, record: provenance.Record) -> State[PretrainModel]:
    args, settings, group, plan = experiment.args, experiment.settings, experiment.group, experiment.plan
    model = build_pretrain_model(settings, args.seed)
    watched = _watched(experiment) if model.topical_predictor is not None else None
    maps = {} if watched is None else {"first": topic_map(model, watched, torch.device("cpu"))}
    model = group.place(model)
    if settings.compute.compile:
        model.compile()
    loop = run_of(args, settings, experiment.videos, plan, group)
    state = State(model, build_optimizer(model, settings.optimizer), record.attempt)
    speed = fit(state, PretrainStep(settings, group, plan.steps), experiment.batches, loop)
    # On every process: synchronized BatchNorm waits for all of them.
    maps |= {} if watched is None else {"last": topic_map(model, watched, group.device)}
    if group.main:
        _write(experiment, state, speed, maps)
    return state


def _watched(experiment: Experiment) -> Batch:
    """One fixed batch, as at the end of training, to look at before and after."""
    chosen = rng(experiment.args.seed, "topics").permutation(len(experiment.videos))[:TOPIC_VIDEOS]
    step = [Turn(experiment.settings.epochs, int(video), 1.0) for video in chosen]
    (batch,) = experiment.of_steps([step])
    return experiment.dropping.settled(batch, 0, [], experiment.group)


def _write(experiment: Experiment, state: State[PretrainModel], speed: Speed, maps: TopicMaps) -> None:
    out: Path = experiment.args.out_dir
    write_csv(out / "metrics.csv", pd.DataFrame(state.rows, columns=COLUMNS))
    experiment.dropping.write(out / "dropped.csv", state.dropped)
    speed.write(out / "speed.csv")
    _write_topics(out / "topics.npz", state.step, maps)
    _write_weights(out / "weights.safetensors", experiment, state)


def _write_topics(path: Path, step: int, maps: TopicMaps) -> None:
    arrays: dict[str, Any] = {"step": np.int64(step)}
    for name, (predicted, same_video) in maps.items():
        arrays |= {f"{name}_predicted": predicted.numpy(), f"{name}_same_video": same_video.numpy()}
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, **arrays)


def _write_weights(path: Path, experiment: Experiment, state: State[PretrainModel]) -> None:
    args, settings = experiment.args, experiment.settings
    trained_on = {
        "dataset": args.data_title or settings.data,
        "videos": len(experiment.videos),
        "coverage": experiment.coverage * experiment.dropping.kept(state.dropped),
        "batch_videos": experiment.plan.batch_videos,
    }
    about = {
        "experiment": args.experiment,
        "seed": args.seed,
        "settings": settings.model_dump(mode="json"),
        "trained_on": trained_on if settings.trains else dict.fromkeys(trained_on) | {"dataset": ""},
    }
    save(path, state.model.state_dict(), about)


if __name__ == "__main__":
    run(main)
