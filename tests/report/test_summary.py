import itertools

import pytest

from hico.errors import ReportError
from hico.report.summary import summarize


def test_means_over_splits_then_over_seeds(make_run):
    figures = {(0, 1): 70.0, (0, 2): 80.0, (1, 1): 60.0, (1, 2): 66.0}
    runs = [make_run(seed=seed, split=split, top1=value) for (seed, split), value in figures.items()]
    (summary,) = summarize(runs)
    assert summary.mean["top1"] == pytest.approx(69.0)
    assert summary.spread["top1"] == pytest.approx(72**0.5)
    assert summary.interval["top1"] == pytest.approx(12.706 * 6, rel=1e-4)
    assert (summary.seeds, summary.splits) == ([0, 1], [1, 2])
    # The paper's figure is on split 1, so split 1 is compared, not the mean of splits.
    assert summary.paper == {"top1": 77.6}
    assert summary.difference["top1"] == pytest.approx(65.0 - 77.6)


def test_one_seed_has_no_deviation(make_run):
    (summary,) = summarize([make_run()])
    assert summary.spread == summary.interval == {}
    assert summary.difference["top1"] == pytest.approx(0.4)


def test_a_rank_that_was_not_measured_is_not_compared(make_run):
    long = {
        "pretrain_data": "UK400",
        "pretrain_videos": 157_000,
        "pretrain_settings": {"method": "hico", "data": "x", "epochs": 500},
    }
    (summary,) = summarize([make_run(protocol="retrieval", **long, **{"r@1": 60.0, "r@50": 99.0})])
    assert summary.paper == {"r@1": 62.5}
    assert summary.difference == {"r@1": -2.5}


def test_any_order_gives_the_same_summaries(make_run):
    runs = [make_run(seed=0), make_run(seed=1, top1=60.1), make_run(experiment="simclr", method="simclr", title="S")]
    results = [summarize(order) for order in itertools.permutations(runs)]
    assert all(result == results[0] for result in results)
    assert [summary.run.experiment for summary in results[0]] == ["simclr", "hico"]


def test_runs_of_different_settings_do_not_mix(make_run):
    with pytest.raises(ReportError, match=r"finetune/ucf101/hico: runs differ in input \(16x112, 32x224\)"):
        summarize([make_run(seed=0), make_run(seed=1, input="32x224")])
    with pytest.raises(ReportError, match=r"runs differ in pretrain_batch_videos \(128, 64\)"):
        summarize([make_run(seed=0, pretrain_batch_videos=64), make_run(seed=1, pretrain_batch_videos=128)])


def test_every_seed_needs_every_split(make_run):
    with pytest.raises(ReportError, match="seeds have different splits"):
        summarize([make_run(seed=0), make_run(seed=0, split=2), make_run(seed=1)])
