"""What a sample draws: anew for every epoch, video and seed, and the same again for the same three."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from hico.config.experiments import Finetune, Pretrain
from hico.data import dataset
from hico.data.dataset import LabeledDataset, PretrainDataset
from hico.data.sampler import SampleSpec
from hico.data.videos import Videos
from hico.video.record import OK, Video
from hico.video.table import to_table

LONG = {"frames": 3000, "fps": 30.0, "duration_s": 100.0, "width": 340, "height": 256, "pts_step": 1}
Drawn = tuple[list[list[int]], list[Any]]


@pytest.fixture
def drawn(monkeypatch: pytest.MonkeyPatch) -> Callable[..., Drawn]:
    """Frame numbers and augmentation of one sample; no file is opened."""
    videos = Videos(to_table([Video(name, name, OK, **LONG) for name in "ab"]), np.array([0, 1]))
    asked: list[list[int]] = []

    def crops(_: Video, frames: list[np.ndarray], *__: Any) -> np.ndarray:
        asked[:] = [numbers.tolist() for numbers in frames]
        return np.zeros(1)

    monkeypatch.setattr(dataset, "read_crops", crops)

    def draw(kind: str, epoch: int = 0, video: int = 0, seed: int = 0) -> Drawn:
        if kind == "labeled":
            data: Any = LabeledDataset(videos, Finetune(data="any"), seed)
        else:
            data = PretrainDataset(videos, Pretrain.check({"method": kind, "data": "any"}, "test"), seed)
        sample = data[SampleSpec(epoch, video, 0.5)]
        return list(asked), sample.augment

    return draw


@pytest.mark.parametrize("kind", ["hico", "simclr", "labeled"])
def test_samples_are_drawn_anew(drawn: Callable[..., Drawn], kind: str) -> None:
    first = drawn(kind)
    assert drawn(kind) == first
    for other in ({"epoch": 1}, {"video": 1}, {"seed": 1}):
        frames, augment = drawn(kind, **other)
        assert frames != first[0]
        assert augment != first[1]


@pytest.mark.parametrize(("kind", "count"), [("hico", 3), ("simclr", 2), ("labeled", 1)])
def test_each_clip_is_augmented_by_itself(drawn: Callable[..., Drawn], kind: str, count: int) -> None:
    frames, augment = drawn(kind)
    assert len(frames) == len(augment) == len({one.box for one in augment}) == count
