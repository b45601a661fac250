"""Building blocks of S3D-G: separable convolutions, self-gating, mixed blocks (Xie et al., ECCV 2018)."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from hico.nets.convolution import Conv3d
from hico.nets.pooling import MaxPool3d

BRANCH_CHANNELS = tuple[int, int, int, int, int, int]


def _convolution(inputs: int, outputs: int, kernel: tuple[int, int, int], stride: tuple[int, int, int]) -> Conv3d:
    """Unbiased 3D convolution that keeps the size at stride 1 and starts from N(0, 0.01^2)."""
    padding = (kernel[0] // 2, kernel[1] // 2, kernel[2] // 2)
    convolution = Conv3d(inputs, outputs, kernel, stride, padding, bias=False)
    nn.init.normal_(convolution.weight, std=0.01)
    return convolution


class PointConv(nn.Module):
    """1x1x1 convolution, BatchNorm (eps 1e-5), ReLU."""

    def __init__(self, inputs: int, outputs: int) -> None:
        super().__init__()
        self.conv = _convolution(inputs, outputs, (1, 1, 1), (1, 1, 1))
        self.norm = nn.BatchNorm3d(outputs, eps=1e-5)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.norm(self.conv(x)), inplace=True)


class SeparableConv(nn.Module):
    """Spatial 1xkxk, then temporal kx1x1 convolution, each with BatchNorm (eps 1e-3) and ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: int = 1) -> None:
        super().__init__()
        self.spatial = _convolution(inputs, outputs, (1, kernel, kernel), (1, stride, stride))
        self.spatial_norm = nn.BatchNorm3d(outputs, eps=1e-3)
        self.temporal = _convolution(outputs, outputs, (kernel, 1, 1), (stride, 1, 1))
        self.temporal_norm = nn.BatchNorm3d(outputs, eps=1e-3)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.spatial_norm(self.spatial(x)), inplace=True)
        return F.relu(self.temporal_norm(self.temporal(x)), inplace=True)


class SelfGate(nn.Module):
    """Scales each channel by a sigmoid of the clip's pooled channels."""

    def __init__(self, channels: int) -> None:
        super().__init__()
        self.linear = nn.Linear(channels, channels)

    def forward(self, x: Tensor) -> Tensor:
        # The gradient of mean() is laid out apart from x's channels-last memory, that of sum() takes none.
        pooled = x.sum(dim=(2, 3, 4), dtype=x.dtype) / x.shape[2:].numel()
        gate = torch.sigmoid(self.linear(pooled))
        return x * gate[:, :, None, None, None]


class Mixed(nn.Module):
    """Four gated branches side by side: 1x1x1; two separable 3x3x3; pooled 1x1x1."""

    def __init__(self, inputs: int, channels: BRANCH_CHANNELS) -> None:
        super().__init__()
        point, reduce_a, wide_a, reduce_b, wide_b, pooled = channels
        self.point = PointConv(inputs, point)
        self.wide_a = nn.Sequential(PointConv(inputs, reduce_a), SeparableConv(reduce_a, wide_a, 3))
        self.wide_b = nn.Sequential(PointConv(inputs, reduce_b), SeparableConv(reduce_b, wide_b, 3))
        self.pooled = nn.Sequential(MaxPool3d(3, stride=1, padding=1), PointConv(inputs, pooled))
        self.channels = point + wide_a + wide_b + pooled
        self.gates = nn.ModuleList(SelfGate(count) for count in (point, wide_a, wide_b, pooled))

    def forward(self, x: Tensor) -> Tensor:
        branches = (self.point, self.wide_a, self.wide_b, self.pooled)
        return torch.cat([gate(branch(x)) for branch, gate in zip(branches, self.gates, strict=True)], dim=1)
