"""Networks in training mode, in float64: losses, embeddings, gradients, statistics, LARS."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

import torch
from torch import Tensor

from hico.config.training import Optimizer
from hico.losses import PretrainLoss, pretrain_loss
from hico.nets import PretrainModel, PretrainOutput
from hico.optim import build_optimizer
from hico.parity import rules
from hico.parity.checks import LOSSES, NORMS, Check, norms, relative, to_largest
from hico.parity.figures import Figures
from hico.parity.losses import terms
from hico.parity.subject import Subject

# Losses that must be recorded; "total", "pos" and "neg" are compared where they are.
REQUIRED = ("total_loss", "vcl_loss", "tcl_loss")


@dataclass(frozen=True)
class Pass:
    """A network in training mode after one pass forward and back, before any step."""

    model: PretrainModel
    out: PretrainOutput
    loss: PretrainLoss

    @property
    def gradients(self) -> dict[str, Tensor]:
        return {name: weight.grad for name, weight in self.model.named_parameters() if weight.grad is not None}


def one_pass(subject: Subject, clips: Tensor) -> Pass:
    """Fresh weights, one pass."""
    model = subject.pretrain_model().double().train()
    return _pass(subject, model, clips)


def _pass(subject: Subject, model: PretrainModel, clips: Tensor) -> Pass:
    model.zero_grad()
    out = model(clips)
    loss = pretrain_loss(out, subject.settings)
    loss.total.backward()
    return Pass(model, out, loss)


def learned(subject: Subject, done: Pass, figures: Figures, arrays: Figures) -> Iterator[Check]:
    """Losses, embeddings, topic logits and gradient norms of one pass."""
    title, out = subject.title, done.out
    recorded = figures["losses"]
    ours = {name: value for name, value in _losses(subject, done).items() if name in recorded or name in REQUIRED}
    yield Check(f"{title}: losses in training", relative(ours, recorded), LOSSES)
    embeddings = to_largest(out.visual.detach(), arrays["train_embedding"])
    yield Check(f"{title}: visual embeddings in training", embeddings, LOSSES)
    assert out.topic_logits is not None
    logits = to_largest(out.topic_logits.detach(), arrays["train_topic_logits"])
    yield Check(f"{title}: topic logits in training", logits, LOSSES)
    gradients = norms(subject.sizes(done.gradients), figures["grad_norms"])
    yield Check(f"{title}: gradient norms ({len(figures['grad_norms'])})", gradients, NORMS)


def _losses(subject: Subject, done: Pass) -> dict[str, float]:
    """By the reference's names."""
    figures, clips, z = done.loss.figures, subject.settings.clips_per_video, done.out.visual.detach()
    total, vcl, tcl = float(figures["loss"]), float(figures["vcl"]), float(figures["tcl"])
    named = {"total_loss": total, "total": total, "vcl_loss": vcl, "tcl_loss": tcl}
    return named | terms(z, len(z) // clips, clips)


def statistics(subject: Subject, done: Pass, figures: Figures) -> Iterator[Check]:
    """BatchNorm's running statistics after one pass."""
    buffers = dict(done.model.named_buffers())
    for kind in ("running_mean", "running_var"):
        own = {name: buffer for name, buffer in buffers.items() if name.endswith(kind)}
        theirs = figures[f"{kind}_norms"]
        yield Check(f"{subject.title}: {kind} norms ({len(theirs)})", norms(subject.sizes(own), theirs), NORMS)


def lars(subject: Subject, start: Pass, clips: Tensor, exclude: bool, figures: Figures) -> Iterator[Check]:
    """Some LARS steps from the pass `start`: the loss before each, parameter norms after the last."""
    recorded = figures[f"lars_exclude_{exclude}"]
    losses, model = _descend(subject, start, clips, exclude, recorded["rates"])
    title = f"{subject.title}: LARS, BatchNorm {'excluded' if exclude else 'scaled'}"
    yield Check(f"{title}: losses", to_largest(losses, recorded["losses"]), NORMS)
    sizes = subject.sizes(dict(model.named_parameters()))
    theirs: Mapping[str, float] = recorded["param_norms"]
    yield Check(f"{title}: parameter norms ({len(theirs)})", norms(sizes, theirs), NORMS)


def _descend(
    subject: Subject, start: Pass, clips: Tensor, exclude: bool, rates: list[float]
) -> tuple[list[float], PretrainModel]:
    model = subject.pretrain_model().double().train()
    optimizer = build_optimizer(model, Optimizer(exclude_batchnorm=exclude))
    losses: list[float] = []
    for number, rate in enumerate(rates):
        # The first pass is the same for every trajectory.
        done = start if number == 0 else _pass(subject, model, clips)
        for name, weight in model.named_parameters():
            weight.grad = done.gradients[name]
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.step()
        losses.append(float(done.loss.total.detach()))
    return losses, model


@torch.no_grad()
def baseline(subject: Subject, shape: list[int], figures: Figures, arrays: Figures) -> Iterator[Check]:
    """The SimCLR network and its loss on clips 1 and 2."""
    model = subject.pretrain_model().double().train()
    out = model(rules.training_clips(shape, subject.seed)[:, :2])
    loss = float(pretrain_loss(out, subject.settings).total)
    ours = {"loss_contrastive": loss, "loss_single": loss, **terms(out.visual, shape[0], 2)}
    embeddings = to_largest(out.visual, arrays["simclr_embedding"])
    yield Check(f"{subject.title}: visual embeddings in training", embeddings, LOSSES)
    yield Check(f"{subject.title}: losses in training", relative(ours, figures["simclr_losses"]), LOSSES)
