"""ViT-S for video: tubelets of 2 x 16 x 16 through torchvision's transformer blocks (HiCo++'s VitVideoEncoder)."""

import math
from functools import partial

import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torchvision.models.vision_transformer import EncoderBlock

from hico.config.training import TUBELET
from hico.nets.width import scaled

DEPTH, HEADS, MLP_RATIO = 12, 12, 4
HEAD_CHANNELS = 32
GRID = (8, 7, 7)
"""Tubelets of a clip of 16 x 112 x 112: the positions that are learned."""


class ViTS(nn.Module):
    """(N, 3, T, H, W) -> (N, features, 1, 1, 1), the class token after the last norm; 384 features at width 1.

    T has to be a multiple of 2, H and W of 16. Positions of inputs other than 16 x 112 x 112 are interpolated
    linearly along each axis from those learned, so that weights fit every input.
    """

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        self.features = channels = HEADS * scaled(HEAD_CHANNELS, width)
        self.tubelets = nn.Conv3d(3, channels, TUBELET, TUBELET)
        self.class_token = nn.Parameter(torch.empty(channels))
        self.class_position = nn.Parameter(torch.empty(channels))
        self.positions = nn.Parameter(torch.empty(math.prod(GRID), channels))
        norm = partial(nn.LayerNorm, eps=1e-6)
        self.blocks = nn.Sequential(
            *(EncoderBlock(HEADS, channels, MLP_RATIO * channels, 0.0, 0.0, norm) for _ in range(DEPTH))
        )
        self.norm = norm(channels)
        self._start()

    def forward(self, x: Tensor) -> Tensor:
        if any(length % step for length, step in zip(x.shape[2:], TUBELET, strict=True)):
            raise ValueError(f"ViT-S takes whole tubelets {TUBELET} (frames, height, width), not {tuple(x.shape[2:])}")
        grid = self.tubelets(x)
        tokens = grid.flatten(2).mT + self._positions_of(grid.shape[2:])
        first = (self.class_token + self.class_position).expand(len(x), 1, -1)
        whole: Tensor = self.norm(self.blocks(torch.cat([first.to(tokens.dtype), tokens], dim=1)))
        return whole[:, 0, :, None, None, None]

    def _positions_of(self, grid: torch.Size) -> Tensor:
        """(t * h * w, features) of a grid of tubelets."""
        if tuple(grid) == GRID:
            return self.positions
        t, h, w = (_stretch(old, new).to(self.positions) for old, new in zip(GRID, grid, strict=True))
        return torch.einsum("ti,hj,wk,ijkc->thwc", t, h, w, self.positions.unflatten(0, GRID)).flatten(0, 2)

    def _start(self) -> None:
        """The released start: Xavier uniform, queries, keys and values apart; biases 0."""
        nn.init.normal_(self.class_token, std=1e-6)
        for table in (self.positions, self.class_position):
            nn.init.trunc_normal_(table, std=0.02, a=-0.02, b=0.02)
        # The release counts one frame of a tubelet as the inputs.
        limit = math.sqrt(6 / (3 * TUBELET[1] * TUBELET[2] + self.features))
        nn.init.uniform_(self.tubelets.weight, -limit, limit)
        for module in self.modules():
            if isinstance(module, nn.MultiheadAttention):
                for part in module.in_proj_weight.data.chunk(3):
                    nn.init.xavier_uniform_(part)
            elif isinstance(module, nn.Linear):
                nn.init.xavier_uniform_(module.weight)
        for name, weight in self.named_parameters():
            if name.endswith("bias"):
                nn.init.zeros_(weight)


def _stretch(old: int, new: int) -> Tensor:
    """(new, old) weights that interpolate linearly along one axis; as a product, its gradient is deterministic."""
    return F.interpolate(torch.eye(old)[None], size=new, mode="linear")[0].T
