"""Max pooling in the type of its input."""

import torch
import torch.nn.functional as F
from torch import Tensor, nn


class MaxPool3d(nn.MaxPool3d):
    """As torch's. On CPUs autocast would have it make float32, and the layers behind it change that back."""

    def forward(self, x: Tensor) -> Tensor:
        with torch.autocast(x.device.type, enabled=False):
            pooled: Tensor = super().forward(x)
            return pooled


class LastPool(nn.Module):
    """2x2x2 max pooling that leaves an axis of length 1 alone, so that small inputs pass."""

    def forward(self, x: Tensor) -> Tensor:
        kernel = [min(2, length) for length in x.shape[2:]]
        with torch.autocast(x.device.type, enabled=False):
            return F.max_pool3d(x, kernel, stride=kernel)
