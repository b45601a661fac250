"""Stores of several settings: how large, and how soon three clips of a video are there, on one core."""

import argparse
import tempfile
from pathlib import Path

import torch

from hico.bench import media
from hico.bench.loader import over, sample
from hico.bench.timing import Line, rates, taking_turns
from hico.config.data import Store
from hico.video.record import Video

STORES = (
    Store(),
    Store(gop=64),
    Store(gop=4),
    Store(crf=18),
    Store(short_side=256),
    Store(short_side=256, fps=30, gop=250),
)
AS_THEY_ARE = "as they are"


def options(parser: argparse.ArgumentParser) -> None:
    media.options(parser)


def lines(args: argparse.Namespace) -> list[Line]:
    torch.set_num_threads(1)
    with tempfile.TemporaryDirectory() as folder:
        given = media.videos(args.media, Path(folder))
        stores = {AS_THEY_ARE: given} | {
            name(store): media.stored(given, Path(folder, str(number)), store) for number, store in enumerate(STORES)
        }
        seconds = taking_turns({key: over(videos, sample) for key, videos in stores.items()}, args.repetitions)
        speeds = rates(seconds, len(given), "videos/s", AS_THEY_ARE)
        return speeds + [Line(f"size: {key}", megabytes(videos), "MB", None, 1, 0.0) for key, videos in stores.items()]


def name(store: Store) -> str:
    rate = "" if store.fps is None else f", {store.fps:g} frames a second"
    return f"{store.short_side} px, GOP {store.gop}, CRF {store.crf}{rate}"


def megabytes(videos: list[Video]) -> float:
    return sum(Path(str(video.path)).stat().st_size for video in videos) / 1e6
