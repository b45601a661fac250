"""Backbones: sizes, shapes, starts."""

import pytest
import torch
from torchvision.models.video import r3d_18

from hico.config.training import Backbone
from hico.nets import BackboneNet, Classifier, build_backbone, seeded
from hico.nets.r2plus1d import middle_channels
from hico.parity.start import network_start

NAMES = ("s3dg", "r2plus1d_10", "r3d_18")


def backbone(name: str, width: float = 0.125, seed: int = 0) -> BackboneNet:
    with seeded(seed):
        return build_backbone(Backbone(name=name, width=width))


@pytest.mark.parametrize(
    ("name", "features", "millions"), [("s3dg", 1024, 9.098), ("r2plus1d_10", 512, 14.365), ("r3d_18", 512, 33.166)]
)
def test_full_width_has_the_published_size(name, features, millions):
    with torch.device("meta"):
        net = build_backbone(Backbone(name=name))
    assert net.features == features
    assert sum(weight.numel() for weight in net.parameters()) / 1e6 == pytest.approx(millions, abs=1e-3)


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("width", [0.01, 0.125, 0.3])
@pytest.mark.parametrize("shape", [(8, 32, 32), (8, 48, 48), (1, 16, 16), (5, 40, 24)])
def test_small_inputs_leave_something_to_pool(name, width, shape):
    net = backbone(name, width).eval()
    with torch.no_grad():
        features = net(torch.randn(2, 3, *shape))
    assert features.shape[:2] == (2, net.features)
    assert min(features.shape[2:]) >= 1


@pytest.mark.parametrize(("name", "expected"), [("s3dg", (2, 3, 3)), ("r2plus1d_10", (2, 7, 7)), ("r3d_18", (2, 7, 7))])
def test_the_paper_input_is_divided_as_documented(name, expected):
    with torch.no_grad():
        assert backbone(name, 0.01).eval()(torch.zeros(1, 3, 16, 112, 112)).shape[2:] == expected


@pytest.mark.parametrize("name", NAMES)
def test_the_start_depends_on_the_seed_alone(name):
    first = backbone(name, seed=5).state_dict()
    state = torch.random.get_rng_state()
    torch.rand(7)
    second, other = backbone(name, seed=5).state_dict(), backbone(name, seed=6).state_dict()
    assert all(torch.equal(first[key], second[key]) for key in first)
    assert any(not torch.equal(first[key], other[key]) for key in first)
    torch.random.set_rng_state(state)


def test_seeding_leaves_the_generator_alone():
    torch.manual_seed(3)
    expected = torch.rand(2)
    torch.manual_seed(3)
    backbone("s3dg")
    assert torch.equal(torch.rand(2), expected)


@pytest.mark.parametrize("name", NAMES)
def test_the_start_is_the_released_one(name):
    assert [check.line() for check in network_start(Classifier(backbone(name, 0.5), 5), name) if not check.holds] == []


@pytest.mark.parametrize(
    ("name", "layer", "wrong", "said"),
    [
        ("s3dg", "mixed4.c.wide_a.1.temporal", lambda w: w.mul_(1.05), "convolutions"),
        ("r2plus1d_10", "stages.2.first.spatial", lambda w: w.mul_(0.95), "convolutions"),
        ("r3d_18", "layer3.0.conv1.0", torch.nn.init.kaiming_normal_, "convolutions"),
        ("s3dg", "mixed3.b.gates.0.linear", lambda w: w.normal_(std=0.01), "linear"),
        ("s3dg", "mixed5.c.point.norm", lambda w: w.zero_(), "BatchNorm"),
    ],
)
def test_another_start_is_found(name, layer, wrong, said):
    net = Classifier(backbone(name, 0.5), 5)
    with torch.no_grad():
        wrong(net.backbone.get_submodule(layer).weight)
    (failed,) = [check.name for check in network_start(net, name) if not check.holds]
    assert said in failed


def test_a_layer_of_another_kind_is_found():
    net = backbone("s3dg", 0.1)
    net.extra = torch.nn.LayerNorm(4)
    assert any("BatchNorm" in check.name for check in network_start(net, "s3dg") if not check.holds)


def test_s3dg_shares_nothing():
    net = backbone("s3dg")
    names = [name for name, _ in net.named_parameters(remove_duplicate=False)]
    assert len(names) == len(set(names)) == len({id(weight) for weight in net.parameters()})
    eps = {module.eps for module in net.modules() if isinstance(module, torch.nn.BatchNorm3d)}
    assert eps == {1e-3, 1e-5}


def test_r3d_is_torchvisions_trunk():
    theirs, ours = r3d_18(weights=None).eval(), backbone("r3d_18", 1.0).eval()
    ours.load_state_dict({name: value for name, value in theirs.state_dict().items() if not name.startswith("fc.")})
    clips = torch.randn(1, 3, 4, 32, 32, generator=torch.Generator().manual_seed(0))
    with torch.no_grad():
        expected = theirs.layer4(theirs.layer3(theirs.layer2(theirs.layer1(theirs.stem(clips)))))
        torch.testing.assert_close(ours(clips), expected)


def test_torchvisions_trunk_starts_so():
    """Its network passes the same checks as ours, but for its classifier."""
    with seeded(0):
        theirs = r3d_18(weights=None)
    theirs.fc = torch.nn.Linear(512, 5)
    assert all(check.holds for check in network_start(theirs, "r3d_18"))


@pytest.mark.parametrize(
    ("inputs", "outputs", "kernel", "middle"), [(3, 64, 7, 83), (64, 128, 3, 230), (256, 512, 3, 921)]
)
def test_factored_convolutions_keep_the_parameters(inputs, outputs, kernel, middle):
    assert middle_channels(inputs, outputs, kernel) == middle
