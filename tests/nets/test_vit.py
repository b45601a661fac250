"""ViT-S: size, start, positions, and every stage's use of a network without BatchNorm."""

import copy

import pytest
import torch
from torch import nn

from hico.config.experiments import Pretrain
from hico.config.training import Backbone, Optimizer
from hico.errors import ConfigError
from hico.nets import Classifier, build_backbone, build_pretrain_model, seeded
from hico.nets.vit import GRID, ViTS
from hico.optim import build_optimizer

SMALL = {"name": "vit_s", "width": 0.125}


def net(width: float = 0.125) -> ViTS:
    with seeded(0):
        return ViTS(width)


def pretrain(**changes: object) -> Pretrain:
    values = {"method": "hico", "data": "d", "backbone": SMALL, "clip": {"frames": 4, "size": 32}}
    return Pretrain.check(values | changes, "test")


def test_full_width_is_the_released_shape() -> None:
    with torch.device("meta"):
        whole = build_backbone(Backbone(name="vit_s"))
    blocks = 12 * (12 * 384**2 + 13 * 384)  # attention 4 d^2 + 4 d, MLP 8 d^2 + 5 d, two norms 4 d
    tubelets, tokens, norm = 3 * 2 * 16 * 16 * 384 + 384, (1 + 1 + 8 * 7 * 7) * 384, 2 * 384
    assert sum(weight.numel() for weight in whole.parameters()) == blocks + tubelets + tokens + norm
    assert whole.features == 384
    assert whole(torch.empty(2, 3, 16, 112, 112, device="meta")).shape == (2, 384, 1, 1, 1)


def test_the_start_is_the_released_one() -> None:
    start = net(1.0)
    spread = {name: weight.detach().std().item() for name, weight in start.named_parameters()}
    attention = start.blocks[0].self_attention.in_proj_weight
    assert spread["tubelets.weight"] == pytest.approx((2 / (3 * 16 * 16 + 384)) ** 0.5, rel=0.02)
    for part in attention.chunk(3):
        assert part.detach().std().item() == pytest.approx((2 / (384 + 384)) ** 0.5, rel=0.02)
    assert spread["blocks.0.mlp.0.weight"] == pytest.approx((2 / (384 + 1536)) ** 0.5, rel=0.02)
    assert start.positions.abs().max().item() <= 0.02
    assert start.class_token.abs().max().item() < 1e-5
    assert not any(weight.any() for name, weight in start.named_parameters() if name.endswith("bias"))


@pytest.mark.parametrize(("shape", "grid"), [((4, 32, 48), (2, 2, 3)), ((32, 224, 224), (16, 14, 14))])
def test_other_sizes_interpolate_the_positions_learned(shape: tuple[int, ...], grid: tuple[int, ...]) -> None:
    small = net().eval()
    with torch.no_grad():
        ours = small._positions_of(torch.Size(grid))
        features = small(torch.randn(1, 3, *shape))
    table = small.positions.detach().T.unflatten(1, GRID)[None]
    theirs = nn.functional.interpolate(table, size=grid, mode="trilinear")
    torch.testing.assert_close(ours, theirs[0].flatten(1).T)
    assert features.shape == (1, small.features, 1, 1, 1)
    assert small._positions_of(torch.Size(GRID)) is small.positions


def test_place_and_time_count() -> None:
    small, clip = net().eval(), torch.randn(1, 3, 16, 112, 112)
    with torch.no_grad():
        assert not torch.allclose(small(clip), small(clip.flip(2)), atol=1e-4)
        assert not torch.allclose(small(clip), small(clip.roll(16, dims=-1)), atol=1e-4)


def test_half_tubelets_are_refused_everywhere() -> None:
    with pytest.raises(ValueError, match="whole tubelets"):
        net()(torch.randn(1, 3, 4, 40, 32))
    with pytest.raises(ConfigError, match=r"vit_s takes whole tubelets of 2 x 16 x 16; 3 x 32 is none"):
        pretrain(clip={"frames": 3, "size": 32})
    with pytest.raises(ConfigError, match="vit_s has no BatchNorm"):
        pretrain(backbone=SMALL | {"norm_eps": 1e-3})


def test_tubelets_are_frozen_in_pretraining_and_learn_in_fine_tuning() -> None:
    settings = pretrain(head={"hidden": 8, "embedding": 4}, optimizer={"name": "adamw"})
    model = build_pretrain_model(settings, seed=0)
    frozen = [name for name, weight in model.named_parameters() if not weight.requires_grad]
    assert frozen == ["backbone.tubelets.weight", "backbone.tubelets.bias"]
    model(torch.randn(4, 3, 3, 4, 32, 32)).visual.sum().backward()
    build_optimizer(model, settings.optimizer).step()
    classifier = Classifier(net(), 3)
    assert all(weight.requires_grad for weight in classifier.parameters())
    classifier(torch.randn(2, 3, 4, 32, 32)).sum().backward()
    assert all(weight.grad is not None for weight in classifier.parameters())


def test_norms_and_class_token_have_no_weight_decay() -> None:
    model = net()
    others, norms = build_optimizer(model, Optimizer(name="adamw", weight_decay=0.1)).param_groups
    assert (others["weight_decay"], norms["weight_decay"]) == (0.1, 0.0)
    kept = {id(weight) for weight in norms["params"]}
    names = {name for name, weight in model.named_parameters() if id(weight) in kept}
    assert {"class_token", "norm.weight", "norm.bias", "blocks.0.ln_1.weight", "blocks.11.ln_2.bias"} <= names
    assert len(names) == 1 + 2 * (2 * 12 + 1)


def test_another_eps_reaches_every_batchnorm_of_the_backbone() -> None:
    usual, other = (build_backbone(Backbone(name="r3d_18", width=0.1, norm_eps=eps)) for eps in (None, 1e-3))
    for backbone, eps in ((usual, 1e-5), (other, 1e-3)):
        assert {module.eps for module in backbone.modules() if isinstance(module, nn.BatchNorm3d)} == {eps}
    other.load_state_dict(copy.deepcopy(usual.state_dict()))
    clip = torch.randn(1, 3, 4, 16, 16)
    assert not torch.equal(usual.eval()(clip), other.eval()(clip))
