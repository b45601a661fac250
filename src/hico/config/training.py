"""Settings that pre-training and downstream training share. Defaults are the paper's."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hico.config.outside import OneOf
from hico.config.section import Section
from hico.errors import ConfigError

LARGEST_SHAPE = 100
TOLERANCE_S = 0.5
"""A video of N frames lasts a little less than N frames of a clip."""


class Backbone(Section):
    """A video network."""

    name: Annotated[str, OneOf("s3dg", "r2plus1d_10", "r3d_18")] = Field(
        default="s3dg", description="architecture; module:Class for your own"
    )
    width: float = Field(default=1.0, ge=0.01, le=4, description="multiplier of every channel count; 1 is the paper's")


class Clip(Section):
    """What one clip is: it spans frames x rate / 30 seconds, whatever the video's own frame rate."""

    frames: int = Field(default=16, ge=1, le=256, description="frames a clip")
    rate: float = Field(default=4, ge=0.01, le=64, description="sampling interval, in frames of a 30-fps video")
    size: int = Field(default=112, ge=16, le=512, description="side of the square input, in pixels")

    @property
    def seconds(self) -> float:
        return self.frames * self.rate / 30

    def refuse_shorter(self, longest_s: float, videos: str, key: str) -> None:
        """Raises ConfigError when a clip outlasts the longest of `videos`; shorter ones are stretched over one."""
        if longest_s + TOLERANCE_S < self.seconds:
            raise ConfigError(
                f"{key}.clip: a clip lasts {self.seconds:.2f} s (frames x rate / 30), but the longest of {videos} "
                f"lasts {longest_s:.2f} s; lower clip.frames or clip.rate"
            )


class Augment(Section):
    """Random crop, colour, grey and flip; the same parameters for all frames of a clip."""

    area: tuple[float, float] = Field(
        default=(168**2 / (256 * 340), 224**2 / (256 * 340)), description="crop area as shares of the frame"
    )
    aspect: tuple[float, float] = Field(default=(1, 1), description="crop aspect ratio, width / height")
    colour_probability: float = Field(default=0.8, ge=0, le=1, description="chance of the four colour operations")
    brightness: float = Field(default=0.8, ge=0, le=1, description="factor drawn from 1 - b to 1 + b")
    contrast: float = Field(default=0.8, ge=0, le=1, description="factor drawn from 1 - c to 1 + c")
    saturation: float = Field(default=0.8, ge=0, le=1, description="factor drawn from 1 - s to 1 + s")
    hue: float = Field(default=0.2, ge=0, le=0.5, description="shift drawn from -h to h, in turns")
    grey_probability: float = Field(default=0.2, ge=0, le=1, description="chance of dropping colour")
    grey_first: bool = Field(default=False, description="drop colour before the colour operations, not after")
    flip_probability: float = Field(default=0.5, ge=0, le=1, description="chance of a horizontal flip")

    @model_validator(mode="after")
    def _ordered(self) -> "Augment":
        for key in ("area", "aspect"):
            low, high = getattr(self, key)
            if not 0 < low <= high <= LARGEST_SHAPE:
                raise ValueError(f"{key}: needs 0 < low <= high <= {LARGEST_SHAPE:g}, given {low}, {high}")
        if self.area[1] > 1:
            raise ValueError(f"area: shares of the frame are at most 1, given {self.area[1]}")
        return self


class FinetuneAugment(Augment):
    """The supervised recipe: aspect jitter, always colour, grey first."""

    aspect: tuple[float, float] = Field(default=(6 / 7, 7 / 6), description="crop aspect ratio, width / height")
    colour_probability: float = Field(default=1.0, ge=0, le=1, description="chance of the four colour operations")
    brightness: float = Field(default=0.5, ge=0, le=1, description="factor drawn from 1 - b to 1 + b")
    contrast: float = Field(default=0.5, ge=0, le=1, description="factor drawn from 1 - c to 1 + c")
    saturation: float = Field(default=0.5, ge=0, le=1, description="factor drawn from 1 - s to 1 + s")
    hue: float = Field(default=0.25, ge=0, le=0.5, description="shift drawn from -h to h, in turns")
    grey_probability: float = Field(default=0.3, ge=0, le=1, description="chance of dropping colour")
    grey_first: bool = Field(default=True, description="drop colour before the colour operations, not after")


class Optimizer(Section):
    """Cosine schedule per iteration after a linear warm-up."""

    name: Literal["lars", "sgd", "adam", "adamw"] = Field(default="lars", description="update rule")
    rate: float = Field(default=0.3, gt=0, le=1000, description="base learning rate")
    rate_per_clips: int | None = Field(
        default=256,
        ge=1,
        le=1_000_000,
        description="scale the base rate by clips a step over all processes / this; null: do not",
    )
    warmup_epochs: float = Field(default=5, ge=0, le=100_000, description="epochs of linear warm-up")
    warmup_rate: float = Field(default=0.001, ge=0, le=1000, description="rate at the first step of the warm-up")
    momentum: float = Field(default=0.9, ge=0, lt=1, description="momentum of LARS and SGD (Nesterov)")
    weight_decay: float = Field(default=1e-6, ge=0, le=10, description="weight decay (0 on BatchNorm)")
    trust: float = Field(default=0.001, gt=0, le=10, description="trust coefficient eta of LARS")
    exclude_batchnorm: bool = Field(default=False, description="leave BatchNorm out of LARS scaling")


class FinetuneOptimizer(Optimizer):
    """The supervised recipe (UCF101's; HMDB51 starts lower)."""

    name: Literal["lars", "sgd", "adam", "adamw"] = Field(default="adam", description="update rule")
    rate: float = Field(default=0.002, gt=0, le=1000, description="base learning rate")
    rate_per_clips: int | None = Field(
        default=None,
        ge=1,
        le=1_000_000,
        description="scale the base rate by clips a step over all processes / this; null: do not",
    )
    warmup_epochs: float = Field(default=10, ge=0, le=100_000, description="epochs of linear warm-up")
    warmup_rate: float = Field(default=0.0002, ge=0, le=1000, description="rate at the first step of the warm-up")
    weight_decay: float = Field(default=1e-3, ge=0, le=10, description="weight decay (0 on BatchNorm)")


Precision = Literal["float32", "bf16"]


class Compute(Section):
    """How a step is computed, as far as it can change figures."""

    precision: Precision = Field(default="bf16", description="autocast precision; bf16 falls back nowhere")
    compile: bool = Field(default=False, description="torch.compile the network")
