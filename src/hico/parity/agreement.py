"""Every check over every figure of a folder."""

from collections.abc import Iterator

from hico.parity import (
    colors,
    evaluation,
    lars,
    losses,
    recipes,
    rules,
    sampling,
    schedules,
    start,
    training,
    trajectories,
)
from hico.parity.checks import EXACT, Check
from hico.parity.figures import Figures
from hico.parity.subject import Shapes, Subject


def all_checks(files: dict[str, Figures]) -> Iterator[Check]:
    """Cheap families first; at the end, that no family was left out. Raises WeightsError on foreign names."""
    main, arrays = files["reference.json"], files["reference.npz"]
    small, small_arrays = files["reference_r2p1d.json"], files["reference_r2p1d.npz"]
    yield from sampling.frames(main)
    yield from sampling.windows(main)
    yield from schedules.rates(main)
    yield from recipes.recipes(main)
    yield from colors.operations(arrays)
    yield from colors.crops(arrays, main["seed"])
    yield from losses.cases(main)
    yield from losses.near_pairs(files["reference_near_pairs.json"])
    yield from lars.cases(files["reference_lars.json"])
    yield from start.starts(main["seed"])
    yield from _r2plus1d(small, small_arrays)
    yield from _s3dg(main, arrays)
    yield from _heads(main, arrays)
    yield from trajectories.trajectories(files["reference_trajectories.json"], main)
    for name, figures in files.items():
        yield Check(f"{name}: figures left unchecked {figures.unread or ''}".rstrip(), len(figures.unread), EXACT)


def _s3dg(figures: Figures, arrays: Figures) -> Iterator[Check]:
    subject = Subject("S3D-G", figures["hico_state"], figures["seed"])
    yield from evaluation.pretrained(subject, figures["hico_input"]["shape"], figures, arrays)
    clips = rules.training_clips(figures["train_input"]["shape"], subject.seed)
    done = training.one_pass(subject, clips)
    yield from training.learned(subject, done, figures, arrays)
    yield from training.statistics(subject, done, figures)
    for exclude in (False, True):
        yield from training.lars(subject, done, clips, exclude, figures)


def _r2plus1d(figures: Figures, arrays: Figures) -> Iterator[Check]:
    subject = Subject("R(2+1)D-10", figures["state"], figures["seed"])
    yield from evaluation.pretrained(subject, figures["input_shape"], figures, arrays)
    clips = rules.training_clips(figures["train_input_shape"], subject.seed)
    yield from training.learned(subject, training.one_pass(subject, clips), figures, arrays)


def _heads(figures: Figures, arrays: Figures) -> Iterator[Check]:
    """The S3D-G backbone under the SimCLR head, and under the classifier."""
    whole: Shapes = figures["hico_state"]
    backbone = {name: shape for name, shape in whole.items() if name.startswith("backbone.")}
    baseline = Subject("SimCLR", {**backbone, **figures["simclr_state"]}, figures["seed"])
    yield from training.baseline(baseline, figures["train_input"]["shape"], figures, arrays)
    classifier = Subject("classifier", {**backbone, **figures["classifier_state"]}, figures["seed"])
    yield from evaluation.classified(classifier, figures["hico_input"]["shape"], arrays)
