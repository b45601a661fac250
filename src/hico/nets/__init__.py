"""Video networks: three backbones, the heads of HiCo, and their weights."""

from hico.nets.model import (
    BackboneNet,
    Classifier,
    PretrainModel,
    PretrainOutput,
    build_backbone,
    build_pretrain_model,
)
from hico.nets.seeding import seeded

__all__ = [
    "BackboneNet",
    "Classifier",
    "PretrainModel",
    "PretrainOutput",
    "build_backbone",
    "build_pretrain_model",
    "seeded",
]
