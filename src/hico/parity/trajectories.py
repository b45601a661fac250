"""Whole steps from the released start: rates, losses, what learns and what stays at 0.

Pre-training with LARS, fine-tuning with Adam, and a linear probe whose frozen network adapts BatchNorm; in float64.
"""

from collections.abc import Callable, Iterator, Mapping
from typing import Any, Self

import torch
from pydantic import BaseModel, ConfigDict, model_validator
from torch import Tensor, nn
from torch.nn.functional import cross_entropy

from hico.losses import pretrain_loss
from hico.nets import Classifier
from hico.optim import base_rate, build_optimizer, learning_rate
from hico.parity import rules
from hico.parity.checks import EXACT, LOSSES, NORMS, RATES, Check, norms, relative
from hico.parity.figures import Figures, FiguresError, parsed
from hico.parity.schedules import recorded_settings
from hico.parity.subject import Shapes, Subject
from hico.training.classify_step import freeze_backbone

Loss = Callable[[int], Tensor]
"""Of the input of step k."""
Run = tuple[Subject, nn.Module, Loss]


class Inputs(BaseModel):
    """Shapes of a step's input: (videos, clips, 3, T, H, W) and (clips, 3, T, H, W)."""

    model_config = ConfigDict(extra="forbid")
    pretrain_shape: tuple[int, int, int, int, int, int]
    supervised_shape: tuple[int, int, int, int, int]


class Trajectory(BaseModel):
    """Figures of one run: of each step, and of parameters and statistics after the last."""

    model_config = ConfigDict(extra="forbid")
    config: str
    base_rate: float
    steps_per_epoch: int
    max_epoch: int
    rates: list[float]
    losses: list[float]
    norms: list[Any]
    zero_norm_parameters_at_end: list[str]
    param_norms: dict[str, float]
    running_mean_norms: dict[str, float]

    @model_validator(mode="after")
    def _fits(self) -> Self:
        if len(self.losses) != len(self.rates):
            raise ValueError(f"{len(self.losses)} losses and {len(self.rates)} rates, where each step has both")
        return self


def trajectories(figures: Figures, main: Figures) -> Iterator[Check]:
    """The three runs; `main` has the names and shapes of the networks and the released settings."""
    seed, inputs = figures["seed"], parsed(Inputs, figures["input"], f"{figures.name}: input")
    runs = {name: parsed(Trajectory, figures[name], f"{figures.name}: {name}") for name in RUNS}
    for name, run in runs.items():
        if run.config not in main["experiments"]:
            raise FiguresError(f"{figures.name}: {name}: its configuration {run.config} is not in {main.name}")
    for name, prepare in RUNS.items():
        subject, model, loss = prepare(main, seed, inputs)
        yield from _run(name, runs[name], main["experiments"], subject, model, loss)


def _pretraining(main: Figures, seed: int, inputs: Inputs) -> Run:
    subject = Subject("S3D-G", main["hico_state"], seed, rules.released_start)
    model = subject.pretrain_model().double().train()

    def loss(step: int) -> Tensor:
        clips = rules.clips(inputs.pretrain_shape, seed + 100 + step).double()
        return pretrain_loss(model(clips), subject.settings).total

    return subject, model, loss


def _finetuning(main: Figures, seed: int, inputs: Inputs) -> tuple[Subject, Classifier, Loss]:
    whole: Shapes = main["hico_state"]
    backbone = {name: shape for name, shape in whole.items() if name.startswith("backbone.")}
    subject = Subject("classifier", {**backbone, **main["classifier_state"]}, seed, rules.released_start)
    model = subject.classifier().double().train()

    def loss(step: int) -> Tensor:
        clips = rules.clips(inputs.supervised_shape, seed + 200 + step).double()
        labels = (7 * torch.arange(len(clips)) + step) % subject.layout.classes
        return cross_entropy(model(clips), labels)

    return subject, model, loss


def _probing(main: Figures, seed: int, inputs: Inputs) -> Run:
    subject, model, loss = _finetuning(main, seed, inputs)
    freeze_backbone(model, "adapt")
    return subject, model, loss


RUNS: dict[str, Callable[[Figures, int, Inputs], Run]] = {
    "pretrain_short": _pretraining,
    "finetune_hmdb51": _finetuning,
    "linear_hmdb51": _probing,
}


def _run(
    title: str,
    recorded: Trajectory,
    experiments: Mapping[str, Any],
    subject: Subject,
    model: nn.Module,
    loss: Loss,
) -> Iterator[Check]:
    """Train as the released settings say, on one process."""
    experiment = experiments[recorded.config]
    settings = recorded_settings(experiment["optimizer"])
    base = base_rate(settings, experiment["batch_size"] * (experiment["clips_per_video"] or 1))
    epochs = [step / recorded.steps_per_epoch for step in range(len(recorded.rates))]
    rates = [learning_rate(settings, epoch, recorded.max_epoch, base) for epoch in epochs]
    yield Check(f"{title}: rates", _relative(rates, recorded.rates), RATES)
    losses = _descend(build_optimizer(model, settings), rates, loss)
    yield Check(f"{title}: losses ({len(losses)})", _relative(losses, recorded.losses), LOSSES)
    sizes, theirs = subject.sizes(dict(model.named_parameters())), recorded.param_norms
    yield Check(f"{title}: parameter norms ({len(theirs)})", norms(sizes, theirs), NORMS)
    at_zero, expected = {name for name, size in sizes.items() if size == 0}, recorded.zero_norm_parameters_at_end
    yield Check(f"{title}: parameters that stay 0 ({len(expected)})", len(at_zero ^ set(expected)), EXACT)
    means = {name: buffer for name, buffer in model.named_buffers() if name.endswith("running_mean")}
    theirs = recorded.running_mean_norms
    yield Check(f"{title}: running_mean norms ({len(theirs)})", norms(subject.sizes(means), theirs), NORMS)


def _descend(optimizer: torch.optim.Optimizer, rates: list[float], loss: Loss) -> list[float]:
    """The loss before each step."""
    losses: list[float] = []
    for step, rate in enumerate(rates):
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        value = loss(step)
        value.backward()
        optimizer.step()
        losses.append(value.item())
    return losses


def _relative(ours: list[float], theirs: list[float]) -> float:
    """Largest relative difference of one step."""
    return relative({f"{k}": value for k, value in enumerate(ours)}, {f"{k}": value for k, value in enumerate(theirs)})
