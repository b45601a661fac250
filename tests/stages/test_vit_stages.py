"""A network without BatchNorm through every stage: ViT-S, also at a larger input than it was pre-trained with."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import hico
from hico.nets.weights import load
from hico.stages import features, finetune, linear_probe, pretrain, retrieval

Stage = Callable[..., None]
Tables = Callable[[str], dict[str, Path]]
VIT = {"name": "vit_s", "width": 0.125}


@pytest.fixture(scope="module")
def weights(synthetic: Path, stage: Stage, tables: Tables, tiny_pretrain: Any) -> Path:
    settings = tiny_pretrain | {"backbone": VIT, "sampling": {"near_pairs": 2}, "accumulate": 3}
    stage(pretrain, experiment="vit", settings=settings, seed=0, **tables("untrimmed"), out_dir=synthetic / "vit")
    return synthetic / "vit/weights.safetensors"


def test_random_and_trained_networks_are_written(
    weights: Path, synthetic: Path, stage: Stage, tables: Tables, tiny_pretrain: Any
) -> None:
    settings = tiny_pretrain | {"backbone": VIT, "method": "random"}
    stage(pretrain, experiment="random", settings=settings, seed=0, **tables("untrimmed"), out_dir=synthetic / "random")
    (trained, _), (start, _) = load(weights), load(synthetic / "random/weights.safetensors")
    same = {name for name, tensor in start.items() if name in trained and tensor.equal(trained[name])}
    backbone = {name for name in start if name.startswith("backbone.")}
    assert same & backbone == {"backbone.tubelets.weight", "backbone.tubelets.bias"}


@pytest.mark.parametrize("clip", [{}, {"frames": 8, "rate": 3, "size": 64}], ids=["same input", "larger input"])
@pytest.mark.parametrize("module", [finetune, linear_probe, retrieval], ids=lambda module: module.__name__[12:])
def test_downstream_takes_the_weights(
    module: Any, clip: Any, weights: Path, tmp_path: Path, stage: Stage, tables: Tables, tiny_task: Any
) -> None:
    settings = tiny_task if module is not retrieval else {"data": "actions", "clip": tiny_task["clip"], "ks": [1]}
    settings = settings | {"clip": tiny_task["clip"] | clip, "views": 1}
    if module is linear_probe:
        settings |= {"batchnorm": "adapt"}
    stage(module, task="a", settings=settings, weights=weights, **tables("actions"), seed=0, out_dir=tmp_path)
    metrics = json.loads((tmp_path / "metrics.json").read_text())
    assert metrics["backbone"] == "vit_s"
    assert metrics["test_videos"] == 18


def test_features_are_those_of_the_api(weights: Path, tmp_path: Path, stage: Stage, tables: Tables) -> None:
    given = {"data": "x", "weights": str(weights)}
    outputs = {"out": tmp_path / "f.parquet", "unusable_out": tmp_path / "u.csv"}
    stage(features, settings=given, weights=weights, index=tables("actions")["index"], workers=0, **outputs)
    rows = pd.read_parquet(tmp_path / "f.parquet")
    backbone, transform = hico.load(weights)
    assert len(rows["vector"].iloc[0]) == backbone.features == 48
    assert backbone(transform(np.zeros((4, 40, 60, 3), np.uint8))).shape == (1, 48, 1, 1, 1)
