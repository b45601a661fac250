"""Heads against plain forms."""

import torch
import torch.nn.functional as F

from hico.nets.heads import ClassifierHead, ProjectionHead, TopicalPredictor


def test_projections_have_norm_one():
    head = ProjectionHead(6, 8, 5)
    z = head(torch.randn(4, 6, 2, 3, 3))
    assert z.shape == (4, 5)
    torch.testing.assert_close(z.norm(dim=1), torch.ones(4))
    assert head.first_norm.eps == head.second_norm.eps == 1e-3


def test_the_predictor_sees_every_pair_in_both_orders():
    predictor, h = TopicalPredictor(3), torch.randn(4, 3)
    logits = predictor(h)
    assert logits.shape == (4, 4, 2)

    def phi(one: torch.Tensor, two: torch.Tensor) -> torch.Tensor:
        hidden = F.relu(predictor.hidden(torch.cat([one, two])))
        return predictor.out(hidden)[0]

    for i in range(4):
        for j in range(4):
            torch.testing.assert_close(logits[i, j, 0], phi(h[i], h[j]))
            torch.testing.assert_close(logits[i, j, 1], phi(h[j], h[i]))


def test_the_classifier_pools_and_drops_in_training_only():
    head, features = ClassifierHead(3, 2, dropout=0.5), torch.randn(2, 3, 2, 2, 2)
    expected = head.linear(features.mean(dim=(2, 3, 4)))
    torch.testing.assert_close(head.eval()(features), expected)
    torch.manual_seed(0)
    assert not torch.equal(head.train()(features), expected)


def test_half_precision_comes_out_as_float32():
    with torch.autocast("cpu", torch.bfloat16):
        z = ProjectionHead(6, 8, 5)(torch.randn(4, 6, 1, 2, 2))
        logits = TopicalPredictor(5)(z)
    assert z.dtype == logits.dtype == torch.float32
    torch.testing.assert_close(z.norm(dim=1), torch.ones(4))
