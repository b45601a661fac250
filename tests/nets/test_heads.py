"""Heads against plain forms."""

import pytest
import torch
import torch.nn.functional as F

from hico.config.experiments import Head, Pretrain
from hico.config.training import Backbone
from hico.nets.heads import ClassifierHead, ProjectionHead, TopicalPredictor
from hico.nets.model import build_pretrain_model


def test_projections_have_norm_one():
    head = ProjectionHead(6, 8, 5)
    z = head(torch.randn(4, 6, 2, 3, 3))
    assert z.shape == (4, 5)
    torch.testing.assert_close(z.norm(dim=1), torch.ones(4))
    assert head.first_norm.eps == head.second_norm.eps == 1e-3


def test_the_predictor_sees_every_pair_in_both_orders():
    predictor, h = TopicalPredictor(3, 7), torch.randn(4, 3)
    logits = predictor(h)
    assert logits.shape == (4, 4, 2)

    def phi(one: torch.Tensor, two: torch.Tensor) -> torch.Tensor:
        hidden = F.relu(predictor.hidden(torch.cat([one, two])))
        return predictor.out(hidden)[0]

    for i in range(4):
        for j in range(4):
            torch.testing.assert_close(logits[i, j, 0], phi(h[i], h[j]))
            torch.testing.assert_close(logits[i, j, 1], phi(h[j], h[i]))


@pytest.mark.parametrize("embedding", [64, 128])
def test_the_predictor_is_as_wide_as_the_released_one_unless_told(embedding):
    """The release: Linear(2 * embedding, 256), ReLU, Linear(256, 1), whatever the embedding."""
    settings = Pretrain(method="hico", data="d", backbone=Backbone(width=0.05), head=Head(embedding=embedding))
    predictor = build_pretrain_model(settings, 0).topical_predictor
    assert predictor.hidden.weight.shape == (256, 2 * embedding)
    assert predictor.out.weight.shape == (1, 256)
    narrow = settings.model_copy(update={"head": Head(embedding=embedding, predictor=8)})
    assert build_pretrain_model(narrow, 0).topical_predictor.out.weight.shape == (1, 8)


def test_the_classifier_pools_and_drops_in_training_only():
    head, features = ClassifierHead(3, 2, dropout=0.5), torch.randn(2, 3, 2, 2, 2)
    expected = head.linear(features.mean(dim=(2, 3, 4)))
    torch.testing.assert_close(head.eval()(features), expected)
    torch.manual_seed(0)
    assert not torch.equal(head.train()(features), expected)


def test_half_precision_comes_out_as_float32():
    with torch.autocast("cpu", torch.bfloat16):
        z = ProjectionHead(6, 8, 5)(torch.randn(4, 6, 1, 2, 2))
        logits = TopicalPredictor(5, 10)(z)
    assert z.dtype == logits.dtype == torch.float32
    torch.testing.assert_close(z.norm(dim=1), torch.ones(4))
