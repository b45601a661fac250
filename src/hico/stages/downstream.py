"""What the downstream stages share: their command line, the weights they measure, the facts beside a figure."""

import argparse
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hico.config.experiments import Pretrain, Task
from hico.data.fitting import refuse_lacking_labels, refuse_long_clip, refuse_parts
from hico.data.videos import Videos, class_names, coverage_share, usable_videos
from hico.errors import WeightsError
from hico.nets.model import BackboneNet, build_backbone
from hico.nets.weights import load_backbone, read_metadata
from hico.stages.command import count
from hico.stages.training import add_arguments


def arguments(description: str | None, argv: Sequence[str] | None, trains: bool = True) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--task", required=True, help="its key in the configuration")
    parser.add_argument("--settings", required=True, help="section of the task: JSON, or a YAML file")
    parser.add_argument("--weights", type=Path, required=True, help="weights.safetensors of a pre-training run")
    parser.add_argument("--manifest", type=Path, required=True, help="manifest.parquet of the downstream data set")
    parser.add_argument("--index", type=Path, required=True, help="index.parquet of the downstream data set")
    parser.add_argument("--coverage", type=Path, required=True, help="coverage.csv of the downstream data set")
    parser.add_argument("--data-title", default="", help="name of the data set in tables")
    parser.add_argument("--split", type=count, default=1, help="official split")
    parser.add_argument("--seed", type=count, required=True)
    parser.add_argument("--out-dir", type=Path, required=True)
    parser.add_argument("--workers", type=count, default=1, help="decoding processes; cannot change the result")
    if trains:
        add_arguments(parser)
    return parser.parse_args(argv)


@dataclass(frozen=True)
class Downstream:
    """One measurement: which weights on which videos."""

    protocol: str
    args: argparse.Namespace
    task: Task
    about: dict[str, Any]
    """What the weights say of themselves."""
    train: Videos
    test: Videos
    classes: list[str]

    @property
    def pretrain(self) -> Pretrain:
        return Pretrain.check(self.about["settings"], str(self.args.weights))

    def backbone(self) -> BackboneNet:
        """The pre-trained backbone. Raises WeightsError when the file does not fit it."""
        backbone = build_backbone(self.pretrain.backbone)
        load_backbone(backbone, self.args.weights)
        return backbone

    def facts(self, kept: float = 1.0) -> dict[str, Any]:
        """Everything that a table says of a run beside its figures; `kept` is the share of its videos never dropped."""
        args, pretrain, trained_on = self.args, self.pretrain, self.about["trained_on"]
        train, test = (coverage_share(args.coverage, subset, args.split) for subset in ("training", "testing"))
        return {
            "protocol": self.protocol,
            "task": args.task,
            "experiment": self.about["experiment"],
            "title": pretrain.title or self.about["experiment"],
            "method": pretrain.method,
            "seed": args.seed,
            "split": args.split,
            "pretrain_settings": self.about["settings"],
            "pretrain_data": trained_on["dataset"],
            "pretrain_videos": trained_on["videos"],
            "pretrain_coverage": trained_on["coverage"],
            "pretrain_batch_videos": trained_on.get("batch_videos"),
            "pretrain_input": f"{pretrain.clip.frames}x{pretrain.clip.size}",
            "backbone": pretrain.backbone.name,
            "width": pretrain.backbone.width,
            "dataset": args.data_title or self.task.data,
            "input": f"{self.task.clip.frames}x{self.task.clip.size}",
            "views": self.task.views,
            "task_settings": self.task.model_dump(mode="json"),
            "train_videos": len(self.train),
            "test_videos": len(self.test),
            "coverage": min(kept * train, test),
        }


SAID = ("experiment", "settings", "trained_on")


def _said(weights: Path) -> dict[str, Any]:
    """The metadata of a weights file. Raises WeightsError where they lack what tables say of a run."""
    about = read_metadata(weights)
    if lacking := [key for key in SAID if key not in about]:
        raise WeightsError(
            f"{weights}: does not say {' and '.join(lacking)}; use weights that pretrain or import_weights has written"
        )
    return about


def measurement(protocol: str, args: argparse.Namespace, task: Task) -> Downstream:
    """Read the weights' own words and the usable videos. Raises WeightsError, TrainingError, ConfigError."""
    about, key = _said(args.weights), f"{protocol}.{args.task}"
    refuse_parts(args.manifest, key)
    train, test = (usable_videos(args.manifest, args.index, subset, args.split) for subset in ("training", "testing"))
    classes = class_names(args.manifest)
    refuse_lacking_labels(train, test, len(classes), key)
    refuse_long_clip(task.clip, train, key)
    return Downstream(protocol, args, task, about, train, test, classes)
