"""The pre-training step: clips in, gradients of the paper's losses out."""

from dataclasses import dataclass

import torch
from torch import Tensor

from hico.clips import near_distance
from hico.config.experiments import Pretrain
from hico.data.clips import Batch
from hico.losses import PretrainLoss, pretrain_loss
from hico.nets.model import PretrainModel
from hico.training.batchnorm import still_statistics
from hico.training.inputs import autocast, prepared
from hico.training.log import Row
from hico.training.loop import State
from hico.training.processes import Processes


@dataclass(frozen=True)
class PretrainStep:
    """One step: augment on the device, embed, compare, differentiate."""

    settings: Pretrain
    processes: Processes
    steps: int
    """Steps of the whole run."""

    def __call__(self, state: State[PretrainModel], batch: Batch) -> Row:
        model = state.model
        clips = prepared(batch, self.processes.device)
        if self.settings.accumulate == 1:
            with self._autocast():
                output = model(clips)
            losses = pretrain_loss(output, self.settings)
            losses.total.backward()
        else:
            losses = self._in_parts(model, clips)
        self.processes.average_gradients(model)
        figures = {name: value.item() for name, value in losses.figures.items()}
        return self._distance(state.step) | self.processes.mean(figures)

    def _in_parts(self, model: PretrainModel, clips: Tensor) -> PretrainLoss:
        """The large batch's gradient in the memory of a part: embed all, differentiate the embeddings, embed again.

        Exact but for BatchNorm, which sees one part at a time.
        """
        parts = clips.chunk(self.settings.accumulate)
        with torch.no_grad(), self._autocast(), still_statistics(model):
            visual, topical = joined([model.embed(part) for part in parts])
        with self._autocast():
            output = model.compare(visual, topical)
        losses = pretrain_loss(output, self.settings)
        losses.total.backward()
        rows = [part.shape[0] * part.shape[1] for part in parts]
        gradients = [leaf.grad.split(rows) for leaf in (visual, topical) if leaf is not None and leaf.grad is not None]
        for number, part in enumerate(parts):
            with self._autocast():
                again = [embedding for embedding in model.embed(part) if embedding is not None]
            torch.autograd.backward(again, [gradient[number] for gradient in gradients])
        return losses

    def _autocast(self) -> torch.autocast:
        return autocast(self.settings.compute.precision, self.processes.device)

    def _distance(self, step: int) -> Row:
        if self.settings.method == "simclr":
            return {}
        return {"distance_s": near_distance(self.settings.sampling, step / self.steps)}


def joined(parts: list[tuple[Tensor, Tensor | None]]) -> tuple[Tensor, Tensor | None]:
    """Embeddings of all parts as leaves that collect gradients."""
    visual = torch.cat([visual for visual, _ in parts]).requires_grad_()
    topical = [topical for _, topical in parts if topical is not None]
    return visual, torch.cat(topical).requires_grad_() if topical else None


@torch.no_grad()
def topic_map(model: PretrainModel, batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Predicted probability that two clips (or pairs) are of one video, and the truth: both (N, N).

    The prediction is the mean of sigmoid over both orders of a pair, normalized with the batch as in training.
    """
    with still_statistics(model):
        logits = model(prepared(batch, device)).topic_logits
    video = torch.arange(batch.clips.shape[0]).repeat_interleave(logits.shape[0] // batch.clips.shape[0])
    return logits.sigmoid().mean(dim=2).cpu(), video[:, None] == video[None, :]
