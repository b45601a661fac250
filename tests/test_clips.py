"""Clip arithmetic against slow, obvious forms, and against PyTorch's own points."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from hico.clips import (
    frames_of,
    hico_windows,
    near_distance,
    near_pair_windows,
    pretrain_frames,
    pretrain_windows,
    random_window_frames,
    shown_frames,
    simclr_windows,
    view_frames,
    window_frames,
)
from hico.config.experiments import Pretrain, Sampling
from hico.video.record import OK, Video

RATES = st.sampled_from([5.0, 10.0, 12.5, 15.0, 23.976, 25.0, 29.97, 30.0, 50.0, 59.94, 120.0])


class Numbers:
    """Replays given numbers."""

    def __init__(self, *values: float) -> None:
        self.values = list(values)

    def random(self) -> float:
        return self.values.pop(0)


def slow_frames(start: float, end: float, low: int, high: int, count: int) -> list[int]:
    points = torch.linspace(start, end, count)
    return [max(0, math.floor(min(max(float(point), low), high))) for point in points]


@given(st.integers(1, 20_000), RATES, st.floats(0, 300), st.floats(0.01, 10), st.sampled_from([1, 2, 7, 8, 16, 32]))
def test_frames_of_a_window_follow_the_formula(frames, fps, start_s, length_s, count):
    a, b = max(int(start_s * fps), 0), min(int((start_s + length_s) * fps), frames)
    expected = slow_frames(a, b, a, b - 1, count)
    got = window_frames(start_s, start_s + length_s, frames, fps, count)
    assert got.tolist() == expected
    assert got.dtype == np.int64
    assert 0 <= got.min() <= got.max() < frames


@given(st.lists(st.floats(0.001, 2), max_size=40), st.floats(0, 60), st.floats(0.01, 10), st.integers(1, 16))
def test_frames_of_an_uneven_video_are_those_on_show(gaps_s, start_s, length_s, count):
    times_s, end_s = np.cumsum([0, *gaps_s]), start_s + length_s
    expected = [
        max(n for n, time_s in enumerate(times_s) if time_s <= moment and time_s < end_s)
        for moment in np.linspace(start_s, end_s, count)
    ]
    assert shown_frames(start_s, end_s, times_s, count).tolist() == expected


def stamped(pts: list[int], fps: float) -> Video:
    """A video with stamps in ms."""
    frames = len(pts)
    return Video("v", "v.mkv", OK, frames=frames, fps=fps, time_base_num=1, time_base_den=1000, pts=np.array(pts))


def test_windows_of_an_uneven_video_hold_what_is_shown_then():
    video = stamped([*range(0, 1000, 100), *range(1000, 5000, 500)], fps=3.6)
    frames = frames_of(video, np.array([[0, 1], [1, 5], [4.5, 5]]), 4)
    assert [numbers.tolist() for numbers in frames] == [[0, 3, 6, 9], [10, 12, 15, 17], [17] * 4]


@pytest.mark.parametrize("order", [slice(None), slice(None, None, -1)])
def test_stamps_that_are_only_rounded_or_unordered_change_no_frame(order):
    rounded = stamped([round(1000 * frame / 30) for frame in range(300)][order], fps=30.0)
    windows = np.array([0.0, 2.0]) + np.random.default_rng(0).uniform(0, 8, (50, 1))
    expected = [window_frames(start, end, 300, 30.0, 16).tolist() for start, end in windows]
    assert [numbers.tolist() for numbers in frames_of(rounded, windows, 16)] == expected


@given(
    st.integers(1, 5000), RATES, st.integers(1, 12), st.data(), st.sampled_from([8, 16, 32]), st.sampled_from([1, 2, 4])
)
def test_frames_of_a_view_follow_the_formula(frames, fps, views, data, count, rate):
    view = data.draw(st.integers(0, views - 1))
    window = count * rate * fps / 30
    room = max(frames - window, 0)
    start = room / 2 if views == 1 else room * view / views
    got = view_frames(frames, fps, view, views, count, rate)
    assert got.tolist() == slow_frames(start, start + window - 1, 0, frames - 1, count)
    assert (np.diff(got) >= 0).all()


def test_a_random_window_starts_anywhere_and_stays_inside():
    generator = np.random.default_rng(0)
    starts = [random_window_frames(generator, 300, 30, 16, 4)[0] for _ in range(400)]
    assert min(starts) < 10
    assert max(starts) > 226
    assert max(random_window_frames(generator, 300, 30, 16, 4).max() for _ in range(400)) <= 299
    assert random_window_frames(generator, 5, 30, 16, 4).max() == 4


def slow_hico(u1: float, u2: float, u3: float, duration: float, length: float, distance: float) -> list[list[float]]:
    def uniform(a: float, b: float, u: float) -> float:
        if b < a:
            b = a
        return a + (b - a) * u

    c1 = uniform(length, duration - length, u1)
    c2 = uniform(max(c1 - distance, length), min(c1 + distance, duration - length), u2)
    c3 = uniform(length, duration - length, u3)
    return [[max(c - length / 2, 0), min(c + length / 2, duration)] for c in (c1, c2, c3)]


UNIT = st.floats(0, 1, exclude_max=True)


@given(UNIT, UNIT, UNIT, st.floats(0.1, 300), st.floats(0.1, 5), st.floats(0, 3))
def test_hico_windows_follow_the_formula(u1, u2, u3, duration, length, distance):
    got = hico_windows(Numbers(u1, u2, u3), duration, length, distance)
    assert got.shape == (3, 2)
    np.testing.assert_allclose(got, slow_hico(u1, u2, u3, duration, length, distance), rtol=1e-12, atol=1e-12)


@given(st.integers(0, 2**32), st.floats(0.1, 300), st.floats(0.1, 5), st.floats(0, 3), st.integers(1, 6))
def test_near_pairs_are_near_and_inside(seed, duration, length, distance, pairs):
    got = near_pair_windows(np.random.default_rng(seed), duration, length, distance, pairs)
    assert got.shape == (2 * pairs, 2)
    numbers = np.random.default_rng(seed)
    for pair in range(pairs):
        expected = slow_hico(numbers.random(), numbers.random(), 0, duration, length, distance)[:2]
        np.testing.assert_allclose(got[2 * pair : 2 * pair + 2], expected, rtol=1e-12, atol=1e-12)


def test_windows_of_the_baseline_are_independent():
    generator = np.random.default_rng(0)
    starts = np.array([simclr_windows(generator, 60, 2)[:, 0] for _ in range(4000)])
    assert abs(np.corrcoef(starts.T)[0, 1]) < 0.05


def of_baseline(margin: bool, draws: int) -> tuple[list, Video, Pretrain]:
    """Frames of many draws of the baseline from a video of 300 frames, 10 s."""
    video = Video("v", "v", OK, frames=300, fps=30.0, duration_s=10.0, time_base_num=1, time_base_den=30, pts_step=1)
    settings = Pretrain(method="simclr", data="d", sampling=Sampling(margin=margin))
    generator = np.random.default_rng(0)
    return [pretrain_frames(generator, settings, video, 0.5) for _ in range(draws)], video, settings


def test_the_baseline_takes_trimmed_videos_as_supervised_training_does():
    """Starts in [0, T - L], by frame numbers: 16 frames at rate 4 of 300 start between 0 and 236."""
    draws, video, settings = of_baseline(margin=False, draws=2000)
    starts = np.array([[clip[0] for clip in clips] for clips in draws])
    assert (starts.shape, starts.min(), starts.max()) == ((2000, 2), 0, 235)
    assert abs(starts.mean() - 118) <= 3 * 236 / math.sqrt(12 * 4000) + 0.5
    generator = np.random.default_rng(0)
    clip = settings.clip
    for frames in draws[0]:
        wanted = random_window_frames(generator, video.frames, video.fps, clip.frames, clip.rate)
        np.testing.assert_array_equal(frames, wanted)


def test_the_baseline_leaves_half_a_clip_at_both_ends_of_untrimmed_videos():
    """Centers in [L, T - L]: starts in [32, 204] of 300 frames; the same draws as windows in seconds."""
    draws, video, settings = of_baseline(margin=True, draws=2000)
    starts = np.array([[clip[0] for clip in clips] for clips in draws])
    assert (starts.min(), starts.max()) == (32, 203)
    wanted = frames_of(video, simclr_windows(np.random.default_rng(0), 10.0, settings.clip.seconds), 16)
    np.testing.assert_array_equal(draws[0], wanted)


@pytest.mark.parametrize(("distance", "mean"), [(0.0, 0.0), (0.5, 0.25), (1.0, 0.5)])
def test_mean_distance_of_the_near_pair(distance, mean):
    """In a long video the second clip is uniform within `distance`: half of it on average, 3 standard errors."""
    generator = np.random.default_rng(1)
    starts = np.array([hico_windows(generator, 1000, 2, distance)[:, 0] for _ in range(5000)])
    gaps = np.abs(starts[:, 0] - starts[:, 1])
    assert abs(gaps.mean() - mean) <= 3 * distance / math.sqrt(12 * 5000) + 1e-3 * distance
    assert gaps.max() <= distance


def test_the_distance_grows_with_training():
    sampling = Sampling(distance_s=(0.2, 1.2))
    assert [near_distance(sampling, progress) for progress in (0, 0.5, 1)] == pytest.approx([0.2, 0.7, 1.2])
    assert near_distance(Sampling(distance_s=(0.2, 1.2), gradual=False), 0) == 1.2


def test_a_video_shorter_than_a_clip_gives_what_there_is():
    windows = hico_windows(np.random.default_rng(0), 1.5, 2.0, 1.0)
    np.testing.assert_allclose(windows, [[1.0, 1.5]] * 3)
    assert window_frames(1.0, 1.5, 3, 2.0, 4).tolist() == [2, 2, 2, 2]


@pytest.mark.parametrize(
    ("method", "pairs", "clips"), [("simclr", 1, 2), ("hico", 1, 3), ("hico", 2, 4), ("hico", 6, 12)]
)
def test_each_method_takes_its_clips(method, pairs, clips):
    settings = Pretrain(method=method, data="d", sampling=Sampling(near_pairs=pairs, distance_s=(0, 1.5)))
    windows = pretrain_windows(np.random.default_rng(0), settings, 30.0, 0.0)
    assert windows.shape == (clips, 2) == (settings.clips_per_video, 2)
    if method == "hico":
        np.testing.assert_array_equal(windows[0], windows[1])


def test_a_near_pair_can_stand_alone():
    """Its two clips are those that it has beside a far one: the same draws."""
    alone, with_far = (Pretrain(method="hico", data="d", sampling=Sampling(far_clip=far)) for far in (False, True))
    pair, three = (pretrain_windows(np.random.default_rng(0), one, 30.0, 0.5) for one in (alone, with_far))
    assert (alone.clips_per_video, with_far.clips_per_video) == (2, 3)
    np.testing.assert_array_equal(pair, three[:2])


def test_a_day_apart_is_anywhere():
    """The three clips are independent: uniform over the video, whatever the share of training done."""
    sampling = Sampling(distance_s=(86_400, 86_400))
    assert sampling.everywhere
    assert not Sampling(distance_s=(0, 86_400)).everywhere
    settings, generator = Pretrain(method="hico", data="d", sampling=sampling), np.random.default_rng(0)
    starts = np.array([pretrain_windows(generator, settings, 60, 0)[:, 0] for _ in range(4000)])
    assert np.abs(np.corrcoef(starts.T) - np.eye(3)).max() < 0.05
    assert starts.std(axis=0) == pytest.approx((60 - 2 * 64 / 30) / 12**0.5, rel=0.03)
