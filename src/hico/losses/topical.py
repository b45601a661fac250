"""Topical consistency (TCL; HiCo, CVPR 2022): do two clips belong to one video?"""

import torch
import torch.nn.functional as F
from torch import Tensor

EPSILON = 1e-5


def tcl_loss(logits: Tensor, videos: int, clips: int, gamma: float) -> Tensor:
    """L = mean f(p) over pairs of one video + mean f(1 - p) over pairs of two; f(q) = -(1 - q)^gamma log(q + 1e-5).

    p = sigmoid(logit) is the predicted probability that two clips are of one video.
    logits: (N, N, 2) of N = videos * clips clips, video by video; [i, j] has those of clip i with j and of j with i.
    All pairs of one process count but those on the diagonal.
    With near pairs (HiCo++) a row is a pair, and `clips` the number of pairs a video.
    """
    video = torch.arange(videos, device=logits.device).repeat_interleave(clips)
    same = video[:, None] == video[None]
    itself = torch.eye(videos * clips, dtype=torch.bool, device=logits.device)
    return _focal(logits[same & ~itself], gamma) + _focal(-logits[~same], gamma)


def _focal(logits: Tensor, gamma: float) -> Tensor:
    """Mean of -(1 - p)^gamma log(p + 1e-5), p = sigmoid(logits)."""
    # Through the logarithm: (1 - p)^gamma itself has an infinite slope where p rounds to 1.
    weight = torch.exp(gamma * F.logsigmoid(-logits))
    return -(weight * torch.log(torch.sigmoid(logits) + EPSILON)).mean()
