"""DataLoaders whose workers are monitored: one that dies or hangs is named by the file that it was reading.

Each worker decodes with one thread. A video that cannot be read becomes a FailedSample in its batch.
"""

import logging
import multiprocessing
import signal
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from multiprocessing import forkserver, resource_tracker
from multiprocessing.process import BaseProcess
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch import Tensor
from torch.utils.data import DataLoader, Dataset, get_worker_info

from hico.config.media import Media
from hico.data.dataset import Batch, FailedSample, Sample, ViewDataset, collate
from hico.data.sampler import BatchSampler
from hico.data.videos import Videos
from hico.errors import MediaError, TrainingError
from hico.video.limits import at_most, end_with

LOG = logging.getLogger(__name__)
PREFETCH = 4
"""Batches that each worker reads ahead."""
TEST_VIDEOS = 4
"""Test videos a batch, each with all its views."""
TEST_LIMIT_S = 600.0
"""Time limit for all views of a test video."""
JOB_SIGNALS = {signal.SIGTERM, signal.SIGUSR1, signal.SIGINT}
"""Schedulers and terminals send these to every process of a job; only the training process handles them."""
CONTEXT = multiprocessing.get_context("forkserver")
Sample_co = TypeVar("Sample_co", covariant=True)


class WorkerError(TrainingError):
    """Workers ended early; `videos` has the number of each video that one was reading, and what happened."""

    def __init__(self, reason: str, videos: Mapping[int, str]) -> None:
        super().__init__(reason)
        self.videos = videos


class ClipDataset(Protocol[Sample_co]):
    """A data set of clips of videos; an item is a video's number, or has it as `video`."""

    @property
    def videos(self) -> Videos: ...

    def __getitem__(self, item: Any) -> Sample_co: ...


class MonitoredDataset(Dataset[Sample_co | FailedSample], Generic[Sample_co]):
    """A data set that gives a FailedSample for an unreadable video, and lets the parent see what a worker reads."""

    def __init__(
        self, dataset: ClipDataset[Sample_co], workers: int, limit_s: float, skipped: Mapping[int, str]
    ) -> None:
        """`limit_s` is for one item; videos in `skipped` are not read, and fail for the reason given there."""
        self.dataset, self.limit_s, self.skipped = dataset, limit_s, skipped
        # Plain numbers, because a killed worker would never release a lock: 0 is none, else the video's number + 1.
        self._reading = CONTEXT.RawArray("q", max(workers, 1))

    def __len__(self) -> int:
        return len(self.dataset.videos)

    def __getitem__(self, item: Any) -> Sample_co | FailedSample:
        video = int(getattr(item, "video", item))
        if video in self.skipped:
            return FailedSample(video, self.skipped[video])
        info = get_worker_info()
        worker = info.id if info is not None else 0
        self._reading[worker] = video + 1
        try:
            with at_most(self.limit_s, raises=info is None):
                return self.dataset[item]
        except MediaError as error:
            return FailedSample(video, str(error))
        except TimeoutError:
            return FailedSample(video, f"{self.path(video)}: {self.timeout_reason}")
        finally:
            self._reading[worker] = 0

    @property
    def timeout_reason(self) -> str:
        return f"reading it took more than {self.limit_s:g} s"

    def video_read_by(self, worker: int) -> int | None:
        """Number of the video that a worker is reading, or was reading when it died."""
        video: int = self._reading[worker] - 1
        return video if video >= 0 else None

    def path(self, video: int) -> str | None:
        return self.dataset.videos[video].path


def train_batches(dataset: ClipDataset[Sample], sampler: BatchSampler, workers: int, media: Media) -> Iterator[Batch]:
    """The batch of each step, in order; each lists the videos that failed.

    Raises WorkerError, which names the file, when a worker dies or hangs, unless `media.on_error` is drop.
    """
    for batch in iter_with_restarts(
        dataset,
        workers,
        media.time_limit_s,
        PREFETCH,
        lambda done: (sampler[number] for number in range(done, len(sampler))),
        drop=media.on_error == "drop",
        collate_fn=collate,
        pin_memory=torch.cuda.is_available(),
    ):
        yield replace(batch, source=dataset.videos)


