"""Pre-training and what follows it, from a tiny synthetic data set to figures, each stage by its own command line."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from hico.config.experiments import Finetune, LinearProbe, Pretrain, Retrieval
from hico.config.training import Backbone
from hico.errors import TrainingError, WeightsError
from hico.nets.model import Classifier, build_backbone
from hico.nets.weights import load, save
from hico.stages import finetune, linear_probe, pretrain, retrieval
from hico.training.classifying import freeze_backbone

Stage = Callable[..., None]
Tables = Callable[[str], dict[str, Path]]


@pytest.fixture(scope="module")
def weights(synthetic: Path, stage: Stage, tables: Tables, tiny_pretrain: Any) -> Path:
    out = synthetic / "hico"
    inputs = tables("untrimmed")
    stage(pretrain, experiment="hico", settings=tiny_pretrain, seed=1, **inputs, data_title="tiny", out_dir=out)
    return out / "weights.safetensors"


def test_pretraining_writes_figures_of_every_step_and_weights_that_say_what_they_are(weights: Path) -> None:
    metrics = pd.read_csv(weights.parent / "metrics.csv")
    assert list(metrics["step"]) == [1, 2, 3, 4, 5, 6]
    assert np.allclose(metrics["loss"], metrics["vcl"] + metrics["tcl"])
    assert list(metrics["distance_s"]) == pytest.approx([0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])
    _, about = load(weights)
    assert about["trained_on"] == {"dataset": "tiny", "videos": 7, "coverage": 1.0, "batch_videos": 3}
    topics = np.load(weights.parent / "topics.npz")
    assert topics["last_predicted"].shape == topics["first_same_video"].shape == (21, 21)
    assert json.loads((weights.parent / "provenance.json").read_text())["seed"] == 1


def test_workers_cannot_change_the_result_and_a_seed_can(
    weights: Path, synthetic: Path, stage: Stage, tables: Tables, tiny_pretrain: Any
) -> None:
    """The weights are those of one worker."""
    for seed, workers, same in ((1, 0, True), (1, 3, True), (2, 0, False)):
        out = synthetic / f"again{seed}-{workers}"
        inputs = tables("untrimmed")
        stage(
            pretrain, experiment="hico", settings=tiny_pretrain, seed=seed, **inputs, data_title="tiny",
            out_dir=out, workers=workers,
        )  # fmt: skip
        assert ((out / "metrics.csv").read_bytes() == (weights.parent / "metrics.csv").read_bytes()) == same
        assert ((out / "weights.safetensors").read_bytes() == weights.read_bytes()) == same


@pytest.mark.parametrize("module", [finetune, linear_probe, retrieval], ids=lambda module: module.__name__[12:])
def test_downstream_measures_the_weights(
    module: object, weights: Path, synthetic: Path, stage: Stage, tables: Tables, tiny_task: Any
) -> None:
    settings = (
        tiny_task
        if module is not retrieval
        else {"data": "actions", "clip": tiny_task["clip"], "views": 2, "ks": [1, 18]}
    )
    out = synthetic / module.__name__.split(".")[-1]  # type: ignore[attr-defined]
    stage(
        module, task="actions", settings=settings, weights=weights, **tables("actions"),
        data_title="tiny actions", split=1, seed=1, out_dir=out,
    )  # fmt: skip
    metrics = json.loads((out / "metrics.json").read_text())
    section = {finetune: Finetune, linear_probe: LinearProbe, retrieval: Retrieval}[module]
    assert section.check(metrics["task_settings"], "test") == section.check(settings, "test")
    predictions = pd.read_parquet(out / "predictions.parquet")
    assert len(predictions) == metrics["test_videos"] == 18
    if module is retrieval:
        first = predictions["neighbor_labels"].str[0] == predictions["label"]
        assert metrics["r@1"] == pytest.approx(100 * first.mean())
        assert metrics["r@18"] == 100
    else:
        right = predictions["predicted_id"] == predictions["label_id"]
        assert metrics["top1"] == pytest.approx(100 * right.mean())
        assert metrics["batchnorm"] == {finetune: "trained", linear_probe: "strict"}[module]


def test_a_strict_probe_leaves_the_network_alone(synthetic: Path, weights: Path, stage: Stage, tiny_task: Any) -> None:

    settings = LinearProbe.check(tiny_task, "test")
    model = Classifier(build_backbone(backbone_of(weights)), 3)
    freeze_backbone(model, settings.batchnorm)
    assert not any(p.requires_grad for p in model.backbone.parameters())
    assert not any(module.training for module in model.backbone.modules())
    freeze_backbone(model.train(), "adapt")
    assert all(module.training for module in model.backbone.modules())


def backbone_of(weights: Path) -> Backbone:

    return Pretrain.check(load(weights)[1]["settings"], "weights").backbone


def test_weights_of_another_network_are_refused_and_nothing_is_written(
    synthetic: Path, weights: Path, tmp_path: Path, stage: Stage, tables: Tables, tiny_task: Any
) -> None:

    state, about = load(weights)
    about["settings"]["backbone"]["width"] = 0.125
    foreign = tmp_path / "weights.safetensors"
    save(foreign, state, about)
    with pytest.raises(WeightsError, match="not the weights of this network"):
        stage(
            retrieval, task="actions", settings={"data": "actions", "clip": tiny_task["clip"]}, weights=foreign,
            **tables("actions"), split=1, seed=1, out_dir=tmp_path / "out",
        )  # fmt: skip
    assert not (tmp_path / "out" / "metrics.json").exists()


def test_weights_that_do_not_say_where_they_come_from_are_refused(
    tables: Tables, weights: Path, stage: Stage, tiny_task: Any, tmp_path: Path
) -> None:
    stranger, (state, about) = tmp_path / "stranger.safetensors", load(weights)
    save(stranger, state, {"settings": about["settings"]})
    given = {"task": "x", "settings": tiny_task, "seed": 0, **tables("actions"), "out_dir": tmp_path / "out"}
    with pytest.raises(WeightsError, match=r"^\S+stranger\.safetensors: does not say experiment and trained_on; use"):
        stage(finetune, weights=stranger, **given)


def test_a_subset_that_does_not_exist_is_named(
    synthetic: Path, tmp_path: Path, stage: Stage, tables: Tables, tiny_pretrain: Any
) -> None:
    settings = tiny_pretrain | {"subset": "testing"}
    with pytest.raises(TrainingError, match=r"no usable video of subset 'testing'.*has the subsets training"):
        stage(pretrain, experiment="hico", settings=settings, seed=0, **tables("untrimmed"), out_dir=tmp_path)
