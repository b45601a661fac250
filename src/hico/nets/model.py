"""Whole networks: a backbone with the heads of pre-training, or with a classifier."""

from typing import NamedTuple

from torch import Tensor, nn
from torch.nn.modules.batchnorm import _BatchNorm

from hico.config.experiments import Pretrain
from hico.config.outside import fetch, is_outside
from hico.config.training import Backbone
from hico.nets.heads import ClassifierHead, ProjectionHead, TopicalPredictor
from hico.nets.r2plus1d import R2Plus1D10
from hico.nets.r3d import R3D18
from hico.nets.s3dg import S3DG
from hico.nets.seeding import seeded
from hico.nets.vit import ViTS

BACKBONES: dict[str, type[S3DG] | type[R2Plus1D10] | type[R3D18] | type[ViTS]] = {
    "s3dg": S3DG,
    "r2plus1d_10": R2Plus1D10,
    "r3d_18": R3D18,
    "vit_s": ViTS,
}
BackboneNet = S3DG | R2Plus1D10 | R3D18 | ViTS


class PretrainOutput(NamedTuple):
    """Embeddings of N = videos x clips clips, video by video; the topical part only where TCL is learned."""

    visual: Tensor  # (N, D), L2 norm 1
    topical: Tensor | None  # (N, D); with near pairs (HiCo++) the mean of each pair, (N / 2, D)
    topic_logits: Tensor | None  # (rows of topical, rows of topical, 2)


def build_backbone(settings: Backbone) -> BackboneNet:
    """(N, 3, T, H, W) -> (N, .features, t, h, w). The start comes from torch's generator: see `seeded`.

    Raises ConfigError for a network of the user's own that cannot be found.
    """
    kind = fetch(settings.name, nn.Module) if is_outside(settings.name) else BACKBONES[settings.name]
    backbone: BackboneNet = kind(settings.width)
    if settings.norm_eps is not None:
        for module in backbone.modules():
            if isinstance(module, _BatchNorm):
                module.eps = settings.norm_eps
    return backbone


class PretrainModel(nn.Module):
    """Backbone, visual head and, for HiCo with TCL, topical head and predictor."""

    def __init__(self, settings: Pretrain) -> None:
        super().__init__()
        self.backbone = build_backbone(settings.backbone)
        if isinstance(self.backbone, ViTS):
            self.backbone.tubelets.requires_grad_(False)  # As released, for stability; fine-tuning trains it.
        self.pairs = settings.sampling.near_pairs
        shape = (self.backbone.features, settings.head.hidden, settings.head.embedding)
        self.visual_head = ProjectionHead(*shape)
        self.topical_head: ProjectionHead | None = None
        self.topical_predictor: TopicalPredictor | None = None
        if settings.method != "simclr" and settings.loss.tcl > 0:
            self.topical_head = ProjectionHead(*shape)
            self.topical_predictor = TopicalPredictor(settings.head.embedding, settings.head.predictor)

    def forward(self, clips: Tensor) -> PretrainOutput:
        """Clips (B, S, 3, T, H, W) of B videos; with near pairs the clips are ordered pair by pair."""
        return self.compare(*self.embed(clips))

    def embed(self, clips: Tensor) -> tuple[Tensor, Tensor | None]:
        """Visual and topical embeddings (B * S, D) of clips (B, S, 3, T, H, W)."""
        features = self.backbone(clips.flatten(0, 1))
        topical = None if self.topical_head is None else self.topical_head(features)
        return self.visual_head(features), topical

    def compare(self, visual: Tensor, topical: Tensor | None) -> PretrainOutput:
        """Same-video logits between all clips (or pairs) of the embeddings given."""
        if self.topical_predictor is None or topical is None:
            return PretrainOutput(visual, None, None)
        if self.pairs > 1:
            topical = topical.unflatten(0, (-1, 2)).mean(dim=1)
        return PretrainOutput(visual, topical, self.topical_predictor(topical))


class Classifier(nn.Module):
    """Backbone and linear classifier: (N, 3, T, H, W) -> (N, classes) logits."""

    def __init__(self, backbone: BackboneNet, classes: int, dropout: float = 0.0) -> None:
        super().__init__()
        self.backbone = backbone
        self.classifier = ClassifierHead(backbone.features, classes, dropout)

    def forward(self, clips: Tensor) -> Tensor:
        logits: Tensor = self.classifier(self.backbone(clips))
        return logits


def build_pretrain_model(settings: Pretrain, seed: int) -> PretrainModel:
    """A pre-training network whose start depends on `seed` alone."""
    with seeded(seed):
        return PretrainModel(settings)
