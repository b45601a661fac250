"""Agreement can fail: one figure moved a little beyond its tolerance is found, in every family."""

import math

import numpy as np
import pytest
import torch

from hico.errors import WeightsError
from hico.optim import build_optimizer
from hico.optim import lars as lars_module
from hico.parity import (
    agreement,
    colors,
    evaluation,
    losses,
    recipes,
    rules,
    sampling,
    schedules,
    start,
    training,
    trajectories,
)
from hico.parity.checks import Check, norms, to_largest, worst
from hico.parity.figures import FiguresError, read_folder
from hico.parity.subject import Subject
from hico.video.decode import crop_scaled

MAIN, ARRAYS, PAIRS = "reference.json", "reference.npz", "reference_near_pairs.json"
SMALL, SMALL_ARRAYS = "reference_r2p1d.json", "reference_r2p1d.npz"
SHORT = ("experiments", "pt-hacs/s3dg-hico-s.yaml")
SUPERVISED = ("experiments", "ft-hmdb/ft-s3dg-hico-s.yaml")


def failures(checks) -> list[str]:
    return [check.name for check in checks if not check.holds]


def shifted(index):
    return [index[0] + 1, *index[1:]]


def nudged(share):
    return lambda value: value * (1 + share)


def pixel(array):
    array = array.copy()
    array.flat[-1] += 3e-4 * np.abs(array).max()
    return array


CASES = [
    (sampling.frames, MAIN, shifted, ("uniform_view_frames", 3, "index")),
    (sampling.frames, MAIN, shifted, ("timestamp_frames", 7, "index")),
    (schedules.rates, MAIN, nudged(2e-12), (*SHORT, "lr_at_epoch", 5, 1)),
    (schedules.rates, MAIN, nudged(2e-12), (*SHORT, "effective_base_lr_8gpus")),
    (recipes.recipes, MAIN, nudged(1e-6), (*SHORT, "augmentation", "HUE")),
    (recipes.recipes, MAIN, nudged(1e-6), (*SHORT, "bn", "EPS")),
    (recipes.recipes, MAIN, nudged(1e-6), (*SHORT, "bn", "MOMENTUM")),
    (recipes.recipes, MAIN, False, (*SUPERVISED, "augmentation", "GRAY_FIRST")),
    (losses.cases, MAIN, nudged(2e-4), ("loss_cases", 2, "vcl")),
    (losses.cases, MAIN, nudged(2e-4), ("loss_cases", 4, "instance")),
    (losses.cases, MAIN, nudged(2e-4), ("loss_cases", 1, "neg")),
    (losses.near_pairs, PAIRS, nudged(2e-4), ("near_pair_loss_cases", 3, "tcl")),
    (colors.operations, ARRAYS, pixel, ("aug_contrast_0.5",)),
    (colors.operations, ARRAYS, pixel, ("aug_hue_-0.2",)),
    (colors.operations, ARRAYS, pixel, ("aug_gray",)),
]


@pytest.mark.parametrize(("family", "file", "value", "keys"), CASES)
def test_one_wrong_figure_is_found(figures, changed, family, file, value, keys):
    assert failures(family(figures[file])) == []
    assert len(failures(family(changed(figures[file], value, *keys)))) == 1


@pytest.mark.parametrize(
    ("case", "share", "keys"),
    [
        (5, 2e-9, ("first5", 2, 1, 0)),
        (9, 0.03, ("mean_start", 1)),
        (15, 0.03, ("std_start", 2)),
        (15, 0.03, ("mean_gap_12",)),
        (12, 0.01, ("max_end",)),
    ],
)
def test_a_wrong_window_is_found(figures, changed, case, share, keys):
    one = changed(figures[MAIN], [figures[MAIN]["hico_clip_windows"][case]], "hico_clip_windows")
    assert failures(sampling.windows(one)) == []
    assert len(failures(sampling.windows(changed(one, nudged(share), "hico_clip_windows", 0, *keys)))) == 1


