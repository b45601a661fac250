"""Pre-training and what follows it, from a tiny world to figures, each stage by its own command line."""

import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from hico.config.experiments import LinearProbe, Pretrain
from hico.config.training import Backbone
from hico.errors import TrainingError, WeightsError
from hico.nets.model import build_classifier
from hico.nets.weights import load, save
from hico.stages import annotations, demo_world, finetune, index, index_shard, linear_probe, pretrain, retrieval
from hico.training.classifying import freeze_backbone

CLIP = {"frames": 4, "rate": 6, "size": 32}
PRETRAIN = {
    "method": "hico",
    "data": "untrimmed",
    "backbone": {"name": "s3dg", "width": 0.0625},
    "head": {"hidden": 16, "embedding": 8},
    "clip": CLIP,
    "compute": {"precision": "float32"},
    "optimizer": {"name": "adamw", "rate": 0.001, "rate_per_clips": None, "warmup_epochs": 1},
    "epochs": 3,
    "batch_videos": 3,
}
SUPERVISED = {
    "data": "actions",
    "clip": CLIP,
    "views": 2,
    "compute": {"precision": "float32"},
    "optimizer": {"name": "adamw", "rate": 0.01, "warmup_epochs": 0},
    "epochs": 1,
    "batch_videos": 12,
}

Stage = Callable[..., None]


@pytest.fixture(scope="module")
def stage() -> Stage:
    """Run a stage's main as if from its command line."""

    def run(module: object, **options: object) -> None:
        words = [word for name, value in options.items() for word in (f"--{name.replace('_', '-')}", _text(value))]
        with pytest.MonkeyPatch.context() as patch:
            patch.setattr("sys.argv", ["stage", *words])
            module.main()  # type: ignore[attr-defined]

    return run


def _text(value: object) -> str:
    return json.dumps(value) if isinstance(value, dict) else str(value)


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory, stage: Stage) -> Path:
    """A world of a few videos, annotated and indexed: world/, untrimmed/ and actions/."""
    root = tmp_path_factory.mktemp("tiny")
    stage(demo_world, settings={"videos": 7, "train_clips": 1, "test_clips": 1}, out_dir=root / "world", workers=2)
    media = {
        "untrimmed": ("hacs_segments", "untrimmed/videos", "untrimmed/HACS_segments_v1.1.1.json"),
        "actions": ("ucf101", "clips/videos", "clips/ucfTrainTestlist"),
    }
    for key, (kind, videos, lists) in media.items():
        dataset = {"kind": kind, "root": f"{root}/world/{videos}", "annotations": [f"{root}/world/{lists}"]}
        out = root / key
        stage(annotations, key=key, settings=dataset, out=out / "manifest.parquet")
        shard = {"manifest": out / "manifest.parquet", "settings": {"shards": 1}}
        stage(index_shard, **shard, shard=0, out=out / "0.parquet")
        stage(index, **shard, shards=out / "0.parquet", out=out / "index.parquet", coverage=out / "coverage.csv")
    return root


def tables(world: Path, key: str) -> dict[str, Path]:
    names = {"manifest": "manifest.parquet", "index": "index.parquet", "coverage": "coverage.csv"}
    return {name: world / key / file for name, file in names.items()}


@pytest.fixture(scope="module")
def weights(world: Path, stage: Stage) -> Path:
    out = world / "hico"
    inputs = tables(world, "untrimmed")
    stage(pretrain, experiment="hico", settings=PRETRAIN, seed=1, **inputs, data_title="tiny", out_dir=out)
    return out / "weights.safetensors"


def test_pretraining_writes_figures_of_every_step_and_weights_that_say_what_they_are(weights: Path) -> None:
    metrics = pd.read_csv(weights.parent / "metrics.csv")
    assert list(metrics["step"]) == [1, 2, 3, 4, 5, 6]
    assert np.allclose(metrics["loss"], metrics["vcl"] + metrics["tcl"])
    assert list(metrics["distance_s"]) == pytest.approx([0, 1 / 6, 2 / 6, 3 / 6, 4 / 6, 5 / 6])
    _, about = load(weights)
    assert about["trained_on"] == {"dataset": "tiny", "videos": 7, "coverage": 1.0}
    topics = np.load(weights.parent / "topics.npz")
    assert topics["last_predicted"].shape == topics["first_same_video"].shape == (21, 21)
    assert json.loads((weights.parent / "provenance.json").read_text())["seed"] == 1


