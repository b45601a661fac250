"""Loaders: workers decode, one thread each; the step only ever waits for whole batches."""

from collections.abc import Iterator

import torch
from torch.utils.data import DataLoader, Dataset

from hico.data.clips import Batch, Sample, ViewBatch, ViewClips, collate, collate_views
from hico.data.order import Turns

PREFETCH = 4
"""Batches that each worker has ready."""


def one_thread(_: int) -> None:
    """A worker decodes with one thread, so that workers do not fight over cores."""
    torch.set_num_threads(1)


def train_batches(clips: Dataset[Sample], turns: Turns, workers: int) -> Iterator[Batch]:
    """This process's batches, in order, from where `turns` starts."""
    return iter(
        DataLoader(
            clips,
            batch_sampler=turns,
            collate_fn=collate,
            num_workers=workers,
            worker_init_fn=one_thread,
            multiprocessing_context="forkserver" if workers else None,
            prefetch_factor=PREFETCH if workers else None,
            pin_memory=torch.cuda.is_available(),
        )
    )


def view_batches(clips: ViewClips, batch_videos: int, workers: int) -> Iterator[ViewBatch]:
    """All videos once, in order."""
    return iter(
        DataLoader(
            clips,
            batch_size=batch_videos,
            collate_fn=collate_views,
            num_workers=workers,
            worker_init_fn=one_thread,
            multiprocessing_context="forkserver" if workers else None,
            prefetch_factor=PREFETCH if workers else None,
        )
    )
