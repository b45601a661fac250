"""R3D-18: torchvision's 3D ResNet trunk with a width multiplier (Tran et al., CVPR 2018)."""

from torch import Tensor, nn
from torchvision.models.video.resnet import BasicBlock

from hico.nets.convolution import Conv3d
from hico.nets.width import scaled


class R3D18(nn.Module):
    """(N, 3, T, H, W) -> (N, features, T/8, H/16, W/16); 512 features at width 1.

    Parameter names and start are those of `torchvision.models.video.r3d_18` without its classifier.
    """

    def __init__(self, width: float = 1.0) -> None:
        super().__init__()
        channels = [scaled(count, width) for count in (64, 64, 128, 256, 512)]
        self.stem = nn.Sequential(
            Conv3d(3, channels[0], (3, 7, 7), (1, 2, 2), (1, 3, 3), bias=False),
            nn.BatchNorm3d(channels[0]),
            nn.ReLU(inplace=True),
        )
        self.layer1 = _stage(channels[0], channels[1], 1)
        self.layer2 = _stage(channels[1], channels[2], 2)
        self.layer3 = _stage(channels[2], channels[3], 2)
        self.layer4 = _stage(channels[3], channels[4], 2)
        self.features = channels[-1]
        self.apply(_start)

    def forward(self, x: Tensor) -> Tensor:
        features: Tensor = self.layer4(self.layer3(self.layer2(self.layer1(self.stem(x)))))
        return features


def _stage(inputs: int, outputs: int, stride: int) -> nn.Sequential:
    """Two basic blocks; a 1x1x1 shortcut where the shape changes."""
    shortcut = None
    if stride != 1 or inputs != outputs:
        shortcut = nn.Sequential(Conv3d(inputs, outputs, 1, stride, bias=False), nn.BatchNorm3d(outputs))
    return nn.Sequential(
        BasicBlock(inputs, outputs, _convolution, stride, shortcut),
        BasicBlock(outputs, outputs, _convolution),
    )


def _convolution(inputs: int, outputs: int, _: int, stride: int = 1) -> Conv3d:
    """3x3x3, as torchvision's blocks ask for it; the third number is for factored ones."""
    return Conv3d(inputs, outputs, 3, stride, 1, bias=False)


def _start(module: nn.Module) -> None:
    """torchvision's start of convolutions; BatchNorm already starts as 1 and 0."""
    if isinstance(module, nn.Conv3d):
        nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
