"""The loader on one core: three clips of an untrimmed video, decoded, cropped and scaled, ready for the device."""

import argparse
import tempfile
from collections.abc import Callable
from functools import partial
from pathlib import Path

import numpy as np
import torch
from torch.nn.functional import interpolate

from hico import clips
from hico.augment import draw
from hico.bench import media
from hico.bench.apart import apart
from hico.bench.timing import Line, rates, taking_turns
from hico.config.data import Store
from hico.config.experiments import Pretrain
from hico.rng import rng
from hico.video.decode import read_crops, read_frames
from hico.video.pictures import pictures
from hico.video.record import Video

SETTINGS = Pretrain(method="hico", data="bench")
NAIVE = "loader, naive (clip by clip, whole frames in float)"


def options(parser: argparse.ArgumentParser) -> None:
    media.options(parser)


def lines(args: argparse.Namespace) -> list[Line]:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        scratch = Path(folder)
        given = media.videos(args.media, scratch)
        large = media.stored(given, scratch / "256", Store(short_side=256, fps=30, gop=250))
        small = media.stored(large, scratch / "144", Store(short_side=144, gop=16))
        contenders = {
            "loader": over(large, sample),
            "loader, decoding alone": over(large, decoding),
            "loader, from a store of 144 px": over(small, sample),
        } | torchcodec(large)
        with apart(partial(naive_loader, large)) as one_by_one:
            seconds = taking_turns({NAIVE: one_by_one, **contenders}, args.repetitions)
        return rates(seconds, len(given), "videos/s", NAIVE)


def over(some: list[Video], work: Callable[[Video, int], object]) -> Callable[[], None]:
    """All videos in turn, each time at other places."""
    count = iter(range(10**9))

    def run() -> None:
        turn = next(count)
        for video in some:
            work(video, turn)

    return run


def windows(video: Video, turn: int) -> list[clips.Frames]:
    """Frame numbers of HiCo's three clips."""
    generator = rng(0, "bench", turn)
    chosen = clips.pretrain_windows(generator, SETTINGS, video.duration_s, 0.5)
    return clips.frames_of(video, chosen, SETTINGS.clip.frames)


def sample(video: Video, turn: int) -> None:
    """As training does it."""
    frames = windows(video, turn)
    parameters = [draw(rng(0, "crop", turn), SETTINGS.augment, video.width, video.height) for _ in frames]
    read_crops(video, frames, [one.box for one in parameters], SETTINGS.clip.size)


def decoding(video: Video, turn: int) -> None:
    """Only to the decoded pictures, no color conversion, no crop."""
    for _ in pictures(video, np.concatenate(windows(video, turn))):
        pass


def naive_loader(some: list[Video]) -> Callable[[], None]:
    """The loader as a straightforward program has it, on one core as well."""
    torch.set_num_threads(1)
    return over(some, naive)


def naive(video: Video, turn: int) -> None:
    """Clip by clip, in float, whole frames first."""
    for frames in windows(video, turn):
        whole = torch.from_numpy(read_frames(video, [frames])[0]).permute(3, 0, 1, 2).float() / 255
        x0, y0, x1, y1 = draw(rng(0, "crop", turn), SETTINGS.augment, video.width, video.height).box
        rows = slice(round(y0 * video.height), round(y1 * video.height))
        columns = slice(round(x0 * video.width), round(x1 * video.width))
        interpolate(whole[..., rows, columns], [SETTINGS.clip.size] * 2, mode="bilinear", align_corners=False)


def torchcodec(some: list[Video]) -> dict[str, Callable[[], None]]:
    """Its decoding alone, when the package is installed (it is no dependency)."""
    try:
        from torchcodec.decoders import VideoDecoder
    except (ImportError, RuntimeError):
        return {}

    def decode(video: Video, turn: int) -> None:
        decoder = VideoDecoder(str(video.path), num_ffmpeg_threads=1, seek_mode="approximate")
        for frames in windows(video, turn):
            decoder.get_frames_at(frames.tolist())

    return {"loader, torchcodec's decoding alone": over(some, decode)}
