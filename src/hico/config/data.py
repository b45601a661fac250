"""What videos there are: data sets, how they are indexed, and the synthetic data set."""

from pathlib import Path
from typing import Annotated, Literal

from pydantic import Field, model_validator

from hico.config.outside import OneOf, is_outside
from hico.config.section import DISTINCT, Section, Title

Kind = Annotated[
    str,
    OneOf(
        "hacs_segments",
        "hacs_clips",
        "activitynet",
        "kinetics",
        "kinetics_untrimmed",
        "ucf101",
        "hmdb51",
        "path_list",
        "pieces",
        "folder",
    ),
]

TRIMMED = ("kinetics", "ucf101", "hmdb51")
UNTRIMMED = ("hacs_segments", "hacs_clips", "activitynet", "kinetics_untrimmed", "pieces")
"""Kinds that say whether their videos are cut to one action; of the others it is not known."""

WITH_SPLITS = ("ucf101", "hmdb51")

TopicKind = Literal["shape", "action"]


class Store(Section):
    """Small copies of a data set's videos, from which clips come fast: H.264 in mp4, no sound."""

    short_side: int = Field(default=144, ge=16, le=2160, multiple_of=2, description="short side, pixels")
    fps: float | None = Field(default=None, gt=0, le=240, description="frames a second; null: every frame at its time")
    gop: int = Field(default=16, ge=1, le=1000, description="frames from one key frame to the next")
    crf: int = Field(default=23, ge=0, le=51, description="x264's constant rate factor: larger is smaller and worse")


class DataSet(Section):
    """One data set: official annotation files and the folder that holds its videos."""

    kind: Kind = Field(
        description="which parser reads the annotation files; pieces: whole videos, each stored in several files; "
        "module:function for your own"
    )
    root: Path = Field(description="folder of the videos, in the data set's official layout")
    annotations: list[Path] = Field(
        default=[], description="annotation files, or one folder of split files (UCF101, HMDB51)"
    )
    title: Title = Field(default="", description="name shown in tables, such as HACS or UCF101; default: the key")
    splits: Annotated[list[Annotated[int, Field(ge=1, le=3)]], DISTINCT] = Field(
        default=[1], min_length=1, description="official splits to run (UCF101, HMDB51)"
    )
    store: Store | None = Field(default=None, description="read videos from small copies, made once; null: as they are")

    @model_validator(mode="after")
    def _has_splits(self) -> "DataSet":
        if self.splits != [1] and self.kind not in WITH_SPLITS and not is_outside(self.kind):
            raise ValueError(f"splits: kind {self.kind} has no official splits; leave them out")
        return self

    @property
    def needs_annotations(self) -> bool:
        """Whether this kind cannot do without annotation files."""
        return self.kind != "folder" and not is_outside(self.kind)


class Index(Section):
    """How media is probed and when bad media stops a run."""

    shards: int = Field(default=2, ge=1, le=10_000, description="jobs that the videos are spread over")
    max_unusable: float = Field(
        default=0.05, ge=0, le=1, description="largest share of present videos that may be quarantined"
    )
    full_check: bool = Field(default=False, description="decode every frame instead of a few test frames")


class Synthetic(Section):
    """The synthetic data set, rendered when a configuration asks for it."""

    seed: int = Field(default=0, ge=0, lt=2**32, description="seed of the whole data set")
    topic: TopicKind = Field(default="shape", description="what an untrimmed video is about: a shape, or one action")
    videos: int = Field(default=128, ge=2, le=10_000, description="untrimmed videos")
    train_clips: int = Field(default=30, ge=1, le=1000, description="trimmed training clips a class")
    test_clips: int = Field(default=30, ge=1, le=1000, description="trimmed test clips a class")
