"""Pre-train a network on the clips of untrimmed videos (SimCLR baseline or HiCo).

Writes weights.safetensors, metrics.csv, dropped.csv, speed.csv, topics.npz, settings.json and provenance.json
to --out-dir. Rolling checkpoints stand in --out-dir/checkpoints: a run that was stopped goes on from them.
Method random trains nothing: it only gathers the statistics of BatchNorm over one epoch.
"""

import argparse
from collections.abc import Callable, Iterator
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
from hico.data.order import Plan, Turn, Turns
from hico.data.videos import Videos, coverage_share, usable_videos
from hico.files import replacing, write_csv, write_json
from hico.nets.model import PretrainModel, build_pretrain_model
from hico.nets.weights import save
from hico.optim import build_optimizer
from hico.rng import rng
from hico.stages.command import count, run
from hico.stages.training import add_arguments, run_of
from hico.training.checkpoint import Checkpoints, clear, identity
from hico.training.dropping import Dropping
from hico.training.lock import locked
from hico.training.log import Speed
from hico.training.loop import State, fit
from hico.training.pretraining import PretrainStep, gather_statistics, topic_map
from hico.training.processes import Processes, processes

COLUMNS = ["step", "epoch", "rate", "distance_s", "loss", "vcl", "tcl", "dropped"]
TOPIC_VIDEOS = 12
"""Videos of the batch whose topic map is kept."""


def arguments() -> argparse.Namespace:
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
    return parser.parse_args()


@dataclass(frozen=True)
class Experiment:
    """What the command line asks for."""

    name: str
    settings: Pretrain
    seed: int
    data_title: str
    coverage: float
    videos: Videos
    batch_videos: int
    """Videos a step over all processes."""


def main() -> None:
    args = arguments()
    settings = Pretrain.read(args.settings)
    with processes() as group:
        record = provenance.open_record(args, settings, seed=args.seed)
        experiment = _experiment(args, settings, group)
        with locked(args.out_dir / "checkpoints" / f"process{group.rank}"):
            state = _run(experiment, group, args, record)
            if group.main:
                write_json(args.out_dir / "settings.json", settings.model_dump(mode="json"))
                record.write(args.out_dir / "provenance.json", state.earlier)
                clear(args.out_dir / "checkpoints")


def _experiment(args: argparse.Namespace, settings: Pretrain, group: Processes) -> Experiment:
    videos = usable_videos(args.manifest, args.index, settings.subset)
    refuse_long_clip(settings.clip, videos, f"pretrain.{args.experiment}")
    coverage = coverage_share(args.coverage, settings.subset)
    title, batch = args.data_title or settings.data, settings.batch_videos * group.world
    return Experiment(args.experiment, settings, args.seed, title, coverage, videos, batch)


def _run(
    experiment: Experiment, group: Processes, args: argparse.Namespace, record: provenance.Record
) -> State[PretrainModel]:
    settings, seed, videos = experiment.settings, experiment.seed, experiment.videos
    model = build_pretrain_model(settings, seed)
    clips = PretrainClips(videos, settings, seed)
    plan = Plan(len(videos), experiment.batch_videos, settings.epochs if settings.trains else 1, seed)

    def batches(start: int) -> Iterator[Batch]:
        return train_batches(clips, Turns(plan, start, group.rank, group.world), args.workers, settings.media)

    if settings.trains:
        return _train(experiment, model, plan, batches, group, args, record)
    state = State(model, build_optimizer(model, settings.optimizer))
    dropping = Dropping(settings.media, videos)
    seen = (dropping.settled(batch, step, state.dropped, group) for step, batch in enumerate(batches(0), 1))
    gather_statistics(group.place(model), seen, group.device)
    if group.main:
        _write(experiment, state, Speed(), None, None, args.out_dir)
    return state


def _train(
    experiment: Experiment,
    model: PretrainModel,
    plan: Plan,
    batches: Callable[[int], Iterator[Batch]],
    group: Processes,
    args: argparse.Namespace,
    record: provenance.Record,
) -> State[PretrainModel]:
    settings, seed = experiment.settings, experiment.seed
    watched = _watched(experiment, group, args.workers) if model.topical_predictor is not None else None
    first = None if watched is None else topic_map(model, watched, torch.device("cpu"))
    model = group.place(model)
    if settings.compute.compile:
        model.compile()
    checkpoints = Checkpoints(args.out_dir / "checkpoints", identity(settings, seed, experiment.videos, group.world))
    clips = plan.batch_videos * settings.clips_per_video
    loop = run_of(settings, plan, clips, experiment.videos, group, checkpoints, args)
    state = State(model, build_optimizer(model, settings.optimizer), record.attempt)
    speed = fit(state, PretrainStep(settings, group, plan.steps), batches, loop)
    # On every process: synchronised BatchNorm waits for all of them.
    last = None if watched is None else topic_map(model, watched, group.device)
    if group.main:
        _write(experiment, state, speed, first, last, args.out_dir)
    return state


def _watched(experiment: Experiment, group: Processes, workers: int) -> Batch:
    """One fixed batch, as at the end of training, to look at before and after."""
    videos, settings = experiment.videos, experiment.settings
    chosen = rng(experiment.seed, "topics").permutation(len(videos))[:TOPIC_VIDEOS]
    step = [Turn(settings.epochs, int(video), 1.0) for video in chosen]
    (batch,) = train_batches(PretrainClips(videos, settings, experiment.seed), [step], workers, settings.media)
    return Dropping(settings.media, videos).settled(batch, 0, [], group)


Map = tuple[Tensor, Tensor] | None


def _write(experiment: Experiment, state: State[PretrainModel], speed: Speed, first: Map, last: Map, out: Path) -> None:
    write_csv(out / "metrics.csv", pd.DataFrame(state.rows, columns=COLUMNS))
    Dropping(experiment.settings.media, experiment.videos).write(out / "dropped.csv", state.dropped)
    speed.write(out / "speed.csv")
    _write_topics(out / "topics.npz", state.step, first, last)
    _write_weights(experiment, state, out)


def _write_topics(path: Path, step: int, first: Map, last: Map) -> None:
    maps: dict[str, Any] = {"step": np.int64(step)}
    for name, pair in (("first", first), ("last", last)):
        if pair is not None:
            maps |= {f"{name}_predicted": pair[0].numpy(), f"{name}_same_video": pair[1].numpy()}
    with replacing(path) as temporary, temporary.open("wb") as stream:
        np.savez(stream, **maps)


def _write_weights(experiment: Experiment, state: State[PretrainModel], out: Path) -> None:
    seen = experiment.coverage * Dropping(experiment.settings.media, experiment.videos).kept(state.dropped)
    trained_on = (experiment.data_title, len(experiment.videos), seen, experiment.batch_videos)
    about = {
        "experiment": experiment.name,
        "seed": experiment.seed,
        "settings": experiment.settings.model_dump(mode="json"),
        "trained_on": dict(
            zip(
                ("dataset", "videos", "coverage", "batch_videos"),
                trained_on if experiment.settings.trains else ("", None, None, None),
                strict=True,
            )
        ),
    }
    save(out / "weights.safetensors", state.model.state_dict(), about)


if __name__ == "__main__":
    run(main)
