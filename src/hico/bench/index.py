"""Indexing: key frames and times from packets, and a few test frames."""

import argparse
import tempfile
from pathlib import Path

from hico.bench import media
from hico.bench.timing import Line, rates, taking_turns
from hico.video.packets import decode_all
from hico.video.probe import probe


def options(parser: argparse.ArgumentParser) -> None:
    media.options(parser)


def lines(args: argparse.Namespace) -> list[Line]:
    with tempfile.TemporaryDirectory() as folder:
        some = media.videos(args.media, Path(folder))
        paths = [str(video.path) for video in some]
        played_s = sum(video.duration_s for video in some)
        contenders = {
            "index, naive (decode every frame)": lambda: [decode_all(path) for path in paths],
            "index (packets and test frames)": lambda: [probe(path) for path in paths],
        }
        seconds = taking_turns(contenders, args.repetitions)
        return rates(seconds, played_s, "x real time", next(iter(contenders)))
