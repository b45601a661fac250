"""A network of two layers."""

from torch import Tensor, nn


class TinyNet(nn.Module):
    """(N, 3, T, H, W) -> (N, features, t, h, w)."""

    def __init__(self, width: float) -> None:
        super().__init__()
        self.features = round(64 * width)
        self.layers = nn.Sequential(
            nn.Conv3d(3, self.features, kernel_size=(1, 4, 4), stride=(1, 4, 4), bias=False),
            nn.BatchNorm3d(self.features),
            nn.ReLU(),
            nn.Conv3d(self.features, self.features, kernel_size=2, stride=2),
        )

    def forward(self, clips: Tensor) -> Tensor:
        features: Tensor = self.layers(clips)
        return features
