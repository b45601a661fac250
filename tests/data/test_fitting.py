"""Settings that no video fits are refused with their key."""

import logging

import numpy as np
import pyarrow as pa
import pytest

from hico.config.training import Clip
from hico.data.fitting import refuse_lacking_labels, refuse_long_clip
from hico.data.videos import Videos
from hico.errors import ConfigError


def videos(labels: list[int], durations: list[float] | None = None) -> Videos:
    seconds = durations or [1.0] * len(labels)
    return Videos(pa.table({"duration_s": seconds}), np.array(labels))


def test_a_clip_longer_than_every_video() -> None:
    clip = Clip(frames=16, rate=6)
    refuse_long_clip(clip, videos([0, 0], [1.0, 3.2]), "pretrain.x")
    with pytest.raises(
        ConfigError, match=r"^pretrain\.x\.clip: a clip lasts 3\.20 s .* longest of 2 videos lasts 2\.50 s"
    ):
        refuse_long_clip(clip, videos([0, 0], [1.0, 2.5]), "pretrain.x")


@pytest.mark.parametrize(
    ("train", "test", "classes", "said"),
    [
        ([0, -1], [0, 1], 2, "1 of 2 training videos have no label"),
        ([0, 1], [-1, -1], 2, "2 of 2 testing videos have no label"),
        ([0, 7], [0, 7], 2, "classes are numbered up to 7, but 2 have a name"),
        ([0, 0], [0], 1, "at least 2"),
    ],
)
def test_classes_that_are_not_there(train: list[int], test: list[int], classes: int, said: str) -> None:
    with pytest.raises(ConfigError, match=rf"^finetune\.x\.data: .*{said}"):
        refuse_lacking_labels(videos(train), videos(test), classes, "finetune.x")


def test_classes_without_training_videos_are_counted(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        refuse_lacking_labels(videos([0, 1]), videos([0, 1, 2, 2]), 3, "finetune.x")
    assert caplog.messages == ["finetune.x.data: 1 of 3 classes have test videos but no training video"]
