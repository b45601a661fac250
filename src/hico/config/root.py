"""The whole configuration, and the contradictions that it refuses before any job starts."""

from collections.abc import Iterator
from typing import Annotated, Any

from pydantic import Field, model_validator

from hico.config.data import DataSet, Index, Synthetic
from hico.config.experiments import Finetune, LinearProbe, Pretrain, Retrieval, Task
from hico.config.features import Features
from hico.config.outside import is_outside
from hico.config.section import DISTINCT, Section

Name = Annotated[str, Field(pattern=r"^[A-Za-z0-9][A-Za-z0-9_.+-]*$", max_length=100)]

WITHOUT_LABELS = ("folder", "pieces")
OF_SEGMENTS = ("hacs_segments", "hacs_clips", "activitynet", "kinetics_untrimmed")
"""Their labels are of parts of a video; tasks score whole videos, each of one class."""


SUBSETS = ("training", "validation", "testing")
"""What the manifest calls the subsets of every built-in kind."""


class Config(Section):
    """One file: data sets, pre-training experiments, downstream tasks, seeds."""

    name: Name = Field(description="results are written to results/<name>/")
    seeds: Annotated[list[Annotated[int, Field(ge=0, lt=2**32)]], DISTINCT] = Field(
        default=[0], min_length=1, description="every run, once a seed"
    )
    synthetic: Synthetic | None = Field(
        default=None, description="render synthetic videos to results/<name>/synthetic/"
    )
    data: dict[Name, DataSet] = Field(min_length=1, description="data sets by key")
    index: Index = Index()
    pretrain: dict[Name, Pretrain] = Field(default={}, description="pre-training experiments by key")
    finetune: dict[Name, Finetune] = Field(default={}, description="fine-tuning tasks by key")
    linear_probe: dict[Name, LinearProbe] = Field(default={}, description="linear probes by key")
    retrieval: dict[Name, Retrieval] = Field(default={}, description="retrieval tasks by key")
    features: Features | None = Field(default=None, description="embeddings of the videos of one data set")

    @property
    def used_data(self) -> dict[str, DataSet]:
        """The data sets that an experiment, a task or the features name."""
        named = {task.data for _, _, task in self.tasks} | {experiment.data for experiment in self.pretrain.values()}
        named |= {self.features.data} if self.features else set()
        return {key: dataset for key, dataset in self.data.items() if key in named}

    @property
    def tasks(self) -> Iterator[tuple[str, str, Task]]:
        """(protocol, key, settings) of every downstream task."""
        for protocol in ("finetune", "linear_probe", "retrieval"):
            for key, task in getattr(self, protocol).items():
                yield protocol, key, task

    def runs(self, task: Task) -> Iterator[tuple[str, int, int]]:
        """(experiment, seed, split) of every run of a task."""
        for experiment in task.experiments or self.pretrain:
            for seed in self.seeds:
                for split in self.data[task.data].splits:
                    yield experiment, seed, split

    @model_validator(mode="after")
    def _references(self) -> "Config":
        if not self.pretrain and self.features is None:
            raise ValueError("pretrain: missing or empty; declare an experiment, or ask for `features`")
        if self.features is not None and self.features.data not in self.data:
            raise ValueError(f"features.data: {_unknown(self.features.data, self.data)}")
        for key, experiment in self.pretrain.items():
            if experiment.data and experiment.data not in self.data:
                raise ValueError(f"pretrain.{key}.data: {_unknown(experiment.data, self.data)}")
            if experiment.data and not is_outside(self.data[experiment.data].kind) and experiment.subset not in SUBSETS:
                raise ValueError(
                    f"pretrain.{key}.subset: {experiment.subset!r} is none of the subsets {', '.join(SUBSETS)}"
                )
        for protocol, key, task in self.tasks:
            if task.data not in self.data:
                raise ValueError(f"{protocol}.{key}.data: {_unknown(task.data, self.data)}")
            _refuse_unmeasurable(f"{protocol}.{key}.data: {task.data!r}", self.data[task.data].kind)
            for name in task.experiments:
                if name not in self.pretrain:
                    raise ValueError(f"{protocol}.{key}.experiments: {_unknown(name, self.pretrain)}")
            for name in task.experiments or self.pretrain:
                _refuse_cut_tubelets(f"{protocol}.{key}", task, self.pretrain[name])
        return self


def _refuse_unmeasurable(named: str, kind: str) -> None:
    if kind in WITHOUT_LABELS:
        raise ValueError(f"{named} is of kind {kind}, which has no labels to measure by")
    if kind in OF_SEGMENTS:
        raise ValueError(
            f"{named} is of kind {kind}, whose labels are of parts of a video, and tasks take whole videos; name a "
            "data set of trimmed clips, such as one of kind kinetics or path_list"
        )


def _refuse_cut_tubelets(named: str, task: Task, experiment: Pretrain) -> None:
    try:
        task.clip.refuse_cut_tubelets(experiment.backbone)
    except ValueError as error:
        raise ValueError(f"{named}.{error}") from error


def _unknown(name: str, known: dict[str, Any]) -> str:
    return f"{name!r} is not a key that this file declares; declared: {', '.join(known)}"
