"""Whole networks."""

import pytest
import torch

from hico.config.experiments import Head, Loss, Pretrain, Sampling
from hico.config.training import Backbone
from hico.nets import Classifier, build_backbone, build_pretrain_model

SMALL = {"data": "d", "backbone": Backbone(width=0.05), "head": Head(hidden=16, embedding=8, predictor=16)}
CLIPS = torch.randn(3, 4, 3, 8, 32, 32, generator=torch.Generator().manual_seed(0))


def test_hico_gives_both_embeddings_and_logits_of_all_pairs():
    out = build_pretrain_model(Pretrain(method="hico", **SMALL), 0)(CLIPS[:, :3])
    assert out.visual.shape == out.topical.shape == (9, 8)
    assert out.topic_logits.shape == (9, 9, 2)


def test_near_pairs_average_their_topical_embeddings():
    settings = Pretrain(method="hico", sampling=Sampling(near_pairs=2), **SMALL)
    model = build_pretrain_model(settings, 0).eval()
    with torch.no_grad():
        out = model(CLIPS)
        single = model.topical_head(model.backbone(CLIPS.flatten(0, 1)))
    assert out.topical.shape == (6, 8)
    torch.testing.assert_close(out.topical[1], (single[2] + single[3]) / 2)
    assert out.topic_logits.shape == (6, 6, 2)


@pytest.mark.parametrize("settings", [{"method": "simclr"}, {"method": "hico", "loss": Loss(tcl=0)}])
def test_without_tcl_there_is_no_topical_part(settings):
    model = build_pretrain_model(Pretrain(**settings, **SMALL), 0)
    out = model(CLIPS[:, :2])
    assert out.topical is None
    assert out.topic_logits is None
    assert {name.split(".")[0] for name in model.state_dict()} == {"backbone", "visual_head"}


def test_parameter_names_tell_the_parts():
    model = build_pretrain_model(Pretrain(method="hico", **SMALL), 0)
    parts = {name.split(".")[0] for name in model.state_dict()}
    assert parts == {"backbone", "visual_head", "topical_head", "topical_predictor"}
    classifier = Classifier(build_backbone(Backbone(width=0.05)), 5)
    assert {name.split(".")[0] for name in classifier.state_dict()} == {"backbone", "classifier"}
    assert classifier(CLIPS[:, 0]).shape == (3, 5)


def test_the_same_seed_gives_the_same_network():
    first, second, other = (build_pretrain_model(Pretrain(method="hico", **SMALL), seed) for seed in (1, 1, 2))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), second.parameters(), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first.parameters(), other.parameters(), strict=True))


def test_every_parameter_learns():
    model = build_pretrain_model(Pretrain(method="hico", **SMALL), 0)
    out = model(CLIPS[:, :3])
    (out.visual[:, 0].sum() + out.topic_logits[0].sum()).backward()
    assert all(weight.grad is not None for weight in model.parameters())
