"""Released checkpoints in and out: exact, strict, and nothing in them is run."""

import json
import os
from pathlib import Path

import pytest
import torch

from hico.config.experiments import Head, Pretrain
from hico.config.training import Backbone
from hico.errors import WeightsError
from hico.nets import Classifier, build_backbone, build_pretrain_model, weights
from hico.parity import rules
from hico.parity.figures import read_folder
from hico.stages import export_upstream, import_upstream

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="module")
def shapes():
    """Upstream names and shapes by kind of network."""
    main, small = (read_folder(REFERENCE)[name] for name in ("reference.json", "reference_r2p1d.json"))
    backbone = {name: shape for name, shape in main["hico_state"].items() if name.startswith("backbone.")}
    return {
        "hico": main["hico_state"],
        "simclr": {**backbone, **main["simclr_state"]},
        "classifier": {**backbone, **main["classifier_state"]},
        "r2plus1d": small["state"],
    }


def written(path, state, **extra):
    torch.save({"epoch": 119, "model_state": state, "optimizer_state": {"step": 3}, "cfg": {"A": 1}, **extra}, path)
    return path


@pytest.fixture(scope="module")
def checkpoint(shapes, tmp_path_factory):
    """A checkpoint of R(2+1)D-10 in the form that the released code writes; none was published."""
    return written(tmp_path_factory.mktemp("upstream") / "r2p1d.pyth", rules.weights(shapes["r2plus1d"], 7))


@pytest.mark.parametrize(
    ("kind", "used", "unused"),
    [("hico", 570, 534), ("simclr", 550, 534), ("classifier", 536, 534), ("r2plus1d", 162, 0)],
)
def test_every_kind_is_converted_and_accounted_for(shapes, tmp_path, capsys, kind, used, unused):
    path = written(tmp_path / "their.pyth", rules.weights(shapes[kind], 7))
    import_upstream.main([str(path), str(tmp_path / "our.safetensors")])
    lines = capsys.readouterr().out.splitlines()
    assert sum(line.startswith("used ") for line in lines) == used
    tensors = [line for line in lines if line.startswith("unused") and "entry" not in line]
    assert len(tensors) == unused
    assert {line.split()[1].rstrip(":") for line in lines if "->" in line or line in tensors} == set(shapes[kind])
    assert f"{used} tensors used, {unused} unused" in lines[-1]


def test_the_later_of_two_names_counts(shapes, tmp_path):
    state = rules.weights(shapes["classifier"], 7)
    import_upstream.main([str(written(tmp_path / "a.pyth", state)), str(tmp_path / "a.safetensors")])
    ours, metadata = weights.load(tmp_path / "a.safetensors")
    assert torch.equal(ours["backbone.conv1.spatial.weight"], state["backbone.block1.0.conv1.weight"])
    assert torch.equal(ours["classifier.linear.weight"], state["head.out.weight"])
    assert metadata["upstream"] | {"sha256": ""} == {"file": "a.pyth", "sha256": "", "kind": "classifier", "epoch": 119}
    assert Pretrain.check(metadata["settings"], "metadata").method == "imported"
    assert "clip" not in metadata["settings"]


def test_an_imported_checkpoint_starts_a_network(checkpoint, tmp_path):
    import_upstream.main([str(checkpoint), str(tmp_path / "w.safetensors")])
    model = Classifier(build_backbone(Backbone(name="r2plus1d_10")), 3)
    weights.load_backbone(model.backbone, tmp_path / "w.safetensors")
    theirs = torch.load(checkpoint, weights_only=True)["model_state"]
    assert torch.equal(model.backbone.stem.spatial.weight, theirs["backbone.conv1.a1.weight"])


def test_their_checkpoint_goes_round_exactly(checkpoint, tmp_path):
    import_upstream.main([str(checkpoint), str(tmp_path / "w.safetensors")])
    export_upstream.main([str(tmp_path / "w.safetensors"), str(tmp_path / "back.pyth")])
    first, second = (torch.load(path, weights_only=True) for path in (checkpoint, tmp_path / "back.pyth"))
    assert set(first["model_state"]) == set(second["model_state"])
    assert all(torch.equal(value, second["model_state"][name]) for name, value in first["model_state"].items())
    assert second["epoch"] == 119


