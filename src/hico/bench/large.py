"""Large data without media: from an annotation file to a loader's first batch, in seconds and peak memory."""

import argparse
import multiprocessing
import pickle
import tempfile
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from typing import Any

import pandas as pd
import torch

from hico.annotations.manifest import parse
from hico.bench import made_up
from hico.bench.timing import Line
from hico.config.data import DataSet
from hico.config.experiments import Pretrain
from hico.config.media import Media
from hico.data.dataset import PretrainDataset
from hico.data.loader import train_batches
from hico.data.sampler import ShardedBatchSampler, TrainSchedule
from hico.data.videos import usable_videos
from hico.training.monitor import peak_memory_mb
from hico.video.table import coverage, distinct_videos, merge, require_usable, write_index

SHARDS = 32
SETTINGS = Pretrain(method="hico", data="bench", subset="training", media=Media(on_error="drop"))


def options(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--videos", type=int, nargs="+", default=[10_000, 40_000, 160_000], help="sizes to measure at")


def lines(args: argparse.Namespace) -> list[Line]:
    return [line for videos in args.videos for line in at_size(videos)]


def at_size(videos: int) -> Iterator[Line]:
    """Each stage's seconds, their sum, peak memory and the size of what workers get."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        dataset = made_up.data_set(folder, videos)
        shards = made_up.shards(folder, videos, SHARDS)
        # In a process of its own, so that peak memory is neither the generator's nor that of another size.
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as own:
            figures = own.submit(measured, dataset, shards, folder).result()
    for stage, (value, unit) in figures.items():
        yield Line(f"{videos:,} videos, {stage}", value, unit, None, 1, 0.0)


def measured(dataset: DataSet, shards: list[Path], folder: Path) -> dict[str, tuple[float, str]]:
    """(value, unit) by stage."""
    torch.set_num_threads(1)
    figures: dict[str, tuple[float, str]] = {}

    def timed(stage: str, work: Callable[[], Any]) -> Any:
        begun = time.perf_counter()
        result = work()
        figures[stage] = (time.perf_counter() - begun, "s")
        return result

    manifest, index = folder / "manifest.parquet", folder / "index.parquet"
    timed("annotations to manifest", lambda: parse("bench", dataset).to_parquet(manifest, index=False))
    timed("shards to index", lambda: join(manifest, shards, index))
    videos = timed("usable videos", lambda: usable_videos(manifest, index, SETTINGS.subset))
    dataset_of_clips = PretrainDataset(videos, SETTINGS, 0)
    timed("sampler to first batch", lambda: first_batch(dataset_of_clips, workers=0))
    timed("the same in a worker", lambda: first_batch(dataset_of_clips, workers=1))
    figures["all of these"] = (sum(seconds for seconds, _ in figures.values()), "s")
    figures["peak memory"] = (peak_memory_mb(), "MB")
    figures["index, on disk"] = (index.stat().st_size / 2**20, "MB")
    figures["shared by all workers"] = (len(pickle.dumps(dataset_of_clips)) / 2**20, "MB")
    return figures


def join(manifest: Path, shards: list[Path], index: Path) -> None:
    """What the index stage does."""
    listed = pd.read_parquet(manifest, columns=["dataset", "split", "subset", "video_id", "path"])
    distinct_videos(listed)
    table = merge(listed, shards)
    require_usable(table, 0.05)
    coverage(listed, table)
    write_index(index, table)


def first_batch(dataset: PretrainDataset, workers: int) -> None:
    """From a sampler to a batch; its files have no bytes, so every video of it fails."""
    schedule = TrainSchedule(len(dataset.videos), SETTINGS.batch_videos, 1, 0)
    batch = next(train_batches(dataset, ShardedBatchSampler(schedule), workers, SETTINGS.media))
    assert len(batch.failed) == schedule.global_batch_videos