def test_decayed_norms_are_found(figures, monkeypatch):
    def decayed(module, settings):
        optimizer = build_optimizer(module, settings)
        optimizer.param_groups[1]["weight_decay"] = 1e-6
        return optimizer

    monkeypatch.setattr(recipes, "build_optimizer", decayed)
    assert len(failures(recipes.recipes(figures[MAIN]))) == len(figures[MAIN]["experiments"])


def test_a_wrong_crop_is_found(figures, changed):
    wrong = changed(figures[ARRAYS], pixel, "test_crop_176x132")
    assert failures(colors.crops(wrong, figures[MAIN]["seed"])) == ["crop: test_crop_176x132"]


@pytest.mark.parametrize("levels", [-2.5, 2.5])
def test_a_wrong_crop_in_8_bit_is_found(figures, changed, levels):
    """Off by more than rounding can be: by 2.5 gray levels, everywhere."""
    wrong = changed(figures[ARRAYS], lambda array: array + levels / 255, "test_crop_240x320")
    names = ["crop: test_crop_240x320", "crop, as stages do it: test_crop_240x320"]
    assert failures(colors.crops(wrong, figures[MAIN]["seed"])) == names


def test_the_crop_of_stages_is_the_one_that_is_checked(figures, monkeypatch):
    def one_pixel_off(frames, box, size):
        return crop_scaled(np.roll(frames, 1, axis=2), box, size)

    monkeypatch.setattr(colors, "crop_scaled", one_pixel_off)
    assert len(failures(colors.crops(figures[ARRAYS], figures[MAIN]["seed"]))) == 4


@pytest.fixture(scope="module")
def subject(reference) -> Subject:
    figures = read_folder(reference)[SMALL]
    return Subject("small", figures["state"], figures["seed"])


@pytest.fixture(scope="module")
def one_pass(reference, subject) -> training.Pass:
    shape = read_folder(reference)[SMALL]["train_input_shape"]
    return training.one_pass(subject, rules.training_clips(shape, subject.seed))


@pytest.mark.parametrize(
    ("keys", "share", "name"),
    [
        (("losses", "vcl_loss"), 2e-9, "losses"),
        (("losses", "neg"), 2e-9, "losses"),
        (("grad_norms", "head.mlp_vcl.logits_out_b2.bias"), 2e-8, "gradient norms"),
        (("grad_norms", "backbone.conv1.a1.weight"), 2e-8, "gradient norms"),
    ],
)
def test_a_wrong_figure_of_training_is_found(figures, changed, subject, one_pass, keys, share, name):
    arrays = figures[SMALL_ARRAYS]
    assert failures(training.learned(subject, one_pass, figures[SMALL], arrays)) == []
    wrong = changed(figures[SMALL], nudged(share), *keys)
    (failed,) = failures(training.learned(subject, one_pass, wrong, arrays))
    assert name in failed


def test_a_wrong_embedding_is_found(figures, changed, subject, one_pass):
    for name in ("train_embedding", "train_topic_logits"):
        wrong = changed(figures[SMALL_ARRAYS], lambda array: array + 2e-9 * np.abs(array).max(), name)
        assert len(failures(training.learned(subject, one_pass, figures[SMALL], wrong))) == 1


def test_a_gradient_left_out_or_made_up_is_found(figures, changed, subject, one_pass):
    for change in (lambda norms: {**norms, "extra": 1.0}, lambda norms: dict(list(norms.items())[1:])):
        wrong = changed(figures[SMALL], change, "grad_norms")
        assert len(failures(training.learned(subject, one_pass, wrong, figures[SMALL_ARRAYS]))) == 1


def test_a_wrong_figure_of_evaluation_is_found(figures, changed, subject):
    wrong = changed(figures[SMALL_ARRAYS], pixel, "eval_topic_logits")
    wrong = changed(wrong, lambda array: array[:5], "eval_embedding")
    checks = evaluation.pretrained(subject, figures[SMALL]["input_shape"], figures[SMALL], wrong)
    assert [name.split(": ")[1] for name in failures(checks)] == ["visual embeddings", "topic logits"]


