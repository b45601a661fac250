"""The pre-training step: clips in, gradients of the paper's losses out."""

from dataclasses import dataclass

import torch
from torch import Tensor

from hico.augment import apply_colour
from hico.config.experiments import Pretrain
from hico.data.clips import Batch
from hico.losses import pretrain_loss
from hico.nets.model import PretrainModel
from hico.training.log import Row
from hico.training.loop import State
from hico.training.processes import Processes


@dataclass(frozen=True)
class PretrainStep:
    """One step: augment on the device, embed, compare, differentiate."""

    settings: Pretrain
    processes: Processes
    network: torch.nn.Module
    """The model, compiled or not; shares its parameters with the state's."""

    def __call__(self, state: State, batch: Batch) -> Row:
        device = self.processes.device
        clips = prepared(batch, device)
        with autocast(self.settings.compute.precision, device):
            out = self.network(clips)
        losses = pretrain_loss(out, self.settings)
        losses.total.backward()
        self.processes.average_gradients(state.model)
        return {name: value.item() for name, value in losses.figures.items()}


def prepared(batch: Batch, device: torch.device) -> Tensor:
    """Coloured, flipped and normalised clips (B, S, 3, T, H, W) on the device."""
    videos, count = batch.clips.shape[:2]
    pixels = batch.clips.flatten(0, 1).to(device, non_blocking=True)
    return apply_colour(pixels, batch.augment).unflatten(0, (videos, count))


def autocast(precision: str, device: torch.device) -> torch.autocast:
    """bfloat16 where the network allows it, or plain float32."""
    return torch.autocast(device.type, dtype=torch.bfloat16, enabled=precision == "bf16")


@torch.no_grad()
def topic_map(model: PretrainModel, batch: Batch, device: torch.device) -> tuple[Tensor, Tensor]:
    """Predicted probability that two clips are of one video, and the truth: both (N, N).

    The prediction is the mean of sigmoid over both orders of a pair, with running statistics.
    """
    model.eval()
    logits = model(prepared(batch, device)).topic_logits
    model.train()
    own = torch.arange(batch.clips.shape[0]).repeat_interleave(logits.shape[0] // batch.clips.shape[0])
    return logits.float().sigmoid().mean(dim=2).cpu(), own[:, None] == own[None, :]
