"""What encoding costs: frames before and after it, for the settings in use and others.

Run: `python -m hico.synthetic.quality`. Takes 12 untrimmed videos and 54 trimmed clips of the default data set.
"""

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from hico.config.data import Synthetic
from hico.synthetic.actions import ACTIONS
from hico.synthetic.codec import TRIMMED, UNTRIMMED, Encoding, read_video, write_video
from hico.synthetic.dataset import Job, frames

Frames = npt.NDArray[np.uint8]
LUMA = np.array([0.299, 0.587, 0.114])
VIDEOS = [Job("", "untrimmed", 0, number) for number in range(12)]
CLIPS = [Job("", "training", label, number) for label in range(len(ACTIONS)) for number in range(3)]


def settings() -> dict[str, tuple[Encoding, list[Job]]]:
    """Encodings by name, and what each is tried on."""
    rates = {f"x264, CRF {crf}": (_with(UNTRIMMED, crf=crf), VIDEOS) for crf in (0, 20, 23, 26)}
    return rates | {f"MPEG-4, quantizer {q}": (_with(TRIMMED, qmin=q, qmax=q), CLIPS) for q in (2, 3, 5)}


def psnr(before: Frames, after: Frames) -> tuple[float, float]:
    """Of brightness, and of red, green and blue together, in dB."""
    error = after.astype(np.float64) - before
    return _decibels(error @ LUMA), _decibels(error)


def measured(encoding: Encoding, jobs: Sequence[Job]) -> tuple[float, float, float]:
    """Mean PSNR of brightness and of colors in dB, and bytes a frame."""
    with tempfile.TemporaryDirectory() as folder:
        path, figures, size, count = Path(folder, "one"), [], 0, 0
        for job in jobs:
            before = frames(Synthetic(), job)
            write_video(path, before, encoding)
            figures.append(psnr(before, read_video(path)))
            size, count = size + path.stat().st_size, count + len(before)
    brightness, colors = np.mean(figures, axis=0)
    return float(brightness), float(colors), size / count


def _with(encoding: Encoding, **options: int) -> Encoding:
    changed = dict(encoding.options) | {name: str(value) for name, value in options.items()}
    return replace(encoding, options=tuple(changed.items()))


def _decibels(error: npt.NDArray[np.float64]) -> float:
    return float(10 * np.log10(255**2 / np.mean(error**2)))


if __name__ == "__main__":
    print("| | brightness, dB | red, green, blue, dB | bytes a frame |\n|---|---|---|---|")
    for name, (encoding, jobs) in settings().items():
        print("| {} | {:.1f} | {:.1f} | {:.0f} |".format(name, *measured(encoding, jobs)))
