"""Contrastive losses: visual consistency (VCL; HiCo, CVPR 2022) and instance discrimination (SimCLR, ICML 2020).

Both compare an anchor's positive with all clips of all other videos:
-log(e^{pos / tau} / (e^{pos / tau} + sum_neg e^{neg / tau})), which is softplus(logsumexp(neg / tau) - pos / tau).
"""

import torch
import torch.nn.functional as F
from torch import Tensor

from hico.losses.gather import from_all_processes


def vcl_loss(z: Tensor, videos: int, clips: int, tau: float, pairs: int = 1) -> Tensor:
    """Visual consistency of near pairs, mean over 2 * pairs anchors a video.

    z: (videos * clips, D) embeddings of L2 norm 1, video by video; the first 2 * pairs clips of each
    are near pairs, the rest only negatives of other videos. One pair of three clips is HiCo,
    clips / 2 pairs is HiCo++.
    """
    positive, negative = near_pair_terms(z, videos, clips, tau, pairs)
    return F.softplus(negative - positive).mean()


def near_pair_terms(z: Tensor, videos: int, clips: int, tau: float, pairs: int = 1) -> tuple[Tensor, Tensor]:
    """For each anchor of `vcl_loss` (videos * 2 * pairs,): pos / tau, and the logsumexp of its neg / tau."""
    anchors = z.unflatten(0, (videos, clips))[:, : 2 * pairs]
    mates = anchors.unflatten(1, (pairs, 2)).flip(2).flatten(1, 2)
    positive = (anchors * mates).sum(dim=2) / tau
    negative = _negatives(z, videos, clips, tau).unflatten(0, (videos, clips))[:, : 2 * pairs]
    return positive.flatten(), negative.flatten()


def instance_loss(z: Tensor, videos: int, clips: int, tau: float) -> Tensor:
    """SimCLR: every clip is an anchor, every other clip of its video a positive; mean over these pairs.

    z: (videos * clips, D) embeddings of L2 norm 1, video by video. Negatives: all clips of other videos.
    """
    by_video = z.unflatten(0, (videos, clips))
    positive = by_video @ by_video.mT / tau
    negative = _negatives(z, videos, clips, tau).view(videos, clips, 1)
    different = ~torch.eye(clips, dtype=torch.bool, device=z.device)
    return F.softplus(negative - positive)[:, different].mean()


def _negatives(z: Tensor, videos: int, clips: int, tau: float) -> Tensor:
    """(videos * clips,) logsumexp of similarity / tau to all clips of all other videos of all processes."""
    everything, first = from_all_processes(z)
    owner = torch.arange(everything.shape[0], device=z.device) // clips
    own = owner[first : first + videos * clips]
    similarity = (z @ everything.T) / tau
    return similarity.masked_fill(own[:, None] == owner[None], float("-inf")).logsumexp(dim=1)
