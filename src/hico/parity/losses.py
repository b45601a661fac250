"""Losses on random embeddings and topic logits."""

from collections.abc import Iterator
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

from hico.config.experiments import Loss
from hico.losses import instance_loss, tcl_loss, vcl_loss
from hico.losses.contrast import near_pair_terms
from hico.parity.checks import FLOAT32, Check, relative
from hico.parity.figures import Figures

EMBEDDING = 128


def cases(figures: Figures) -> Iterator[Check]:
    """HiCo's and SimCLR's losses for several numbers of videos and clips."""
    for case in figures["loss_cases"]:
        videos, clips = case["videos"], case["clips"]
        z, logits = _random(case["generator_seed"], videos * clips, videos * clips)
        ours = {"instance": float(instance_loss(z, videos, clips, Loss().temperature))}
        if "vcl" in case:
            ours |= _hico(z, logits, videos, clips, pairs=1)
            ours |= terms(z, videos, clips)
        yield Check(f"losses: {videos} videos x {clips} clips", relative(ours, _recorded(case)), FLOAT32)


def near_pairs(figures: Figures) -> Iterator[Check]:
    """HiCo++: several near pairs a video."""
    for case in figures["near_pair_loss_cases"]:
        videos, pairs, clips = case["videos"], case["pairs"], case["clips"]
        z, logits = _random(case["generator_seed"], videos * clips, videos * pairs)
        ours = _hico(z, logits, videos, clips, pairs)
        yield Check(f"losses: {videos} videos x {pairs} near pairs", relative(ours, _recorded(case)), FLOAT32)


def terms(z: Tensor, videos: int, clips: int) -> dict[str, float]:
    """VCL's mean numerator `pos`, and the mean of its sums over negatives `neg`."""
    positive, negative = near_pair_terms(z, videos, clips, Loss().temperature)
    return {"pos": float(positive.exp().mean()), "neg": float(negative.exp().mean())}


def _random(seed: int, clips: int, rows: int) -> tuple[Tensor, Tensor]:
    """Normalized embeddings (clips, 128), then topic logits (rows, rows, 2)."""
    generator = torch.Generator().manual_seed(seed)
    z = F.normalize(torch.randn(clips, EMBEDDING, generator=generator), dim=1)
    return z, torch.randn(rows, rows, 2, generator=generator)


def _hico(z: Tensor, logits: Tensor, videos: int, clips: int, pairs: int) -> dict[str, float]:
    weights = Loss()
    vcl = float(vcl_loss(z, videos, clips, weights.temperature, pairs))
    tcl = float(tcl_loss(logits, videos, len(logits) // videos, weights.gamma))
    return {"vcl": vcl, "tcl": tcl, "total": weights.vcl * vcl + weights.tcl * tcl}


def _recorded(case: dict[str, Any]) -> dict[str, float]:
    return {key: value for key, value in case.items() if key not in ("videos", "clips", "pairs", "generator_seed")}
