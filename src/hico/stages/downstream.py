"""What the downstream stages (classify, retrieval) share: command line, weights, videos, and the facts of a run."""

import argparse
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from hico.config.experiments import Pretrain, Task
from hico.data.checks import check_clip_length, check_labels, check_whole_videos
from hico.data.videos import Videos, class_names, coverage_share, usable_videos
from hico.errors import WeightsError
from hico.nets.model import BackboneNet, build_backbone
from hico.nets.weights import load_backbone, read_metadata
from hico.stages.command import count

REQUIRED_METADATA = ("experiment", "settings", "trained_on")


def downstream_parser(description: str | None) -> argparse.ArgumentParser:
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
    return parser


@dataclass(frozen=True)
class DownstreamRun:
    """One pre-trained network on one task, seed and split."""

    protocol: str
    """finetune, linear_probe or retrieval."""
    args: argparse.Namespace
    task: Task
    metadata: dict[str, Any]
    """Of the weights file."""
    train: Videos
    test: Videos
    classes: list[str]

    @property
    def pretrain(self) -> Pretrain:
        """Settings that the weights were trained with."""
        return Pretrain.check(self.metadata["settings"], str(self.args.weights))

    def load_backbone(self) -> BackboneNet:
        """The pre-trained backbone. Raises WeightsError when the file does not fit it."""
        backbone = build_backbone(self.pretrain.backbone)
        load_backbone(backbone, self.args.weights)
        return backbone

    def describe(self, kept_share: float = 1.0) -> dict[str, Any]:
        """What metrics.json has beside the metrics; `kept_share` is the share of training videos never dropped."""
        args, pretrain, trained_on = self.args, self.pretrain, self.metadata["trained_on"]
        train, test = (coverage_share(args.coverage, subset, args.split) for subset in ("training", "testing"))
        return {
            "protocol": self.protocol,
            "task": args.task,
            "experiment": self.metadata["experiment"],
            "title": pretrain.title or self.metadata["experiment"],
            "method": pretrain.method,
            "seed": args.seed,
            "split": args.split,
            "pretrain_settings": self.metadata["settings"],
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
            "coverage": min(kept_share * train, test),
        }


def load_downstream(protocol: str, args: argparse.Namespace, task: Task) -> DownstreamRun:
    """Read the metadata of the weights, and the usable videos. Raises WeightsError, TrainingError, ConfigError."""
    metadata, key = _read_complete_metadata(args.weights), f"{protocol}.{args.task}"
    check_whole_videos(args.manifest, key)
    train, test = (usable_videos(args.manifest, args.index, subset, args.split) for subset in ("training", "testing"))
    classes = class_names(args.manifest)
    check_labels(train, test, len(classes), key)
    check_clip_length(task.clip, train, key)
    return DownstreamRun(protocol, args, task, metadata, train, test, classes)


def _read_complete_metadata(weights: Path) -> dict[str, Any]:
    """Raises WeightsError where a key is missing that tables need."""
    metadata = read_metadata(weights)
    if missing := [key for key in REQUIRED_METADATA if key not in metadata]:
        raise WeightsError(
            f"{weights}: does not say {' and '.join(missing)}; use weights that pretrain or import_weights has written"
        )
    return metadata
