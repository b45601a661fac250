"""Measured runs as the downstream stages write them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hico.report.runs import Run

Facts = dict[str, Any]

SHORT: Facts = {
    "protocol": "finetune",
    "task": "ucf101",
    "experiment": "hico",
    "title": "HiCo",
    "method": "hico",
    "seed": 0,
    "split": 1,
    "pretrain_data": "HACS",
    "pretrain_videos": 30_512,
    "pretrain_coverage": 0.8112,
    "pretrain_settings": {"method": "hico", "data": "hacs", "epochs": 120},
    "pretrain_input": "16x112",
    "backbone": "s3dg",
    "width": 1.0,
    "dataset": "UCF101",
    "input": "16x112",
    "train_videos": 9537,
    "test_videos": 3783,
    "coverage": 1.0,
    "batchnorm": "trained",
    "views": 10,
}
ACCURACIES: Facts = {"top1": 78.0, "top5": 93.5, "mean_class_accuracy": 77.4, "top1_single_view": 74.0}


def papers_task(protocol: str, dataset: str) -> Facts:
    """What the paper's task sets beside its defaults."""
    settings: Facts = {"data": dataset}
    if protocol == "linear_probe":
        settings["batchnorm"] = "adapt"
    if dataset == "HMDB51" and protocol != "retrieval":
        settings |= {"batch_videos": 64, "optimizer": {"rate": 0.001, "warmup_rate": 2e-5}}
    return settings


@pytest.fixture
def facts() -> Callable[..., Facts]:
    """One metrics.json: the paper's short HACS run on UCF101, with changes; its task has the paper's settings."""

    def make(**changes: Any) -> Facts:
        measures = {} if changes.get("protocol") == "retrieval" else ACCURACIES
        values = SHORT | measures | changes
        return {"task_settings": papers_task(values["protocol"], values["dataset"])} | values

    return make


@pytest.fixture
def make_run(facts: Callable[..., Facts]) -> Callable[..., Run]:
    return lambda **changes: Run.model_validate(facts(**changes))


@pytest.fixture
def write_facts(tmp_path: Path) -> Callable[[Facts], Path]:
    """Write one metrics.json under a name of its own."""

    def write(values: Facts) -> Path:
        path = tmp_path / f"metrics{len(list(tmp_path.glob('metrics*.json')))}.json"
        path.write_text(json.dumps(values))
        return path

    return write