def test_wrong_weights_are_found(figures, subject):
    """The comparison reads the seed: with another one nothing agrees."""
    other = Subject("small", figures[SMALL]["state"], subject.seed + 1)
    checks = evaluation.pretrained(other, [1, 3, 3, 8, 32, 32], figures[SMALL], figures[SMALL_ARRAYS])
    assert len(failures(checks)) == 4


def test_names_and_shapes_must_be_ours(figures, changed):
    state = figures[SMALL]["state"]
    for wrong in ({**state, "backbone.extra": [1]}, {**state, "backbone.conv1.a1.weight": [83, 3, 1, 7, 5]}):
        with pytest.raises(WeightsError, match=r"extra|conv1\.a1\.weight"):
            Subject("small", wrong, 0)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("keys", "change", "said"),
    [
        (("losses", 5), nudged(2e-9), "losses"),
        (("rates", 2), nudged(2e-12), "rates"),
        (("param_norms", "head.out.weight"), nudged(2e-8), "parameter norms"),
        (("running_mean_norms", "backbone.Conv_2b.bn.running_mean"), nudged(2e-8), "running_mean norms"),
        (("zero_norm_parameters_at_end",), lambda names: names[1:], "stay 0"),
    ],
)
def test_a_wrong_figure_of_a_trajectory_is_found(figures, changed, monkeypatch, keys, change, said):
    run = "linear_hmdb51"
    monkeypatch.setattr(trajectories, "RUNS", {run: trajectories.RUNS[run]})
    wrong = changed(figures["reference_trajectories.json"], change, run, *keys)
    (failed,) = failures(trajectories.trajectories(wrong, figures[MAIN]))
    assert said in failed


@pytest.mark.slow
def test_a_bias_that_moves_is_found(figures, monkeypatch):
    """The whole of HACS short, were the local rate of a tensor of norm 0 one."""

    def never_zero(weights, *others):
        rates = local_rates(weights, *others)
        return [torch.where(rate == 0, 1.0, rate) for rate in rates]

    local_rates = lars_module._local_rates
    monkeypatch.setattr(lars_module, "_local_rates", never_zero)
    monkeypatch.setattr(trajectories, "RUNS", {"pretrain_short": trajectories.RUNS["pretrain_short"]})
    names = failures(trajectories.trajectories(figures["reference_trajectories.json"], figures[MAIN]))
    assert {name.split(": ")[1].split(" (")[0] for name in names} == {
        "losses",
        "parameter norms",
        "parameters that stay 0",
        "running_mean norms",
    }


def test_a_figure_that_nobody_reads_fails_the_run(monkeypatch, figures):
    for family in ("_s3dg", "_r2plus1d", "_heads"):
        monkeypatch.setattr(agreement, family, lambda *figures: iter(()))
    monkeypatch.setattr(trajectories, "trajectories", lambda *figures: iter(()))
    monkeypatch.setattr(start, "starts", lambda *figures: iter(()))
    monkeypatch.setattr(sampling, "DRAWS", 5)
    names = failures(agreement.all_checks(figures))
    assert any(name.startswith("reference.npz: figures left unchecked") and "eval_pooled" in name for name in names)


def test_a_figure_that_is_gone_is_named(figures):
    with pytest.raises(FiguresError, match=r"reference\.json: has no figure 'nothing'"):
        figures[MAIN]["nothing"]


def test_what_is_not_a_number_does_not_hold():
    assert not Check("nan", math.nan, 1.0).holds
    assert worst([0.0, math.nan]) == math.inf
    assert worst([]) == math.inf
    assert math.isnan(to_largest(torch.tensor([math.nan]), torch.ones(1)))


def test_the_floor_of_norms_is_far_below_the_largest():
    theirs = {"large": 1000.0, "noise": 1e-15}
    assert norms({"large": 1000.0, "noise": 5e-10}, theirs) <= 1e-8
    assert norms({"large": 1000.0, "noise": 2e-9}, theirs) > 1e-8
