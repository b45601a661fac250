"""Pre-training experiments and downstream tasks."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hico.config.media import Media
from hico.config.outside import Method, OneOf, fetch, is_outside
from hico.config.section import DISTINCT, Section, Title
from hico.config.training import Augment, Backbone, Clip, Compute, FinetuneAugment, FinetuneOptimizer, Optimizer

DAY_S = 86_400
MethodName = Annotated[str, OneOf("hico", "simclr", "random", "imported")]


class Sampling(Section):
    """Which clips a video gives: near pairs a short time apart, and a far clip anywhere."""

    near_pairs: int = Field(default=1, ge=1, le=16, description="near pairs a video; above 1 there is no far clip")
    far_clip: bool = Field(default=True, description="a third clip anywhere beside a single near pair; false: the pair")
    distance_s: tuple[float, float] = Field(
        default=(0.0, 1.0),
        description="largest distance of a near pair at the start and end of training, in s; 86400 and 86400: anywhere",
    )
    gradual: bool = Field(default=True, description="let the distance grow; false: always its second value")
    margin: bool = Field(
        default=True,
        description="simclr: half a clip at both ends of a video is left out, as the release does with untrimmed "
        "videos; false: clips start anywhere, as it does with trimmed ones",
    )

    @property
    def clips_per_video(self) -> int:
        return 2 * self.near_pairs + int(self.has_far_clip)

    @property
    def has_far_clip(self) -> bool:
        return self.far_clip and self.near_pairs == 1

    @property
    def everywhere(self) -> bool:
        """Whether nothing is near: the distance of a pair is never limited."""
        return self.distance_s[1] == DAY_S and (self.distance_s[0] == DAY_S or not self.gradual)

    @model_validator(mode="after")
    def _ordered(self) -> "Sampling":
        if not 0 <= self.distance_s[0] <= self.distance_s[1] <= DAY_S:
            raise ValueError(f"distance_s: needs 0 <= start <= end <= {DAY_S}, given {list(self.distance_s)}")
        return self


class Loss(Section):
    """Weights and constants of the pre-training losses."""

    vcl: float = Field(default=1.0, ge=0, le=1000, description="weight of visual consistency")
    tcl: float = Field(default=1.0, ge=0, le=1000, description="weight of topical consistency")
    temperature: float = Field(default=0.1, ge=0.001, le=100, description="temperature tau of the contrastive losses")
    gamma: float = Field(default=0.5, ge=0, le=20, description="focusing exponent of the topical loss")


class Head(Section):
    """Projection heads."""

    hidden: int = Field(default=1024, ge=8, le=16_384, description="hidden width")
    embedding: int = Field(default=128, ge=2, le=16_384, description="width of the embeddings")
    predictor: int = Field(default=256, ge=2, le=16_384, description="hidden width of the topical predictor")


class Pretrain(Section):
    """One pre-training experiment."""

    title: Title = Field(default="", description="name shown in tables; default: the key")
    method: MethodName = Field(
        description="hico: near and far clips; simclr: 2 clips anywhere; random: no training; imported: `weights`; "
        "module:METHOD for your own"
    )
    data: str = Field(default="", description="key of the data set; random takes only BatchNorm statistics of it")
    subset: str = Field(default="training", description="subset of the data set that is trained on")
    weights: Path | None = Field(default=None, description="safetensors file to start downstream from (imported)")
    backbone: Backbone = Backbone()
    head: Head = Head()
    clip: Clip = Clip()
    sampling: Sampling = Sampling()
    loss: Loss = Loss()
    augment: Augment = Augment()
    optimizer: Optimizer = Optimizer()
    compute: Compute = Compute()
    media: Media = Media()
    epochs: int = Field(default=120, ge=1, le=100_000, description="epochs; one epoch is every video once")
    batch_videos: int = Field(default=32, ge=2, le=100_000, description="videos a step and process")
    accumulate: int = Field(default=1, ge=1, le=100_000, description="parts that a step is computed in, to save memory")

    @property
    def trains(self) -> bool:
        """Whether anything is learned."""
        return self.method not in ("random", "imported")

    @property
    def own(self) -> Method | None:
        """The method, if it is one of the user's own. Raises ConfigError."""
        return fetch(self.method, Method) if is_outside(self.method) else None

    @property
    def clips_per_video(self) -> int:
        if self.own is not None:
            return self.own.clips_per_video
        if self.method == "simclr":
            return 2
        return self.sampling.clips_per_video

    @model_validator(mode="after")
    def _consistent(self) -> "Pretrain":
        if (self.method == "imported") == bool(self.data):
            raise ValueError("data: every method but imported needs a data set, a key of `data`; imported takes none")
        if (self.method == "imported") != (self.weights is not None):
            raise ValueError("weights: goes with method imported, and only with it")
        if self.method == "hico" and self.loss.vcl == 0 and self.loss.tcl == 0:
            raise ValueError("loss: vcl and tcl are both 0, so there is nothing to learn")
        if self.accumulate > self.batch_videos:
            raise ValueError(f"accumulate: more parts than the {self.batch_videos} videos of a step (batch_videos)")
        _refuse_endless_warmup(self.optimizer, self.epochs)
        self.clip.refuse_cut_tubelets(self.backbone)
        return self


def _refuse_endless_warmup(optimizer: Optimizer, epochs: int) -> None:
    if optimizer.warmup_epochs >= epochs:
        raise ValueError("optimizer.warmup_epochs: not shorter than `epochs`, so the rate would never rise")


class Task(Section):
    """What every downstream task has."""

    data: str = Field(description="key of the downstream data set")
    experiments: Annotated[list[str], DISTINCT] = Field(
        default=[], description="pre-training experiments to measure; empty: all"
    )
    clip: Clip = Clip()
    views: int = Field(default=10, ge=1, le=100, description="temporal views a test video")


class Finetune(Task):
    """Supervised training of the whole network."""

    augment: FinetuneAugment = FinetuneAugment()
    optimizer: FinetuneOptimizer = FinetuneOptimizer()
    compute: Compute = Compute()
    media: Media = Media()
    epochs: int = Field(default=300, ge=1, le=100_000, description="epochs; one epoch is every video once")
    batch_videos: int = Field(default=128, ge=2, le=100_000, description="videos a step over all processes")
    dropout: float = Field(default=0.0, ge=0, lt=1, description="dropout before the classifier")

    @property
    def clips_per_video(self) -> int:
        return 1

    @model_validator(mode="after")
    def _consistent(self) -> "Finetune":
        _refuse_endless_warmup(self.optimizer, self.epochs)
        return self


class LinearProbe(Finetune):
    """Only the classifier learns."""

    batchnorm: Literal["strict", "adapt"] = Field(
        default="strict", description="strict: BatchNorm of the frozen network is frozen too; adapt: batch statistics"
    )


class Retrieval(Task):
    """Nearest neighbors of test videos among training videos."""

    ks: Annotated[list[Annotated[int, Field(ge=1, le=1_000_000)]], DISTINCT] = Field(
        default=[1, 5, 10, 20, 50], min_length=1, description="ranks k of R@k"
    )
