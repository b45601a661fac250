"""Color operations and the test crop."""

from collections.abc import Iterator

import torch
from torch import Tensor

from hico.augment import center_crop_box, color
from hico.augment.apply import OPERATIONS
from hico.config.training import Clip
from hico.parity.checks import EIGHT_BIT, FLOAT32, Check, absolute, to_largest
from hico.parity.figures import Figures
from hico.video.decode import crop_scaled

# Seeds of the frames behind the test crops, by array.
CROP_SEEDS = {"test_crop_240x320": 8, "test_crop_176x132": 9}
FRAMES = 2


def operations(arrays: Figures) -> Iterator[Check]:
    """Every array `aug_<operation>_<factor>`, and gray."""
    clip = torch.from_numpy(arrays["aug_input"])[None]
    for name in arrays:
        if name.startswith("aug_") and name != "aug_input":
            yield Check(f"color: {name}", to_largest(_operate(name, clip)[0], arrays[name]), FLOAT32)


def _operate(name: str, clip: Tensor) -> Tensor:
    operation, _, value = name.removeprefix("aug_").partition("_")
    if operation == "gray":
        return color.gray(clip)
    return dict(OPERATIONS)[operation](clip, torch.tensor([float(value)]))


def crops(arrays: Figures, seed: int) -> Iterator[Check]:
    """The test crop of random frames."""
    for name, offset in CROP_SEEDS.items():
        height, width = map(int, name.rsplit("_", 1)[1].split("x"))
        generator = torch.Generator().manual_seed(seed + offset)
        frames = torch.rand(3, FRAMES, height, width, generator=generator).permute(1, 2, 3, 0)
        box, wanted = center_crop_box(width, height), arrays[name].transpose(1, 2, 3, 0)
        yield Check(f"crop: {name}", to_largest(crop_scaled(frames.numpy(), box, Clip().size), wanted), FLOAT32)
        pixels = (255 * frames).round().byte().numpy()
        deviation = absolute(crop_scaled(pixels, box, Clip().size) / 255, wanted)
        yield Check(f"crop, as stages do it: {name}", deviation, EIGHT_BIT)