@pytest.mark.parametrize("method", ["hico", "simclr"])
@pytest.mark.parametrize("name", ["s3dg", "r2plus1d_10"])
def test_our_weights_go_round_exactly(tmp_path, name, method):
    """Any width and head: the export carries our settings."""
    settings = Pretrain(
        method=method,
        data="d",
        backbone=Backbone(name=name, width=0.07),
        head=Head(hidden=16, embedding=8, predictor=16),
    )
    metadata = {"settings": settings.model_dump(mode="json"), "experiment": "x", "seed": 3, "trained_on": {"videos": 5}}
    weights.save(tmp_path / "a.safetensors", build_pretrain_model(settings, 3).state_dict(), metadata)
    export_upstream.main([str(tmp_path / "a.safetensors"), str(tmp_path / "a.pyth")])
    import_upstream.main([str(tmp_path / "a.pyth"), str(tmp_path / "b.safetensors")])
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_weights_from_before_the_predictors_key_are_exported(tmp_path):
    """Their predictor is twice as wide as the embedding, and their settings do not say so."""
    head = Head(hidden=16, embedding=8, predictor=16)
    settings = Pretrain(method="hico", data="d", backbone=Backbone(width=0.07), head=head)
    said = settings.model_dump(mode="json")
    del said["head"]["predictor"]
    weights.save(tmp_path / "a.safetensors", build_pretrain_model(settings, 3).state_dict(), {"settings": said})
    export_upstream.main([str(tmp_path / "a.safetensors"), str(tmp_path / "a.pyth")])
    import_upstream.main([str(tmp_path / "a.pyth"), str(tmp_path / "b.safetensors")])
    assert (tmp_path / "a.safetensors").read_bytes() == (tmp_path / "b.safetensors").read_bytes()


def test_both_names_of_a_tensor_are_written(tmp_path):
    settings = Pretrain(method="hico", data="d", backbone=Backbone(width=0.05))
    metadata = {"settings": settings.model_dump(mode="json")}
    weights.save(tmp_path / "a.safetensors", build_pretrain_model(settings, 0).state_dict(), metadata)
    export_upstream.main([str(tmp_path / "a.safetensors"), str(tmp_path / "a.pyth")])
    state = torch.load(tmp_path / "a.pyth", weights_only=True)["model_state"]
    assert set(state) == set(json.loads((REFERENCE / "reference.json").read_text())["hico_state"])
    assert torch.equal(state["backbone.Mixed_5c.gating_b3.fc.weight"], state["backbone.block5.2.gating_b3.fc.weight"])


@pytest.mark.parametrize("name", ["r3d_18", "vit_s", "not_to_be_imported:Net"])
def test_other_networks_have_no_counterpart(tmp_path, name):
    settings = Pretrain(method="hico", data="d", backbone=Backbone(name=name))
    metadata = {"settings": settings.model_dump(mode="json")}
    weights.save(tmp_path / "a.safetensors", {"backbone.stem.weight": torch.zeros(2)}, metadata)
    with pytest.raises(WeightsError, match=rf"a\.safetensors: {name} has no counterpart"):
        export_upstream.main([str(tmp_path / "a.safetensors"), str(tmp_path / "a.pyth")])
    assert not (tmp_path / "a.pyth").exists()


def test_a_vit_of_the_successor_is_named_and_nothing_is_written(tmp_path):
    state = {"backbone.cls_token": torch.zeros(1, 1, 384), "backbone.patch_embed.proj.bias": torch.zeros(384)}
    with pytest.raises(WeightsError, match=r"a\.pyth: a checkpoint of HiCo\+\+'s ViT-S .* train one: experiment m6"):
        import_upstream.main([str(written(tmp_path / "a.pyth", state)), str(tmp_path / "w.safetensors")])
    assert not (tmp_path / "w.safetensors").exists()


class Trap:
    """Creates a folder when unpickled."""

    def __init__(self, path):
        self.path = str(path)

    def __reduce__(self):
        return os.mkdir, (self.path,)


