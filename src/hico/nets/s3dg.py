"""S3D-G: separable Inception-style video network with self-gating (Xie et al., ECCV 2018)."""

from torch import Tensor, nn

from hico.nets.pooling import LastPool, MaxPool3d
from hico.nets.separable import BRANCH_CHANNELS, Mixed, PointConv, SeparableConv
from hico.nets.width import scaled

# Per mixed block: 1x1x1; reduced and full width of the two separable branches; pooled branch.
STAGES: dict[int, dict[str, BRANCH_CHANNELS]] = {
    3: {"b": (64, 96, 128, 16, 32, 32), "c": (128, 128, 192, 32, 96, 64)},
    4: {
        "b": (192, 96, 208, 16, 48, 64),
        "c": (160, 112, 224, 24, 64, 64),
        "d": (128, 128, 256, 24, 64, 64),
        "e": (112, 144, 288, 32, 64, 64),
        "f": (256, 160, 320, 32, 128, 128),
    },
    5: {"b": (256, 160, 320, 32, 128, 128), "c": (384, 192, 384, 48, 128, 128)},
}


class S3DG(nn.Module):
    """(N, 3, T, H, W) -> (N, features, T/8, H/32, W/32); 1024 features at width 1."""

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        first, second = scaled(64, width), scaled(192, width)
        self.conv1 = SeparableConv(3, first, kernel=7, stride=2)
        self.pool2 = MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1))
        self.conv2_reduce = PointConv(first, first)
        self.conv2 = SeparableConv(first, second, kernel=3)
        self.pool3 = MaxPool3d((1, 3, 3), (1, 2, 2), (0, 1, 1))
        self.mixed3, channels = _stage(3, second, width)
        self.pool4 = MaxPool3d(3, 2, 1)
        self.mixed4, channels = _stage(4, channels, width)
        self.pool5 = LastPool()
        self.mixed5, self.features = _stage(5, channels, width)

    def forward(self, x: Tensor) -> Tensor:
        x = self.pool2(self.conv1(x))
        x = self.pool3(self.conv2(self.conv2_reduce(x)))
        x = self.pool4(self.mixed3(x))
        x = self.pool5(self.mixed4(x))
        features: Tensor = self.mixed5(x)
        return features


def _stage(number: int, inputs: int, width: float) -> tuple[nn.Sequential, int]:
    """The mixed blocks of one stage, and the channels that leave it."""
    stage = nn.Sequential()
    for letter, channels in STAGES[number].items():
        one, two, three, four, five, six = (scaled(count, width) for count in channels)
        block = Mixed(inputs, (one, two, three, four, five, six))
        stage.add_module(letter, block)
        inputs = block.channels
    return stage, inputs
