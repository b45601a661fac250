"""What a pre-training experiment is made of, in a few words: the parts of HiCo, and how it departs from the paper."""

import math
from collections.abc import Iterator
from typing import Any

from hico.config.experiments import Loss, Pretrain, Sampling
from hico.config.training import Clip

PAPERS_METHOD = "VCL + TCL + GS"
_OF_SCHEDULES = ("warmup_epochs", "exclude_batchnorm")
"""What the paper's own schedules do not have in common."""


def recipe(settings: Pretrain | None) -> str:
    """`VCL + TCL + GS` for the paper's method as it is; empty for anything but HiCo, or when nothing is known."""
    if settings is None or settings.method != "hico":
        return ""
    present = (("VCL", settings.loss.vcl > 0), ("TCL", settings.loss.tcl > 0), ("GS", settings.sampling.gradual))
    return ", ".join([" + ".join(name for name, used in present if used), *_departures(settings)])


def _departures(settings: Pretrain) -> Iterator[str]:
    """Every value that is not the paper's, nor told by the parts, but for schedule and batch.

    Fewer frames over the same time, as R3D-18 takes them, are no departure.
    """
    loss, sampling, usual, papers = settings.loss, settings.sampling, Sampling(), Loss()
    if sampling.near_pairs != usual.near_pairs:
        yield f"{sampling.near_pairs} near pairs"
    elif not sampling.far_clip:
        yield "no far clip"
    if sampling.gradual and not sampling.everywhere and sampling.distance_s[0] != usual.distance_s[0]:
        yield f"from {sampling.distance_s[0]:g} s"
    if sampling.everywhere:
        yield "pairs anywhere"
    elif sampling.distance_s[1] != usual.distance_s[1]:
        yield f"to {sampling.distance_s[1]:g} s"
    for name in ("vcl", "tcl"):
        weight = getattr(loss, name)
        if weight not in (0, getattr(papers, name)):
            yield f"{name.upper()} x {weight:g}"
    for name in ("gamma", "temperature"):
        if getattr(loss, name) != getattr(papers, name):
            yield f"{name} {getattr(loss, name):g}"
    if not math.isclose(settings.clip.seconds, Clip().seconds):
        yield f"clips of {settings.clip.seconds:.3g} s"
    for name in ("head", "augment", "optimizer"):
        section = getattr(settings, name)
        for key, value in type(section)():
            if key not in _OF_SCHEDULES and getattr(section, key) != value:
                yield f"{name}.{key} {_words(getattr(section, key))}"


def _words(value: Any) -> str:
    return f"{value:g}" if isinstance(value, float) else str(value)
