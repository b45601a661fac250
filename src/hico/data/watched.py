"""Reading videos under watch: which one each worker reads, how long it may take, and whether anybody waits for it."""

import multiprocessing
from collections.abc import Mapping
from typing import Any, Generic, Protocol, TypeVar

import torch
from torch.utils.data import Dataset, get_worker_info

from hico.data.clips import Lost
from hico.data.videos import Videos
from hico.errors import MediaError
from hico.video.limits import at_most, end_with

CONTEXT = multiprocessing.get_context("forkserver")
Sample_co = TypeVar("Sample_co", covariant=True)


class Clips(Protocol[Sample_co]):
    """A data set of clips of videos; an item is a video's number, or has it as `video`."""

    @property
    def videos(self) -> Videos: ...

    def __getitem__(self, item: Any) -> Sample_co: ...


class Watched(Dataset[Sample_co | Lost], Generic[Sample_co]):
    """A data set whose unreadable videos are `Lost`; the parent can see what each worker is reading."""

    def __init__(self, clips: Clips[Sample_co], workers: int, limit_s: float, skipped: Mapping[int, str]) -> None:
        """`limit_s` is for one video; those in `skipped` are not read any more, for the reasons given."""
        self.clips, self.limit_s, self.skipped = clips, limit_s, skipped
        # Numbers only, as nothing of a worker that was killed can be waited for: 0 none, else the video's number + 1.
        self._reading = CONTEXT.RawArray("q", max(workers, 1))

    def __len__(self) -> int:
        return len(self.clips.videos)

    def __getitem__(self, item: Any) -> Sample_co | Lost:
        video = int(getattr(item, "video", item))
        if video in self.skipped:
            return Lost(video, self.skipped[video])
        worker = get_worker_info()
        place = worker.id if worker is not None else 0
        self._reading[place] = video + 1
        try:
            with at_most(self.limit_s, raises=worker is None):
                return self.clips[item]
        except MediaError as error:
            return Lost(video, str(error))
        except TimeoutError:
            return Lost(video, f"{self.path(video)}: {self.late}")
        finally:
            self._reading[place] = 0

    @property
    def late(self) -> str:
        return f"reading it took more than {self.limit_s:g} s"

    def read_by(self, worker: int) -> int | None:
        """Number of the video that a worker is reading, or was when it died."""
        video: int = self._reading[worker] - 1
        return video if video >= 0 else None

    def path(self, video: int) -> str | None:
        return self.clips.videos[video].path


def begin(_: int) -> None:
    """A worker decodes with one thread, so that workers do not fight over cores, and ends with its parent."""
    torch.set_num_threads(1)
    parent = multiprocessing.parent_process()
    if parent is not None:
        end_with(parent.sentinel)
