"""Weights of a file take the place of pre-training, and say where they come from."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch

import hico
from hico.config.experiments import Pretrain
from hico.errors import ConfigError, WeightsError
from hico.files import sha256
from hico.nets.model import build_pretrain_model
from hico.nets.weights import load, save
from hico.stages import import_weights

BACKBONE = {"name": "r3d_18", "width": 0.0625}


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """A weights file of some earlier run."""
    settings = Pretrain.check({"method": "hico", "data": "far away", "backbone": BACKBONE}, "test")
    path = tmp_path / "given.safetensors"
    about = {"experiment": "earlier", "trained_on": {"dataset": "UK400", "videos": 9, "coverage": 0.5}}
    save(path, build_pretrain_model(settings, 3).state_dict(), about)
    return path


def run(given: Path, out: Path, **changes: Any) -> None:
    settings = {"title": "theirs", "method": "imported", "weights": str(given), "backbone": BACKBONE} | changes
    words = ["--experiment", "theirs", "--seed", "0", "--settings", json.dumps(settings), "--weights", str(given)]
    words += ["--out", str(out / "weights.safetensors"), "--provenance-out", str(out / "provenance.json")]
    import_weights.main(words)


def test_the_backbone_comes_over_and_its_origin_is_recorded(given: Path, tmp_path: Path) -> None:
    run(given, tmp_path / "out")
    theirs, _ = load(given)
    ours, about = load(tmp_path / "out" / "weights.safetensors")
    assert ours.keys() == {name for name in theirs if name.startswith("backbone.")}
    assert all(torch.equal(ours[name], theirs[name]) for name in ours)
    assert about["experiment"] == "theirs"
    assert about["trained_on"]["dataset"] == "UK400"
    assert about["imported"]["sha256"] == sha256(given)
    recorded = (tmp_path / "out" / "provenance.json").read_text()
    assert sha256(given) in recorded


THEIRS = {"frames": 8, "rate": 6.0, "size": 32}
OURS = {"frames": 4, "rate": 12.0, "size": 16}


@pytest.mark.parametrize(
    ("said", "kept"),
    [({"settings": {"clip": THEIRS}}, THEIRS), ({"settings": {}}, OURS), ({"settings": None}, OURS), ({}, OURS)],
)
def test_the_clip_is_the_one_that_the_weights_were_trained_with(
    given: Path, tmp_path: Path, said: dict[str, Any], kept: dict[str, Any]
) -> None:
    save(given, load(given)[0], said)
    run(given, tmp_path, clip=OURS)
    assert hico.load(tmp_path / "weights.safetensors")[1].clip.model_dump() == kept


def test_a_clip_that_cannot_be_names_the_file(given: Path, tmp_path: Path) -> None:
    save(given, load(given)[0], {"settings": {"clip": {"frames": 0}}})
    with pytest.raises(ConfigError, match=r"given\.safetensors: settings\.clip: frames: Input should be"):
        run(given, tmp_path / "out")
    assert not (tmp_path / "out").exists()


def test_another_network_is_refused_and_nothing_is_written(given: Path, tmp_path: Path) -> None:
    with pytest.raises(WeightsError, match="not the weights of this network"):
        run(given, tmp_path / "out", backbone={"name": "s3dg", "width": 0.0625})
    assert not (tmp_path / "out").exists()
