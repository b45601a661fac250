"""Settings that do not fit the videos raise errors that name their key."""

import logging
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pytest

from hico.config.training import Clip
from hico.data.checks import check_clip_length, check_labels, check_whole_videos
from hico.data.videos import Videos
from hico.errors import ConfigError


def videos(labels: list[int], durations: list[float] | None = None) -> Videos:
    seconds = durations or [1.0] * len(labels)
    return Videos(pa.table({"duration_s": seconds}), np.array(labels))


def test_a_clip_longer_than_every_video() -> None:
    clip = Clip(frames=16, rate=6)
    check_clip_length(clip, videos([0, 0], [1.0, 3.2]), "pretrain.x")
    with pytest.raises(
        ConfigError, match=r"^pretrain\.x\.clip: a clip lasts 3\.20 s .* longest of 2 videos lasts 2\.50 s"
    ):
        check_clip_length(clip, videos([0, 0], [1.0, 2.5]), "pretrain.x")


def test_labels_of_parts_of_a_video(tmp_path: Path) -> None:
    whole = pd.DataFrame({"video_id": ["a", "b"], "start_s": [None, None], "end_s": [None, None]}, dtype="object")
    whole.astype({"start_s": float, "end_s": float}).to_parquet(tmp_path / "whole.parquet")
    check_whole_videos(tmp_path / "whole.parquet", "retrieval.x")
    pd.DataFrame({"video_id": ["a", "b"], "start_s": [None, 1.5], "end_s": [None, 4.0]}).to_parquet(tmp_path / "timed")
    message = r"^retrieval\.x\.data: 1 of 2 labels are of parts of a video, such as that of b from 1\.5 to 4 s"
    with pytest.raises(ConfigError, match=message):
        check_whole_videos(tmp_path / "timed", "retrieval.x")


@pytest.mark.parametrize(
    ("train", "test", "classes", "message"),
    [
        ([0, -1], [0, 1], 2, "1 of 2 training videos have no label"),
        ([0, 1], [-1, -1], 2, "2 of 2 testing videos have no label"),
        ([0, 7], [0, 7], 2, "classes are numbered up to 7, but 2 have a name"),
        ([0, 0], [0], 1, "at least 2"),
    ],
)
def test_classes_that_are_not_there(train: list[int], test: list[int], classes: int, message: str) -> None:
    with pytest.raises(ConfigError, match=rf"^finetune\.x\.data: .*{message}"):
        check_labels(videos(train), videos(test), classes, "finetune.x")


def test_classes_without_training_videos(caplog: pytest.LogCaptureFixture) -> None:
    with caplog.at_level(logging.WARNING):
        check_labels(videos([0, 1]), videos([0, 1, 2, 2]), 3, "finetune.x")
    assert caplog.messages == ["finetune.x.data: 1 of 3 classes have test videos but no training video"]
