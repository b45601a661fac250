"""A trained backbone from its file alone: which network it is stands in the file."""

from pathlib import Path

from hico.config.experiments import Pretrain
from hico.nets.model import BackboneNet, build_backbone
from hico.nets.weights import load_backbone, read_metadata


def trained_backbone(path: Path) -> tuple[BackboneNet, Pretrain]:
    """The backbone, ready for features (evaluation mode, nothing to train), and the settings it was trained with.

    Raises WeightsError if the file is unreadable or does not fit what it says of itself.
    """
    settings = Pretrain.check(read_metadata(path)["settings"], str(path))
    backbone = build_backbone(settings.backbone)
    load_backbone(backbone, path)
    return backbone.eval().requires_grad_(False), settings
