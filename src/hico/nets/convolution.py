"""3D convolution whose gradients are right on CPUs too."""

import torch.nn.functional as F
from torch import Tensor, nn


class Conv3d(nn.Conv3d):
    """`nn.Conv3d` that pads in a step of its own where the kernel is larger than what it runs over, on CPUs.

    There oneDNN's weight gradient reads beyond its memory (PyTorch 2.11, AVX-512): in bf16 it is garbage or NaN
    for a kernel of 3 over 2 frames, and in float32 a kernel of 7 can crash.
    """

    def _conv_forward(self, input: Tensor, weight: Tensor, bias: Tensor | None) -> Tensor:
        if input.device.type != "cpu" or not self._overhangs(input):
            return F.conv3d(input, weight, bias, self.stride, self.padding, self.dilation, self.groups)
        time, height, width = (int(size) for size in self.padding)
        padded = F.pad(input, (width, width, height, height, time, time))
        return F.conv3d(padded, weight, bias, self.stride, 0, self.dilation, self.groups)

    def _overhangs(self, input: Tensor) -> bool:
        return any(size < kernel for size, kernel in zip(input.shape[2:], self.kernel_size, strict=True))
