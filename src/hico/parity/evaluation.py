"""Networks in evaluation mode: features, both heads, classifier."""

from collections.abc import Iterator

import torch
from torch import Tensor

from hico.nets.heads import pool
from hico.parity import rules
from hico.parity.checks import EXACT, FLOAT32, Check, to_largest, unequal
from hico.parity.figures import Figures
from hico.parity.subject import Subject


@torch.no_grad()
def pretrained(subject: Subject, shape: list[int], figures: Figures, arrays: Figures) -> Iterator[Check]:
    """Pooled features, visual embeddings and topic logits of the HiCo network."""
    title, model = subject.title, subject.pretrain_model().eval()
    kept: list[Tensor] = []
    model.backbone.register_forward_hook(lambda module, inputs, features: kept.append(features))
    out, features = model(rules.clips(shape, subject.seed)), kept[0]
    yield Check(f"{title}: shape of the features", unequal(list(features.shape), figures["feature_map_shape"]), EXACT)
    yield Check(f"{title}: pooled features", to_largest(pool(features), arrays["eval_pooled"]), FLOAT32)
    yield Check(f"{title}: visual embeddings", to_largest(out.visual, arrays["eval_embedding"]), FLOAT32)
    yield Check(f"{title}: topic logits", to_largest(out.topic_logits, arrays["eval_topic_logits"]), FLOAT32)


@torch.no_grad()
def classified(subject: Subject, shape: list[int], arrays: Figures) -> Iterator[Check]:
    """Softmax scores of the classifier on the first clip of each video."""
    first = rules.clips(shape, subject.seed)[:, 0]
    scores = subject.classifier().eval()(first).softmax(dim=1)
    yield Check(f"{subject.title}: softmax scores", to_largest(scores, arrays["classifier_probs"]), FLOAT32)
