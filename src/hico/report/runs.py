"""Measured runs: what each metrics.json says, checked and in one order."""

import json
import re
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError, ValidationInfo, field_validator, model_validator

from hico.config.experiments import Finetune, LinearProbe, MethodName, Pretrain, Retrieval, Task
from hico.errors import ReportError
from hico.report.names import MEASURES, PROTOCOLS
from hico.report.recipe import recipe

Percent = Annotated[float, Field(ge=0, le=100, allow_inf_nan=False)]
Share = Annotated[float, Field(ge=0, le=1)]
_RECALL = re.compile(r"r@(\d+)")
_SECTIONS: dict[str, type[Task]] = {"finetune": Finetune, "linear_probe": LinearProbe, "retrieval": Retrieval}
_METHODS = ("random", "imported", "simclr", "hico")


class Run(BaseModel):
    """One downstream run: one experiment, task, seed and split. Measures are in per cent, inputs frames x pixels."""

    model_config = ConfigDict(frozen=True, extra="ignore")

    protocol: Literal["finetune", "linear_probe", "retrieval"]
    task: str
    experiment: str
    title: str
    method: MethodName
    seed: int
    split: int
    pretrain_data: str | None = None
    pretrain_videos: int | None = None
    pretrain_coverage: Share | None = None
    pretrain_batch_videos: int | None = None
    pretrain_input: str | None = None
    pretrain_settings: Pretrain | None = None
    task_settings: Task | None = None
    backbone: str
    width: float
    dataset: str
    input: str
    train_videos: int
    test_videos: int
    coverage: Share
    batchnorm: str | None = None
    views: int | None = None
    classes: list[str] = []
    measures: dict[str, Percent]

    @model_validator(mode="before")
    @classmethod
    def _gather(cls, values: Any) -> Any:
        if not isinstance(values, dict):
            raise ValueError("the file holds no JSON object")
        keys = [key for key in values if key in MEASURES or _RECALL.fullmatch(key)]
        return values | {"measures": {key: values[key] for key in keys if values[key] is not None}}

    @field_validator("task_settings", mode="before")
    @classmethod
    def _of_its_protocol(cls, values: Any, info: ValidationInfo) -> Any:
        section = _SECTIONS.get(info.data.get("protocol", ""))
        return values if values is None or section is None else section.model_validate(values)

    @model_validator(mode="after")
    def _measured(self) -> "Run":
        if self.main_measure not in self.measures:
            raise ValueError(f"{self.main_measure}: missing, and every {self.protocol} run has it")
        return self

    @property
    def main_measure(self) -> str:
        return "r@1" if self.protocol == "retrieval" else "top1"

    @property
    def parts(self) -> str:
        return recipe(self.pretrain_settings)

    @property
    def pretrain_epochs(self) -> int | None:
        settings = self.pretrain_settings
        return settings.epochs if settings is not None and settings.trains else None

    @property
    def incomplete(self) -> bool:
        """Whether some listed video, of pre-training or of this task, was not usable."""
        return self.coverage < 1 or (self.pretrain_coverage is not None and self.pretrain_coverage < 1)

    @property
    def identity(self) -> tuple[str, str, str, int, int]:
        return self.protocol, self.task, self.experiment, self.seed, self.split

    @property
    def order(self) -> tuple[Any, ...]:
        """Sorting key that does not depend on where or when the run was read."""
        rank = list(PROTOCOLS).index(self.protocol), self.dataset, self.task, _method_rank(self.method)
        return *rank, self.title, self.experiment, self.seed, self.split


def _method_rank(method: str) -> int:
    """Built-in methods in their order, then the user's own."""
    return _METHODS.index(method) if method in _METHODS else len(_METHODS)


def read_runs(paths: Iterable[Path]) -> list[Run]:
    """All runs, sorted, each (protocol, task, experiment, seed, split) once. Raises ReportError."""
    seen: dict[tuple[str, str, str, int, int], Path] = {}
    runs = []
    for path in paths:
        run = read_run(path)
        if run.identity in seen:
            name = "{}/{}/{}, seed {}, split {}".format(*run.identity)
            raise ReportError(f"{path}: {name} is already in {seen[run.identity]}; name each run once")
        seen[run.identity] = path
        runs.append(run)
    return sorted(runs, key=lambda run: run.order)


def renamed(runs: Iterable[Run], titles: Mapping[str, str]) -> list[Run]:
    """Runs under these titles of their experiments, sorted again."""
    named = [run.model_copy(update={"title": titles.get(run.experiment, run.title)}) for run in runs]
    return sorted(named, key=lambda run: run.order)


def read_run(path: Path) -> Run:
    """One metrics.json. Raises ReportError that names the file and the key."""
    try:
        return Run.model_validate(json.loads(path.read_text(encoding="utf-8")))
    except FileNotFoundError as error:
        raise ReportError(f"{path}: no such file; run the downstream stage that writes it") from error
    except (json.JSONDecodeError, UnicodeDecodeError) as error:
        raise ReportError(f"{path}: not readable as JSON ({error}); delete it and run its stage again") from error
    except ValidationError as error:
        problems = "; ".join(f"{'.'.join(map(str, item['loc'])) or 'file'}: {item['msg']}" for item in error.errors())
        raise ReportError(f"{path}: not a metrics file of this package: {problems}") from error


def measure_keys(runs: Iterable[Run]) -> list[str]:
    """Every measure that occurs: accuracies in their order, then R@k by k."""
    found = {key for run in runs for key in run.measures}
    ranks = sorted((key for key in found if key not in MEASURES), key=lambda key: int(key[2:]))
    return [key for key in MEASURES if key in found] + ranks
