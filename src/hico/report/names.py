"""How things are called where people read them: backbones, protocols, measures."""

from collections import Counter
from collections.abc import Hashable, Mapping
from typing import TypeVar

Key = TypeVar("Key", bound=Hashable)

BACKBONES = {"s3dg": "S3D-G", "r2plus1d_10": "R(2+1)D-10", "r3d_18": "R3D-18", "vit_s": "ViT-S"}
PROTOCOLS = {"finetune": "fine-tuning", "linear_probe": "linear probe", "retrieval": "retrieval"}
MEASURES = {"top1": "top-1", "top5": "top-5", "mean_class_accuracy": "class mean", "top1_single_view": "top-1, 1 view"}


def capitalized(text: str) -> str:
    """The first letter large and all others as they are."""
    return text[0].upper() + text[1:]


def measure(key: str) -> str:
    """`top1` as "top-1", `r@5` as "R@5"."""
    return MEASURES.get(key, key.upper())


def backbone(key: str, width: float) -> str:
    """Name of a network; a width other than the paper's is part of it."""
    name = BACKBONES.get(key, key)
    return name if width == 1 else f"{name} x {width:g}"


def protocol(key: str, batchnorm: str | None) -> str:
    """Name of a protocol; for a linear probe also what BatchNorm of the frozen network does."""
    name = PROTOCOLS[key]
    return f"{name} ({batchnorm} BN)" if key == "linear_probe" and batchnorm else name


def on_dataset(key: str, batchnorm: str | None, dataset: str) -> str:
    """Heading of a task: "Linear probe (strict BN) on UCF101"."""
    return f"{capitalized(protocol(key, batchnorm))} on {dataset}"


def told_apart(names: Mapping[Key, str], *details: Mapping[Key, str]) -> dict[Key, str]:
    """Names, with one detail after the other added where several still have the same."""
    result = dict(names)
    for detail in details:
        times = Counter(result.values())
        result = {key: name if times[name] == 1 else f"{name}, {detail[key]}" for key, name in result.items()}
    return result