def refused(path, message):
    out = path.with_suffix(".safetensors")
    with pytest.raises(WeightsError, match=message):
        import_upstream.main([str(path), str(out)])
    assert list(path.parent.glob("*.safetensors")) == []


@pytest.mark.parametrize("place", ["beside", "inside"])
def test_nothing_in_a_checkpoint_is_run(shapes, tmp_path, place):
    state = dict(list(rules.weights(shapes["r2plus1d"], 7).items())[:3])
    trap = Trap(tmp_path / "sprung")
    extra = {"cfg": trap} if place == "beside" else {"model_state": {**state, "head.x": trap}}
    refused(written(tmp_path / "evil.pyth", state, **extra), r"evil\.pyth: .*nothing in it was run.*mkdir")
    assert not (tmp_path / "sprung").exists()


@pytest.mark.parametrize("zipped", [True, False])
@pytest.mark.parametrize("share", [0, 0.001, 0.5, 0.999])
def test_truncated_checkpoints_are_refused(tmp_path, zipped, share):
    path = tmp_path / "cut.pyth"
    torch.save({"model_state": {"backbone.x": torch.zeros(100_000)}}, path, _use_new_zipfile_serialization=zipped)
    body = path.read_bytes()
    path.write_bytes(body[: int(len(body) * share)])
    refused(path, r"cut\.pyth: (truncated|holds)")


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ([1, 2], "has no dictionary 'model_state'"),
        ({"state_dict": {}}, "has no dictionary 'model_state'"),
        ({"model_state": [1]}, "has no dictionary 'model_state'"),
        ({"model_state": {"backbone.conv1.a1.weight": 3.0}}, "not named tensors: backbone.conv1.a1.weight"),
        ({"model_state": {7: torch.zeros(2)}}, r"foreign\.pyth: .*not named tensors: 7"),
        ({"model_state": {}}, "none of its 0 tensors"),
        ({"model_state": {"layer1.0.conv1.weight": torch.zeros(2)}}, "it has layer1.0.conv1.weight"),
    ],
)
def test_foreign_files_are_refused(tmp_path, content, message):
    torch.save(content, tmp_path / "foreign.pyth")
    refused(tmp_path / "foreign.pyth", message)


def test_a_missing_file_is_named(tmp_path):
    refused(tmp_path / "gone.pyth", r"gone\.pyth: no such file")


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (
            lambda s: s.pop("backbone.conv5.res_1.short_cut_bn.running_var"),
            "missing: backbone.conv5.res_1.short_cut_bn",
        ),
        (
            lambda s: s.update({"backbone.conv6.weight": torch.zeros(2)}),
            r"left over: backbone.conv6.weight, float32 \[2\]",
        ),
        (
            lambda s: s.update({"backbone.conv1.a1.weight": torch.zeros(83, 3, 1, 5, 5)}),
            r"differs: backbone.conv1.a1.weight is float32 \[83, 3, 1, 5, 5\], needs float32 \[83, 3, 1, 7, 7\]",
        ),
        (
            lambda s: s.update({"head.mlp_vcl.linear_a.bias": torch.zeros(1024).half()}),
            r"differs: head.mlp_vcl.linear_a.bias is float16 \[1024\], needs float32 \[1024\]",
        ),
    ],
)
def test_what_differs_is_listed(shapes, tmp_path, change, message):
    state = rules.weights(shapes["r2plus1d"], 7)
    change(state)
    refused(written(tmp_path / "odd.pyth", state), message)


def test_our_weights_of_another_shape_are_not_exported(tmp_path):
    settings = Pretrain(method="hico", data="d", backbone=Backbone(width=0.05))
    wrong = Pretrain(method="hico", data="d", backbone=Backbone(width=0.1))
    metadata = {"settings": wrong.model_dump(mode="json")}
    weights.save(tmp_path / "a.safetensors", build_pretrain_model(settings, 0).state_dict(), metadata)
    with pytest.raises(WeightsError, match=r"not the tensors of its own settings(.|\n)*differs: backbone"):
        export_upstream.main([str(tmp_path / "a.safetensors"), str(tmp_path / "a.pyth")])
    assert not (tmp_path / "a.pyth").exists()
