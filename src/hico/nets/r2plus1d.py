"""R(2+1)D-10: residual network of factored convolutions, one block a stage (Tran et al., CVPR 2018)."""

import torch.nn.functional as F
from torch import Tensor, nn

from hico.nets.convolution import Conv3d
from hico.nets.width import scaled

NORM_EPS = 1e-3


def middle_channels(inputs: int, outputs: int, kernel: int) -> int:
    """Width between the spatial and the temporal half that keeps the parameters of a full kernel (paper, 3.5)."""
    return (3 * kernel * kernel * inputs * outputs) // (kernel * kernel * inputs + 3 * outputs)


class FactoredConv(nn.Module):
    """Spatial 1xkxk, BatchNorm, ReLU, temporal 3x1x1, BatchNorm; the caller adds the last ReLU."""

    def __init__(self, inputs: int, outputs: int, kernel: int, stride: tuple[int, int]) -> None:
        super().__init__()
        time, space = stride
        middle, pad = middle_channels(inputs, outputs, kernel), kernel // 2
        self.spatial = Conv3d(inputs, middle, (1, kernel, kernel), (1, space, space), (0, pad, pad), bias=False)
        self.spatial_norm = nn.BatchNorm3d(middle, eps=NORM_EPS)
        self.temporal = Conv3d(middle, outputs, (3, 1, 1), (time, 1, 1), (1, 0, 0), bias=False)
        self.temporal_norm = nn.BatchNorm3d(outputs, eps=NORM_EPS)

    def forward(self, x: Tensor) -> Tensor:
        x = F.relu(self.spatial_norm(self.spatial(x)), inplace=True)
        normed: Tensor = self.temporal_norm(self.temporal(x))
        return normed


class Shortcut(nn.Module):
    """1x1x1 convolution with stride and BatchNorm."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.conv = Conv3d(inputs, outputs, 1, stride, bias=False)
        self.norm = nn.BatchNorm3d(outputs, eps=NORM_EPS)

    def forward(self, x: Tensor) -> Tensor:
        normed: Tensor = self.norm(self.conv(x))
        return normed


class ResidualBlock(nn.Module):
    """Two factored convolutions and a shortcut; the first may halve time and space."""

    def __init__(self, inputs: int, outputs: int, stride: int) -> None:
        super().__init__()
        self.first = FactoredConv(inputs, outputs, 3, (stride, stride))
        self.second = FactoredConv(outputs, outputs, 3, (1, 1))
        same = stride == 1 and inputs == outputs
        self.shortcut: nn.Module = nn.Identity() if same else Shortcut(inputs, outputs, stride)

    def forward(self, x: Tensor) -> Tensor:
        return F.relu(self.shortcut(x) + self.second(F.relu(self.first(x), inplace=True)), inplace=True)


class R2Plus1D10(nn.Module):
    """(N, 3, T, H, W) -> (N, features, T/8, H/16, W/16); 512 features at width 1."""

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        channels = [scaled(count, width) for count in (64, 64, 128, 256, 512)]
        self.stem = FactoredConv(3, channels[0], 7, (1, 2))
        strides = (1, 2, 2, 2)
        self.stages = nn.Sequential(
            *(ResidualBlock(channels[k], channels[k + 1], stride) for k, stride in enumerate(strides))
        )
        self.features = channels[-1]

    def forward(self, x: Tensor) -> Tensor:
        features: Tensor = self.stages(F.relu(self.stem(x), inplace=True))
        return features