def test_workers_cannot_change_the_result_and_a_seed_can(weights: Path, world: Path, stage: Stage) -> None:
    for seed, workers, same in ((1, 2, True), (2, 0, False)):
        out = world / f"again{seed}"
        inputs = tables(world, "untrimmed")
        stage(
            pretrain, experiment="hico", settings=PRETRAIN, seed=seed, **inputs, data_title="tiny",
            out_dir=out, workers=workers,
        )  # fmt: skip
        assert ((out / "metrics.csv").read_bytes() == (weights.parent / "metrics.csv").read_bytes()) == same
        assert ((out / "weights.safetensors").read_bytes() == weights.read_bytes()) == same


@pytest.mark.parametrize("module", [finetune, linear_probe, retrieval], ids=lambda module: module.__name__[12:])
def test_downstream_measures_the_weights(module: object, weights: Path, world: Path, stage: Stage) -> None:
    settings = SUPERVISED if module is not retrieval else {"data": "actions", "clip": CLIP, "views": 2, "ks": [1, 18]}
    out = world / module.__name__.split(".")[-1]  # type: ignore[attr-defined]
    stage(
        module, task="actions", settings=settings, weights=weights, **tables(world, "actions"),
        data_title="tiny actions", split=1, seed=1, out_dir=out,
    )  # fmt: skip
    metrics = json.loads((out / "metrics.json").read_text())
    predictions = pd.read_parquet(out / "predictions.parquet")
    assert len(predictions) == metrics["test_videos"] == 18
    if module is retrieval:
        first = predictions["neighbour_labels"].str[0] == predictions["label"]
        assert metrics["r@1"] == pytest.approx(100 * first.mean())
        assert metrics["r@18"] == 100
    else:
        right = predictions["predicted_id"] == predictions["label_id"]
        assert metrics["top1"] == pytest.approx(100 * right.mean())
        assert metrics["batchnorm"] == {finetune: "trained", linear_probe: "strict"}[module]


def test_a_strict_probe_leaves_the_network_alone(world: Path, weights: Path, stage: Stage) -> None:

    settings = LinearProbe.check(SUPERVISED, "test")
    model = build_classifier(backbone_of(weights), 3, 0.0, 0)
    freeze_backbone(model, settings.batchnorm)
    assert not any(p.requires_grad for p in model.backbone.parameters())
    assert not any(module.training for module in model.backbone.modules())
    freeze_backbone(model.train(), "adapt")
    assert all(module.training for module in model.backbone.modules())


def backbone_of(weights: Path) -> Backbone:

    return Pretrain.check(load(weights)[1]["settings"], "weights").backbone


def test_weights_of_another_network_are_refused_and_nothing_is_written(
    world: Path, weights: Path, tmp_path: Path, stage: Stage
) -> None:

    state, about = load(weights)
    about["settings"]["backbone"]["width"] = 0.125
    foreign = tmp_path / "weights.safetensors"
    save(foreign, state, about)
    with pytest.raises(WeightsError, match="not the weights of this network"):
        stage(
            retrieval, task="actions", settings={"data": "actions", "clip": CLIP}, weights=foreign,
            **tables(world, "actions"), split=1, seed=1, out_dir=tmp_path / "out",
        )  # fmt: skip
    assert not (tmp_path / "out" / "metrics.json").exists()


def test_a_subset_that_does_not_exist_is_named(world: Path, tmp_path: Path, stage: Stage) -> None:
    settings = PRETRAIN | {"subset": "testing"}
    with pytest.raises(TrainingError, match=r"no usable video of subset 'testing'.*has the subsets training"):
        stage(pretrain, experiment="hico", settings=settings, seed=0, **tables(world, "untrimmed"), out_dir=tmp_path)
