"""Settings that pre-training and downstream training share. Defaults are the paper's."""

from typing import Annotated, Literal

from pydantic import Field, model_validator

from hico.config.outside import OneOf
from hico.config.section import Section
from hico.errors import ConfigError

LARGEST_SHAPE = 100
TUBELET = (2, 16, 16)
"""Frames, height and width of what vit_s takes as one token."""
TOLERANCE_S = 0.5
"""A video of N frames lasts a little less than N frames of a clip."""


class Backbone(Section):
    """A video network."""

    name: Annotated[str, OneOf("s3dg", "r2plus1d_10", "r3d_18", "vit_s")] = Field(
        default="s3dg", description="architecture; module:Class for your own"
    )
    width: float = Field(default=1.0, ge=0.01, le=4, description="multiplier of every channel count; 1 is the paper's")
    norm_eps: float | None = Field(
        default=None, gt=0, le=1, description="eps of every BatchNorm of the backbone; null: its own (r3d_18: 1e-5)"
    )

    @model_validator(mode="after")
    def _has_batchnorm(self) -> "Backbone":
        if self.name == "vit_s" and self.norm_eps is not None:
            raise ValueError("norm_eps: vit_s has no BatchNorm; leave it out")
        return self


class Clip(Section):
    """What one clip is: it spans frames x rate / 30 seconds, whatever the video's own frame rate."""

    frames: int = Field(default=16, ge=1, le=256, description="frames a clip")
    rate: float = Field(default=4, ge=0.01, le=64, description="sampling interval, in frames of a 30-fps video")
    size: int = Field(default=112, ge=16, le=512, description="side of the square input, in pixels")

    @property
    def seconds(self) -> float:
        return self.frames * self.rate / 30

    def refuse_cut_tubelets(self, backbone: Backbone) -> None:
        """Raises ValueError for a clip that vit_s cannot divide into whole tubelets."""
        frames, _, side = TUBELET
        if backbone.name == "vit_s" and (self.frames % frames or self.size % side):
            raise ValueError(
                f"clip: vit_s takes whole tubelets of {frames} x {side} x {side}; {self.frames} x {self.size} is none: "
                f"make `frames` a multiple of {frames} and `size` of {side}"
            )

    def refuse_shorter(self, longest_s: float, videos: str, key: str) -> None:
        """Raises ConfigError when a clip outlasts the longest of `videos`; shorter ones are stretched over one."""
        if longest_s + TOLERANCE_S < self.seconds:
            raise ConfigError(
                f"{key}.clip: a clip lasts {self.seconds:.2f} s (frames x rate / 30), but the longest of {videos} "
                f"lasts {longest_s:.2f} s; lower clip.frames or clip.rate"
            )


Aspect = Annotated[tuple[float, float], Field(description="crop aspect ratio, width / height")]
ColorProbability = Annotated[float, Field(ge=0, le=1, description="chance of the four color operations")]
Brightness = Annotated[float, Field(ge=0, le=1, description="factor drawn from 1 - b to 1 + b")]
Contrast = Annotated[float, Field(ge=0, le=1, description="factor drawn from 1 - c to 1 + c")]
Saturation = Annotated[float, Field(ge=0, le=1, description="factor drawn from 1 - s to 1 + s")]
Hue = Annotated[float, Field(ge=0, le=0.5, description="shift drawn from -h to h, in turns")]
GrayProbability = Annotated[float, Field(ge=0, le=1, description="chance of dropping color")]
GrayFirst = Annotated[bool, Field(description="drop color before the color operations, not after")]


class Augment(Section):
    """Random crop, color, gray and flip; the same parameters for all frames of a clip."""

    area: tuple[float, float] = Field(
        default=(168**2 / (256 * 340), 224**2 / (256 * 340)), description="crop area as shares of the frame"
    )
    aspect: Aspect = (1, 1)
    color_probability: ColorProbability = 0.8
    brightness: Brightness = 0.8
    contrast: Contrast = 0.8
    saturation: Saturation = 0.8
    hue: Hue = 0.2
    gray_probability: GrayProbability = 0.2
    gray_first: GrayFirst = False
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
    """The supervised recipe: aspect jitter, always color, gray first."""

    aspect: Aspect = (6 / 7, 7 / 6)
    color_probability: ColorProbability = 1.0
    brightness: Brightness = 0.5
    contrast: Contrast = 0.5
    saturation: Saturation = 0.5
    hue: Hue = 0.25
    gray_probability: GrayProbability = 0.3
    gray_first: GrayFirst = True


Rule = Annotated[Literal["lars", "sgd", "adam", "adamw"], Field(description="update rule")]
Rate = Annotated[float, Field(gt=0, le=1000, description="base learning rate")]
PER_CLIPS = "scale the base rate by clips a step over all processes / this; null: do not"
RatePerClips = Annotated[int | None, Field(ge=1, le=1_000_000, description=PER_CLIPS)]
WarmupEpochs = Annotated[float, Field(ge=0, le=100_000, description="epochs of linear warm-up")]
WarmupRate = Annotated[float, Field(ge=0, le=1000, description="rate at the first step of the warm-up")]
WeightDecay = Annotated[float, Field(ge=0, le=10, description="weight decay (0 on BatchNorm and LayerNorm)")]


class Optimizer(Section):
    """Cosine schedule per iteration after a linear warm-up."""

    name: Rule = "lars"
    rate: Rate = 0.3
    rate_per_clips: RatePerClips = 256
    warmup_epochs: WarmupEpochs = 5
    warmup_rate: WarmupRate = 0.001
    momentum: float = Field(default=0.9, ge=0, lt=1, description="momentum of LARS and SGD (Nesterov)")
    weight_decay: WeightDecay = 1e-6
    trust: float = Field(default=0.001, gt=0, le=10, description="trust coefficient eta of LARS")
    exclude_batchnorm: bool = Field(default=False, description="leave BatchNorm out of LARS scaling")


class FinetuneOptimizer(Optimizer):
    """The supervised recipe (UCF101's; HMDB51 starts lower)."""

    name: Rule = "adam"
    rate: Rate = 0.002
    rate_per_clips: RatePerClips = None
    warmup_epochs: WarmupEpochs = 10
    warmup_rate: WarmupRate = 0.0002
    weight_decay: WeightDecay = 1e-3


Precision = Literal["float32", "bf16"]


class Compute(Section):
    """How a step is computed, as far as it can change figures."""

    precision: Precision = Field(default="bf16", description="autocast precision; bf16 falls back nowhere")
    compile: bool = Field(default=False, description="torch.compile the network")
