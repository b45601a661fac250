"""Loaders: workers decode, one thread each; the step only ever waits for whole batches."""

import logging
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from multiprocessing import forkserver, resource_tracker
from multiprocessing.process import BaseProcess
from typing import Any

import torch
from torch import Tensor
from torch.utils.data import DataLoader

from hico.config.media import Media
from hico.data.clips import Batch, Lost, Sample, ViewClips, collate
from hico.data.order import Steps
from hico.data.watched import CONTEXT, Clips, Watched, begin
from hico.errors import MediaError, TrainingError

LOG = logging.getLogger(__name__)
PREFETCH = 4
"""Batches that each worker has ready."""
TEST_VIDEOS = 4
"""Test videos a batch, each with all its views."""
TEST_LIMIT_S = 600.0
"""Most time that all views of a test video may take."""
OUTSIDE = {signal.SIGTERM, signal.SIGUSR1, signal.SIGINT}
"""What schedulers and terminals send to every process of a job; only the one that trains answers."""


class WorkerError(TrainingError):
    """Workers ended; `videos` has those that they were reading, and what reading each did."""

    def __init__(self, reason: str, videos: Mapping[int, str]) -> None:
        super().__init__(reason)
        self.videos = videos


def train_batches(clips: Clips[Sample], steps: Steps, workers: int, media: Media) -> Iterator[Batch]:
    """The batch of each step, in order; each names the videos that it lost.

    Raises WorkerError, which names the file, when a worker dies or hangs, unless `media` says drop.
    """
    for batch in enduring(
        clips,
        workers,
        media.time_limit_s,
        PREFETCH,
        lambda done: (steps[number] for number in range(done, len(steps))),
        drop=media.on_error == "drop",
        collate_fn=collate,
        pin_memory=torch.cuda.is_available(),
    ):
        yield replace(batch, source=clips.videos)


def enduring(
    clips: Clips[Any],
    workers: int,
    limit_s: float,
    prefetch: int,
    turns: Callable[[int], Iterable[Any]],
    *,
    drop: bool,
    **options: Any,
) -> Iterator[Any]:
    """The batches of `turns(done)`; with `drop`, videos at which a worker dies or hangs are lost from there on.

    Raises WorkerError where none is known, and without `drop`.
    """
    skipped: dict[int, str] = {}
    done, ended = 0, False
    while not ended:
        watched = Watched(clips, workers, limit_s, skipped)
        try:
            for batch in loaded(watched, workers, prefetch, batch_sampler=turns(done), **options):
                yield batch
                done += 1
            ended = True
        except WorkerError as error:
            if not drop or not error.videos:
                raise
            LOG.warning("%s; going on without the videos named", error)
            skipped.update(error.videos)


def view_batches(clips: ViewClips, workers: int) -> Iterator[Tensor]:
    """(videos, views, T, H, W, 3) uint8 of all videos once, in order. Raises MediaError when one cannot be read,
    WorkerError.
    """
    watched = Watched(clips, workers, TEST_LIMIT_S, {})
    for batch in loaded(watched, workers, PREFETCH, batch_size=TEST_VIDEOS, collate_fn=_views):
        yield whole(batch)


def _views(samples: Sequence[Tensor | Lost]) -> Tensor | Lost:
    lost = next((sample for sample in samples if isinstance(sample, Lost)), None)
    return lost or torch.stack([sample for sample in samples if not isinstance(sample, Lost)])


def whole(batch: Any) -> Any:
    """The batch itself. Raises MediaError where a video was lost."""
    if isinstance(batch, Lost):
        raise MediaError(batch.reason)
    return batch


def loaded(clips: Watched[Any], workers: int, prefetch: int, **options: Any) -> Iterator[Any]:
    """Batches of a DataLoader; its workers never outlive this. Raises WorkerError when one ends before its time."""
    loader: DataLoader[Any] = DataLoader(
        clips,
        num_workers=workers,
        worker_init_fn=begin,
        multiprocessing_context=_context() if workers else None,
        prefetch_factor=prefetch if workers else None,
        **options,
    )
    batches = iter(loader)
    # The only way to a worker's exit code.
    processes: list[BaseProcess] = getattr(batches, "_workers", [])
    try:
        yield from batches
    except RuntimeError as error:
        ended = {place: process for place, process in enumerate(processes) if process.exitcode not in (None, 0)}
        if not ended:
            raise
        raise _worker_error(clips, ended) from error
    finally:
        for process in processes:
            process.kill()


def _worker_error(clips: Watched[Any], ended: dict[int, BaseProcess]) -> WorkerError:
    videos = [clips.read_by(place) for place in ended]
    reasons = [_reason(clips, video, ended[place].exitcode or 0) for place, video in zip(ended, videos, strict=True)]
    known = {video: reason for video, reason in zip(videos, reasons, strict=True) if video is not None}
    return WorkerError("; ".join(reasons), known)


def _reason(clips: Watched[Any], video: int | None, code: int) -> str:
    if video is None:
        return f"a decoding process ended ({_end(code)}) between two files; if memory ran out, use fewer workers"
    late = code == -signal.SIGALRM
    return f"{clips.path(video)}: {clips.late if late else f'reading it ended the decoding process: {_end(code)}'}"


def _end(code: int) -> str:
    return signal.Signals(-code).name if code < 0 else f"exit code {code}"


def _context() -> Any:
    """Processes that import what they need once, and that signals from outside do not reach."""
    CONTEXT.set_forkserver_preload(["hico.data.watched"])
    before = signal.pthread_sigmask(signal.SIG_BLOCK, OUTSIDE)
    try:
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, OUTSIDE)  # starting the tracker has unblocked some
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return CONTEXT
