"""Constants of every released configuration against our defaults: optimizer, BatchNorm, colors, clips, losses.

Names of data sets, folds and features that are switched off have no counterpart here.
"""

from collections.abc import Iterator, Mapping
from typing import Any

from hico.augment.apply import MEAN, STD
from hico.config.experiments import Finetune, Loss, Pretrain, Sampling
from hico.config.training import Augment, Clip, Optimizer
from hico.nets.heads import ProjectionHead
from hico.optim import build_optimizer
from hico.parity.checks import RATES, Check, absolute, worst
from hico.parity.figures import Figures

# The authors' crop areas in pixels refer to frames of this size.
FRAME = 256 * 340


def recipes(figures: Figures) -> Iterator[Check]:
    """One check a configuration, over its constants that have a counterpart here."""
    for name, recorded in figures["experiments"].items():
        ours = _finetune() if recorded["clips_per_video"] is None else _pretrain(recorded)
        deviation = worst(absolute(value, _look_up(recorded, key)) for key, value in ours.items())
        yield Check(f"recipe: {name}", deviation, RATES)


def _look_up(recorded: Mapping[str, Any], key: str) -> Any:
    """The value of a dotted key; crop sides become shares of the frame."""
    value: Any = recorded
    for part in key.split("."):
        value = value[part]
    return [side**2 / FRAME for side in value] if key.endswith("JITTER_SCALES") else value


def _pretrain(recorded: Mapping[str, Any]) -> dict[str, Any]:
    ours = Pretrain(method="hico", data="-")
    values = _common(ours.optimizer, ours.augment, ours.clip) | _hico(ours.sampling, ours.loss)
    values |= {"batch_size": ours.batch_videos, "augmentation.COLOR": ours.augment.color_probability}
    losses_recorded = "LOSS" in recorded["hico"]
    return {key: value for key, value in values.items() if losses_recorded or ".LOSS." not in key}


def _finetune() -> dict[str, Any]:
    ours = Finetune(data="-")
    return _common(ours.optimizer, ours.augment, ours.clip) | {
        "optimizer.MAX_EPOCH": ours.epochs,
        "augmentation.COLOR_AUG": ours.augment.color_probability,
        "augmentation.GRAY_FIRST": ours.augment.gray_first,
    }


def _common(optimizer: Optimizer, augment: Augment, clip: Clip) -> dict[str, Any]:
    return {
        "optimizer.MOMENTUM": optimizer.momentum,
        "optimizer.WEIGHT_DECAY": optimizer.weight_decay,
        **_norms(optimizer),
        "augmentation.BRIGHTNESS": augment.brightness,
        "augmentation.CONTRAST": augment.contrast,
        "augmentation.SATURATION": augment.saturation,
        "augmentation.HUE": augment.hue,
        "augmentation.GRAYSCALE": augment.gray_probability,
        "augmentation.RATIO": augment.aspect,
        "data.NUM_INPUT_FRAMES": clip.frames,
        "data.SAMPLING_RATE": clip.rate,
        "data.TRAIN_JITTER_SCALES": augment.area,
        "data.TRAIN_CROP_SIZE": clip.size,
        "data.TEST_CROP_SIZE": clip.size,
        "data.MEAN": [MEAN] * 3,
        "data.STD": [STD] * 3,
    }


def _norms(optimizer: Optimizer) -> dict[str, Any]:
    """BatchNorm of the heads, which are alike with every backbone."""
    head = ProjectionHead(1, 1, 1)
    norm = head.first_norm
    (group,) = (one for one in build_optimizer(head, optimizer).param_groups if one["params"][0] is norm.weight)
    return {"bn.MOMENTUM": norm.momentum, "bn.EPS": norm.eps, "bn.WEIGHT_DECAY": group["weight_decay"]}


def _hico(sampling: Sampling, loss: Loss) -> dict[str, Any]:
    return {
        "hico.GRAUDAL_SAMPLING.MAX_DIS": sampling.distance_s,
        "hico.VCL.MAX_DIS": sampling.distance_s[1],
        "hico.LOSS.GAMA": loss.gamma,
        "hico.LOSS.TCL_WEIGHT": loss.tcl,
        "hico.LOSS.VCL_WEIGHT": loss.vcl,
    }
