"""Learning rates of every released configuration."""

from collections.abc import Iterator, Mapping
from typing import Any

from hico.config.training import Optimizer
from hico.optim import base_rate, learning_rate
from hico.parity.checks import RATES, Check, relative
from hico.parity.figures import Figures

PROCESSES = 8


def rates(figures: Figures) -> Iterator[Check]:
    """Base rate and the rate at several points of training."""
    for name, experiment in figures["experiments"].items():
        settings, epochs = recorded_settings(experiment["optimizer"]), experiment["optimizer"]["MAX_EPOCH"]
        clips = PROCESSES * experiment["batch_size"] * (experiment["clips_per_video"] or 1)
        base = base_rate(settings, clips)
        ours = {f"{epoch}": learning_rate(settings, epoch, epochs, base) for epoch, _ in experiment["lr_at_epoch"]}
        theirs = {f"{epoch}": rate for epoch, rate in experiment["lr_at_epoch"]}
        bases = {"base": base, "configured": base}, _bases(experiment)
        yield Check(f"rates: {name}", max(relative(ours, theirs), relative(*bases)), RATES)


def _bases(experiment: Mapping[str, Any]) -> dict[str, float]:
    return {"base": experiment["effective_base_lr_8gpus"], "configured": experiment["optimizer"]["BASE_LR"]}


def recorded_settings(recorded: Mapping[str, Any]) -> Optimizer:
    """Pre-training scales our default rate by the batch; fine-tuning names its rate."""
    values = {
        "name": recorded["OPTIM_METHOD"],
        "warmup_epochs": recorded["WARMUP_EPOCHS"],
        "warmup_rate": recorded["WARMUP_START_LR"],
        "momentum": recorded["MOMENTUM"],
        "weight_decay": recorded["WEIGHT_DECAY"],
        "exclude_batchnorm": recorded.get("BN_LARS_EXCLUDE", False),
    }
    if not recorded["ADJUST_LR"]:
        values |= {"rate": recorded["BASE_LR"], "rate_per_clips": None}
    return Optimizer.check(values, "experiments")
