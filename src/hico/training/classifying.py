"""The supervised step, for the whole network or the classifier alone."""

from dataclasses import dataclass

from torch.nn.functional import cross_entropy

from hico.config.experiments import Finetune
from hico.data.clips import Batch
from hico.nets.model import Classifier
from hico.training.inputs import autocast, prepared
from hico.training.log import Row
from hico.training.loop import State
from hico.training.processes import Processes


@dataclass(frozen=True)
class ClassifyStep:
    """One step of cross-entropy over a batch of labeled clips."""

    settings: Finetune
    processes: Processes

    def __call__(self, state: State[Classifier], batch: Batch) -> Row:
        device = self.processes.device
        with autocast(self.settings.compute.precision, device):
            scores = state.model(prepared(batch, device).flatten(0, 1))
        labels = batch.labels.to(device)
        loss = cross_entropy(scores.float(), labels)
        loss.backward()
        self.processes.average_gradients(state.model)
        return self.processes.mean(
            {"loss": loss.item(), "top1": float(100 * (scores.argmax(dim=1) == labels).double().mean())}
        )


def freeze_backbone(model: Classifier, batchnorm: str) -> None:
    """Only the classifier learns; `strict` also fixes BatchNorm's statistics, `adapt` lets them follow the batches."""
    model.backbone.requires_grad_(False)
    if batchnorm == "strict":
        model.backbone.eval()
