"""Videos whose frames are not evenly spaced: clips hold what is shown in their window, and name its times."""

import numpy as np
import pytest

from hico.clips import simclr_windows
from hico.config.experiments import Pretrain
from hico.config.training import Clip
from hico.data import clips, strides
from hico.data.order import Turn
from hico.data.videos import Videos
from hico.rng import rng
from hico.video.record import OK, Video
from hico.video.table import to_table

CLIP = Clip(frames=4, rate=7.5, size=16)  # 1 s
# Ten frames in the first second, two in each of four more.
UNEVEN = Video(
    "v",
    "v.mkv",
    OK,
    duration_s=5.0,
    frames=18,
    fps=3.6,
    width=64,
    height=48,
    time_base_num=1,
    time_base_den=10,
    pts=np.array([*range(10), *range(10, 50, 5)]),
)
TIMES_S = UNEVEN.frame_times_s


@pytest.fixture
def videos() -> Videos:
    return Videos(to_table([UNEVEN]), np.array([-1]))


@pytest.fixture
def read(monkeypatch: pytest.MonkeyPatch) -> list[np.ndarray]:
    """Frame numbers that were asked for, clip by clip; no file is opened."""
    asked: list[np.ndarray] = []
    for module in (clips, strides):
        monkeypatch.setattr(module, "read_crops", lambda _, frames, *__: asked.extend(frames) or np.zeros(1))
    return asked


def test_clips_of_features_hold_what_is_shown_then(videos: Videos, read: list[np.ndarray]) -> None:
    batch = strides.StrideClips(videos, CLIP, 1.0)[strides.Part(0, 0, 5)]
    assert batch.windows.tolist() == [[second, second + 1] for second in range(5)]
    assert [numbers.tolist() for numbers in read][:2] == [[0, 3, 6, 9], [10, 10, 11, 11]]
    for (start_s, end_s), numbers in zip(batch.windows, read, strict=True):
        assert start_s == TIMES_S[numbers[0]] < TIMES_S[numbers[-1]] < end_s


def test_a_sample_has_the_times_of_its_frames(videos: Videos, read: list[np.ndarray]) -> None:
    turn = Turn(0, 0, 0.0)
    sample = clips.PretrainClips(videos, Pretrain(method="simclr", data="any", clip=CLIP), 0)[turn]
    assert sample.windows.tolist() == [TIMES_S[numbers[[0, -1]]].tolist() for numbers in read]
    drawn = simclr_windows(rng(0, "clips", 0, 0), UNEVEN.duration_s, CLIP.seconds)
    assert np.abs(sample.windows - drawn).max() <= 0.5  # a frame at most
