"""A data set some of whose videos harm the process that reads them; importable in workers."""

import ctypes
import os
import signal
import time

import numpy as np
import pyarrow as pa
import torch

from hico.data.dataset import Sample
from hico.data.sampler import SampleSpec
from hico.data.videos import Videos
from hico.errors import MediaError
from hico.video.record import SCHEMA


def videos(count: int) -> Videos:
    rows = {"video_id": [f"v{n}" for n in range(count)], "path": [f"/media/{n}.mp4" for n in range(count)]}
    columns = {field.name: rows.get(field.name, pa.nulls(count, field.type)) for field in SCHEMA}
    return Videos(pa.table(columns, schema=SCHEMA), np.arange(count))


class HostileDataset:
    """Videos `bad` do `deed` when they are read."""

    def __init__(self, count: int, deed: str, *bad: int) -> None:
        self.videos, self.bad, self.deed = videos(count), bad, deed

    def __getitem__(self, spec: SampleSpec) -> Sample:
        if spec.video in self.bad:
            self._strike(spec.video)
        clips = torch.full((1, 1, 2, 2, 3), spec.video, dtype=torch.uint8)
        return Sample(clips, [], np.zeros((1, 2)), spec.video, spec.epoch)

    def _strike(self, video: int) -> None:
        match self.deed:
            case "raises":
                raise MediaError(f"/media/{video}.mp4: damaged")
            case "is killed":
                os.kill(os.getpid(), signal.SIGKILL)
            case "crashes":
                ctypes.string_at(0)
            case "hangs":  # in C, and with the interpreter's lock held
                ctypes.PyDLL(None).sleep(30)
            case "is slow":
                time.sleep(30)
