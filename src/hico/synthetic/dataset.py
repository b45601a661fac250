"""The whole data set as one folder: videos, clips, their official annotation files, and the ground truth.

    untrimmed/videos/Topic/v_ID.mp4           untrimmed/HACS_segments_v1.1.1.json
    clips/videos/Class/v_Class_gNN_cNN.avi    clips/ucfTrainTestlist/{classInd,trainlist01,testlist01}.txt
    scenes.parquet                            what each untrimmed video shows when

Every file has random streams of its own, so it does not matter which process makes it, or in which order.
"""

import logging
import shutil
import tempfile
from collections.abc import Iterator
from concurrent.futures import ProcessPoolExecutor
from contextlib import contextmanager
from dataclasses import dataclass
from functools import partial
from multiprocessing import get_context
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from hico import files
from hico.config.data import Synthetic
from hico.errors import ConfigError
from hico.rng import rng
from hico.synthetic import annotations, codec, scenes
from hico.synthetic.actions import ACTIONS
from hico.synthetic.render import render

LOG = logging.getLogger(__name__)

TRUTH = "scenes.parquet"
PARTS = ("untrimmed", "clips", TRUTH, ".snakemake_timestamp")
"""What may be in the folder: a data set, and the mark that Snakemake puts into folders that it made."""
CHUNK = 16
"""Files a process takes at a time."""


@dataclass(frozen=True)
class Job:
    """One video file: its place in the folder, and the numbers that its random streams come from."""

    path: str
    purpose: str
    group: int
    number: int


def make_dataset(settings: Synthetic, out_dir: Path, workers: int = 1) -> None:
    """Render the data set into `out_dir`; the folder appears when complete, in place of an older one.

    Raises ConfigError if `out_dir` holds what is no part of a data set, or `workers` is below 1.
    """
    if workers < 1:
        raise ConfigError(f"--workers: must be at least 1 (given: {workers})")
    with _replacing_folder(out_dir) as folder:
        _write_annotations(settings, folder)
        jobs = _video_jobs(settings) + _clip_jobs(settings)
        LOG.info("%d videos with %d workers into %s", len(jobs), workers, out_dir)
        for directory in {folder / job.path for job in jobs}:
            directory.parent.mkdir(parents=True, exist_ok=True)
        _run(partial(_make, settings, folder), jobs, workers)


def video_id(number: int) -> str:
    """Eleven characters, as the ids of HACS have."""
    return f"demo{number:07d}"


def script(settings: Synthetic, job: Job) -> scenes.Script:
    """What a file shows: a function of the seed and the job alone."""
    generator = rng(settings.seed, f"demo {job.purpose} script", job.group, job.number)
    if job.purpose == "untrimmed":
        return scenes.untrimmed(generator, topic_of(settings, job.number))
    return scenes.trimmed(generator, ACTIONS[job.group])


def frames(settings: Synthetic, job: Job) -> NDArray[np.uint8]:
    """What a file holds before it is encoded: (T, SIDE, SIDE, 3) uint8 RGB."""
    return render(script(settings, job), rng(settings.seed, f"demo {job.purpose} noise", job.group, job.number))


def topic_of(settings: Synthetic, number: int) -> scenes.Topic:
    """Topics take turns, so they are equally frequent."""
    topics = scenes.topics(settings.topic)
    return topics[number % len(topics)]


def _make(settings: Synthetic, folder: Path, job: Job) -> None:
    encoding = codec.UNTRIMMED if job.purpose == "untrimmed" else codec.TRIMMED
    codec.write_video(folder / job.path, frames(settings, job), encoding)


def _run(make: partial[None], jobs: list[Job], workers: int) -> None:
    if workers == 1:
        for job in jobs:
            make(job)
        return
    # Spawned, not forked: a fork would copy the caller's threads' locks.
    with ProcessPoolExecutor(workers, mp_context=get_context("spawn")) as pool:
        for _ in pool.map(make, jobs, chunksize=CHUNK):
            pass


def _video_jobs(settings: Synthetic) -> list[Job]:
    return [
        Job(f"untrimmed/videos/{topic_of(settings, number).name}/v_{video_id(number)}.mp4", "untrimmed", 0, number)
        for number in range(settings.videos)
    ]


def _clip_jobs(settings: Synthetic) -> list[Job]:
    subsets = (
        ("training", annotations.TRAINING_GROUPS, settings.train_clips),
        ("test", annotations.TEST_GROUPS, settings.test_clips),
    )
    return [
        Job(f"clips/videos/{annotations.ucf101_name(action.name, groups, number)}", purpose, label, number)
        for purpose, groups, count in subsets
        for label, action in enumerate(ACTIONS)
        for number in range(count)
    ]


def _write_annotations(settings: Synthetic, folder: Path) -> None:
    scripts = {video_id(job.number): script(settings, job) for job in _video_jobs(settings)}
    lists = folder / "clips/ucfTrainTestlist"
    files.write_json(folder / "untrimmed/HACS_segments_v1.1.1.json", annotations.hacs_segments(scripts))
    files.write_text(lists / "classInd.txt", annotations.class_index())
    files.write_text(lists / "trainlist01.txt", annotations.trainlist(settings.train_clips))
    files.write_text(lists / "testlist01.txt", annotations.testlist(settings.test_clips))
    files.write_parquet(folder / TRUTH, annotations.ground_truth(scripts))


def _refuse_foreign(folder: Path) -> None:
    """Replacing a folder removes what is in it, so it may only hold the parts of a data set."""
    if folder.exists() and not folder.is_dir():
        raise ConfigError(f"{folder}: is a file; name a folder as --out-dir")
    there = sorted(path.name for path in folder.iterdir()) if folder.exists() else []
    foreign = [name for name in there if name not in PARTS]
    if foreign:
        raise ConfigError(
            f"{folder}: holds {foreign[0]!r}, which is no part of a synthetic data set; name another --out-dir"
        )


@contextmanager
def _replacing_folder(folder: Path) -> Iterator[Path]:
    """A temporary folder beside `folder`; on success it takes its place, else it is removed."""
    _refuse_foreign(folder)
    folder.parent.mkdir(parents=True, exist_ok=True)
    temporary = Path(tempfile.mkdtemp(dir=folder.parent, prefix=f".{folder.name}."))
    try:
        yield temporary
        if folder.exists():
            shutil.rmtree(folder)
        temporary.chmod(0o755)
        temporary.replace(folder)
    finally:
        shutil.rmtree(temporary, ignore_errors=True)
