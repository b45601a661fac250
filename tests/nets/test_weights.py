"""Weights files: exact, strict, harmless."""

import json

import pytest
import torch
from safetensors.torch import save_file

from hico.config.training import Backbone
from hico.errors import WeightsError
from hico.nets import build_backbone
from hico.nets.weights import load, load_backbone, read_metadata, save


def backbone(width=0.05, name="s3dg"):
    return build_backbone(Backbone(name=name, width=width))


def saved(path, module, **metadata):
    save(path, {f"backbone.{name}": value for name, value in module.state_dict().items()}, metadata)
    return path


def test_a_round_trip_is_exact(tmp_path):
    net = backbone()
    path = saved(tmp_path / "w.safetensors", net, seed=3, trained_on={"dataset": "HACS"})
    state, metadata = load(path)
    assert metadata == read_metadata(path) == {"seed": 3, "trained_on": {"dataset": "HACS"}}
    assert all(torch.equal(state[f"backbone.{name}"], value) for name, value in net.state_dict().items())


def test_the_backbone_of_a_file_with_heads(tmp_path):
    net, other = backbone(), backbone()
    state = {f"backbone.{name}": value for name, value in net.state_dict().items()}
    save(tmp_path / "w.safetensors", {**state, "visual_head.out.bias": torch.zeros(3)}, {})
    load_backbone(other, tmp_path / "w.safetensors")
    assert all(torch.equal(a, b) for a, b in zip(net.parameters(), other.parameters(), strict=True))


@pytest.mark.parametrize(("name", "width"), [("s3dg", 0.1), ("r2plus1d_10", 0.05)])
def test_another_network_is_refused_and_left_alone(tmp_path, name, width):
    path, other = saved(tmp_path / "w.safetensors", backbone()), backbone(width, name)
    before = [weight.clone() for weight in other.parameters()]
    with pytest.raises(WeightsError, match=r"w\.safetensors(.|\n)*(differs|missing).*(conv1|stem)"):
        load_backbone(other, path)
    assert all(torch.equal(a, b) for a, b in zip(before, other.parameters(), strict=True))


@pytest.mark.parametrize("damage", ["truncated", "junk", "gone"])
def test_unreadable_files_are_named(tmp_path, damage):
    path = saved(tmp_path / "w.safetensors", backbone())
    body = path.read_bytes()
    path.unlink()
    if damage != "gone":
        path.write_bytes(body[: len(body) // 2] if damage == "truncated" else b"junk")
    for read in (load, read_metadata):
        with pytest.raises(WeightsError, match=r"w\.safetensors: not a readable safetensors file"):
            read(path)


@pytest.mark.parametrize("header", [None, {"hico": "{"}, {"hico": "[1]"}, {"other": "{}"}])
def test_foreign_metadata_is_refused(tmp_path, header):
    save_file({"a": torch.zeros(1)}, tmp_path / "w.safetensors", header)
    with pytest.raises(WeightsError, match="metadata"):
        read_metadata(tmp_path / "w.safetensors")


def test_equal_weights_are_equal_bytes(tmp_path):
    net = backbone()
    first, second = (saved(tmp_path / name, net, b=1, a=2).read_bytes() for name in ("1.safetensors", "2.safetensors"))
    assert first == second
    assert json.loads(json.dumps(read_metadata(tmp_path / "1.safetensors"))) == {"a": 2, "b": 1}
