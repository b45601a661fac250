"""A trained backbone from its file alone: which network it is stands in the file."""

from pathlib import Path

from hico.config.experiments import Pretrain
from hico.config.outside import is_imported, is_outside
from hico.errors import ConfigError, WeightsError
from hico.nets.model import BackboneNet, build_backbone
from hico.nets.weights import load_backbone, read_metadata


def trained_backbone(path: Path) -> tuple[BackboneNet, Pretrain]:
    """The backbone, ready for features (evaluation mode, nothing to train), and the settings it was trained with.

    Raises WeightsError if the file is unreadable, does not say its settings, or does not fit them.
    """
    said = read_metadata(path).get("settings")
    try:
        settings = Pretrain.check(said, "settings")
        _refuse_unknown_code(settings.backbone.name, path)
        backbone = build_backbone(settings.backbone)
    except ConfigError as error:
        raise WeightsError(
            f"{path}: does not say which network it is for: {error}; use weights that this package has written"
        ) from error
    load_backbone(backbone, path)
    return backbone.eval().requires_grad_(False), settings


def _refuse_unknown_code(name: str, path: Path) -> None:
    """A weights file may come from anybody: it must not choose what is imported."""
    if is_outside(name) and not is_imported(name):
        raise WeightsError(
            f"{path}: its network {name} is code outside this package; import {name.partition(':')[0]} first, "
            "if you trust it"
        )
