"""The supervised step of fine-tuning and the linear probe."""

from dataclasses import dataclass

from torch.nn.functional import cross_entropy

from hico.config.experiments import Finetune
from hico.data.dataset import Batch
from hico.nets.model import Classifier
from hico.training.distributed import DistContext
from hico.training.monitor import Metrics
from hico.training.pretrain_step import augment_on_device, autocast


@dataclass(frozen=True)
class ClassifyStep:
    """Computes the gradients of cross-entropy, and metrics, of one step; the trainer updates the weights."""

    settings: Finetune
    dist: DistContext

    def __call__(self, model: Classifier, batch: Batch, step: int) -> Metrics:
        device = self.dist.device
        with autocast(self.settings.compute.precision, device):
            logits = model(augment_on_device(batch, device).flatten(0, 1))
        labels = batch.labels.to(device)
        loss = cross_entropy(logits.float(), labels)
        loss.backward()
        self.dist.average_gradients(model)
        top1 = float(100 * (logits.argmax(dim=1) == labels).double().mean())
        return self.dist.reduce_mean({"loss": loss.item(), "top1": top1})


def freeze_backbone(model: Classifier, batchnorm: str) -> None:
    """Train the classifier alone. BatchNorm's statistics are fixed (`strict`) or follow the batches (`adapt`)."""
    model.backbone.requires_grad_(False)
    if batchnorm == "strict":
        model.backbone.eval()
