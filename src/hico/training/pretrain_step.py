"""The pre-training step: from a batch of clips to the gradients of the paper's losses.

    clips -> augmentation on the device -> embeddings -> VCL and TCL -> gradients, averaged over processes

Also here: precision and augmentation, which fine-tuning shares, and BatchNorm's running statistics.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import torch
from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from hico.augment import apply_color
from hico.clips import near_distance
from hico.config.experiments import Pretrain
from hico.data.dataset import Batch
from hico.losses import PretrainLoss, pretrain_loss
from hico.nets.model import PretrainModel
from hico.training.distributed import DistContext
from hico.training.monitor import Metrics


@dataclass(frozen=True)
class PretrainStep:
    """Computes the gradients and metrics of one step; the trainer updates the weights."""

    settings: Pretrain
    dist: DistContext
    total_steps: int

    def __call__(self, model: PretrainModel, batch: Batch, step: int) -> Metrics:
        clips = augment_on_device(batch, self.dist.device)
        if self.settings.accumulate == 1:
            with self._autocast():
                output = model(clips)
            losses = pretrain_loss(output, self.settings)
            losses.total.backward()
        else:
            losses = self._backward_in_parts(model, clips)
        self.dist.average_gradients(model)
        metrics = {name: value.item() for name, value in losses.figures.items()}
        return self._distance_at(step) | self.dist.reduce_mean(metrics)

    def _backward_in_parts(self, model: PretrainModel, clips: Tensor) -> PretrainLoss:
        """Gradients of the whole batch in the memory of one part: embed all, differentiate the loss with respect to
        the embeddings, then embed each part again and differentiate that.

        Exact but for BatchNorm, which normalizes each part by itself.
        """
        parts = clips.chunk(self.settings.accumulate)
        with torch.no_grad(), self._autocast(), freeze_bn_statistics(model):
            visual, topical = _concatenate_embeddings([model.embed(part) for part in parts])
        with self._autocast():
            output = model.compare(visual, topical)
        losses = pretrain_loss(output, self.settings)
        losses.total.backward()
        rows = [part.shape[0] * part.shape[1] for part in parts]
        gradients = [leaf.grad.split(rows) for leaf in (visual, topical) if leaf is not None and leaf.grad is not None]
        for number, part in enumerate(parts):
            with self._autocast():
                embeddings = [embedding for embedding in model.embed(part) if embedding is not None]
            torch.autograd.backward(embeddings, [gradient[number] for gradient in gradients])
        return losses

    def _autocast(self) -> torch.autocast:
        return autocast(self.settings.compute.precision, self.dist.device)

    def _distance_at(self, step: int) -> Metrics:
        """The largest distance of a near pair at this step, in s; SimCLR has no near pairs."""
        if self.settings.method == "simclr":
            return {}
        return {"distance_s": near_distance(self.settings.sampling, step / self.total_steps)}


def _concatenate_embeddings(parts: list[tuple[Tensor, Tensor | None]]) -> tuple[Tensor, Tensor | None]:
    """Visual and topical embeddings of all parts, as leaves that collect gradients."""
    visual = torch.cat([visual for visual, _ in parts]).requires_grad_()
    topical = [topical for _, topical in parts if topical is not None]
    return visual, torch.cat(topical).requires_grad_() if topical else None


def augment_on_device(batch: Batch, device: torch.device) -> Tensor:
    """Move to the device, flip, color and normalize: (B, S, 3, T, H, W) float32, channels last."""
    videos, clips_per_video = batch.clips.shape[:2]
    pixels = batch.clips.flatten(0, 1).to(device, non_blocking=True)
    colored = apply_color(pixels, batch.augment)
    clips: Tensor = colored.contiguous(memory_format=torch.channels_last_3d).unflatten(0, (videos, clips_per_video))
    return clips


def autocast(precision: str, device: torch.device) -> torch.autocast:
    """bfloat16 where an operation allows it, for precision bf16; else float32 throughout."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16")


@contextmanager
def freeze_bn_statistics(model: nn.Module) -> Iterator[None]:
    """Inside, BatchNorm normalizes by the batch but does not update its running statistics."""
    for norm in _batchnorms(model):
        norm.track_running_stats = False
    try:
        yield
    finally:
        for norm in _batchnorms(model):
            norm.track_running_stats = True


@torch.no_grad()
def recalibrate_batchnorm(model: PretrainModel, batches: Iterable[Batch], device: torch.device) -> None:
    """Set the running statistics of an untrained network's BatchNorm to their plain mean over all batches.

    Without them a network that starts from small weights maps every clip to almost the same point.
    """
    for norm in _batchnorms(model):
        norm.momentum = None
    for batch in batches:
        model(augment_on_device(batch, device))


def _batchnorms(model: nn.Module) -> list[_BatchNorm]:
    return [module for module in model.modules() if isinstance(module, _BatchNorm)]


@torch.no_grad()
def predict_topics(model: PretrainModel, batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Predicted probability that two clips (or pairs) are of one video, and whether they are: both (N, N).

    The prediction is the mean of sigmoid over both orders of a pair. BatchNorm uses the batch, as in training.
    """
    with freeze_bn_statistics(model):
        logits = model(augment_on_device(batch, device)).topic_logits
    video = torch.arange(batch.clips.shape[0]).repeat_interleave(logits.shape[0] // batch.clips.shape[0])
    return logits.sigmoid().mean(dim=2).cpu(), video[:, None] == video[None, :]
