"""The whole pre-training loss of each method."""

import pytest
import torch
import torch.nn.functional as F

from hico.config.experiments import Loss, Pretrain, Sampling
from hico.losses import instance_loss, pretrain_loss, tcl_loss, vcl_loss
from hico.nets import PretrainOutput


def output(videos: int, clips: int, rows: int | None) -> PretrainOutput:
    generator = torch.Generator().manual_seed(0)
    z = F.normalize(torch.randn(videos * clips, 8, generator=generator), dim=1)
    return PretrainOutput(z, z if rows else None, torch.randn(rows, rows, 2, generator=generator) if rows else None)


def test_hico_adds_both_terms_by_weight():
    settings = Pretrain(method="hico", data="d", loss=Loss(vcl=0.5, tcl=2))
    out = output(4, 3, 12)
    loss = pretrain_loss(out, settings)
    vcl, tcl = vcl_loss(out.visual, 4, 3, 0.1), tcl_loss(out.topic_logits, 4, 3, 0.5)
    torch.testing.assert_close(loss.total, 0.5 * vcl + 2 * tcl)
    assert {name: float(value) for name, value in loss.figures.items()} == pytest.approx(
        {"loss": float(loss.total), "vcl": float(vcl), "tcl": float(tcl)}
    )


def test_vcl_alone_has_no_topical_figure():
    loss = pretrain_loss(output(4, 3, None), Pretrain(method="hico", data="d", loss=Loss(tcl=0)))
    assert set(loss.figures) == {"loss", "vcl"}


def test_topics_can_be_told_of_a_near_pair_alone():
    out = output(4, 2, 8)
    settings = Pretrain(method="hico", data="d", sampling=Sampling(far_clip=False))
    expected = vcl_loss(out.visual, 4, 2, 0.1) + tcl_loss(out.topic_logits, 4, 2, 0.5)
    torch.testing.assert_close(pretrain_loss(out, settings).total, expected)


def test_contrast_of_a_pair_alone_is_the_baselines_loss():
    """So the released reading of VCL alone is SimCLR with a near pair, or HiCo's contrast without a far clip."""
    out = output(4, 2, None)
    settings = Pretrain(method="hico", data="d", loss=Loss(tcl=0), sampling=Sampling(far_clip=False))
    torch.testing.assert_close(pretrain_loss(out, settings).total, instance_loss(out.visual, 4, 2, 0.1))


def test_the_baseline_discriminates_instances():
    out = output(4, 2, None)
    loss = pretrain_loss(out, Pretrain(method="simclr", data="d"))
    torch.testing.assert_close(loss.total, instance_loss(out.visual, 4, 2, 0.1))
    assert set(loss.figures) == {"loss", "vcl"}


def test_near_pairs_compare_pairs_for_topics():
    settings = Pretrain(method="hico", data="d", sampling=Sampling(near_pairs=2))
    out = output(3, 4, 6)
    expected = vcl_loss(out.visual, 3, 4, 0.1, pairs=2) + tcl_loss(out.topic_logits, 3, 2, 0.5)
    torch.testing.assert_close(pretrain_loss(out, settings).total, expected)