def view_batches(dataset: ViewDataset, workers: int) -> Iterator[Tensor]:
    """(videos, views, T, H, W, 3) uint8 of all videos once, in order.

    Raises MediaError when a video cannot be read, WorkerError when a worker dies.
    """
    monitored = MonitoredDataset(dataset, workers, TEST_LIMIT_S, {})
    for batch in iter_loader(monitored, workers, PREFETCH, batch_size=TEST_VIDEOS, collate_fn=_collate_views):
        yield raise_if_failed(batch)


def _collate_views(samples: Sequence[Tensor | FailedSample]) -> Tensor | FailedSample:
    failed = next((sample for sample in samples if isinstance(sample, FailedSample)), None)
    return failed or torch.stack([sample for sample in samples if not isinstance(sample, FailedSample)])


def raise_if_failed(batch: Any) -> Any:
    """The batch itself. Raises MediaError where it is a FailedSample."""
    if isinstance(batch, FailedSample):
        raise MediaError(batch.reason)
    return batch


def iter_with_restarts(
    dataset: ClipDataset[Any],
    workers: int,
    limit_s: float,
    prefetch: int,
    items_from: Callable[[int], Iterable[Any]],
    *,
    drop: bool,
    **options: Any,
) -> Iterator[Any]:
    """The batches of items_from(batches done); with `drop`, new workers skip a video at which one died or hung.

    Raises WorkerError without `drop`, and where it is not known which video it was.
    """
    skipped: dict[int, str] = {}
    done, ended = 0, False
    while not ended:
        monitored = MonitoredDataset(dataset, workers, limit_s, skipped)
        try:
            for batch in iter_loader(monitored, workers, prefetch, batch_sampler=items_from(done), **options):
                yield batch
                done += 1
            ended = True
        except WorkerError as error:
            if not drop or not error.videos:
                raise
            LOG.warning("%s; going on without the videos named", error)
            skipped.update(error.videos)


def iter_loader(dataset: MonitoredDataset[Any], workers: int, prefetch: int, **options: Any) -> Iterator[Any]:
    """Batches of a DataLoader whose workers are killed when it ends. Raises WorkerError when one ends early."""
    loader: DataLoader[Any] = DataLoader(
        dataset,
        num_workers=workers,
        worker_init_fn=init_worker,
        multiprocessing_context=_start_forkserver() if workers else None,
        prefetch_factor=prefetch if workers else None,
        **options,
    )
    batches = iter(loader)
    # The only way to a worker's exit code.
    processes: list[BaseProcess] = getattr(batches, "_workers", [])
    try:
        yield from batches
    except RuntimeError as error:
        ended = {worker: process for worker, process in enumerate(processes) if process.exitcode not in (None, 0)}
        if not ended:
            raise
        raise _worker_error(dataset, ended) from error
    finally:
        for process in processes:
            process.kill()


def init_worker(_: int) -> None:
    """Decode with one thread, so that workers do not compete for cores, and end with the parent process."""
    torch.set_num_threads(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        end_with(parent.sentinel)


def _start_forkserver() -> Any:
    """A context whose processes import this module once, and which the signals of a job do not reach."""
    CONTEXT.set_forkserver_preload([__name__])
    before = signal.pthread_sigmask(signal.SIG_BLOCK, JOB_SIGNALS)
    try:
        resource_tracker.ensure_running()
        signal.pthread_sigmask(signal.SIG_BLOCK, JOB_SIGNALS)  # starting the tracker has unblocked some
        forkserver.ensure_running()
    finally:
        signal.pthread_sigmask(signal.SIG_SETMASK, before)
    return CONTEXT


def _worker_error(dataset: MonitoredDataset[Any], ended: dict[int, BaseProcess]) -> WorkerError:
    videos = [dataset.video_read_by(worker) for worker in ended]
    codes = [process.exitcode or 0 for process in ended.values()]
    reasons = [_describe_end(dataset, video, code) for video, code in zip(videos, codes, strict=True)]
    known = {video: reason for video, reason in zip(videos, reasons, strict=True) if video is not None}
    return WorkerError("; ".join(reasons), known)


def _describe_end(dataset: MonitoredDataset[Any], video: int | None, code: int) -> str:
    name = signal.Signals(-code).name if code < 0 else f"exit code {code}"
    if video is None:
        return f"a decoding process ended ({name}) between two files; if memory ran out, use fewer workers"
    if code == -signal.SIGALRM:
        return f"{dataset.path(video)}: {dataset.timeout_reason}"
    return f"{dataset.path(video)}: reading it ended the decoding process: {name}"
