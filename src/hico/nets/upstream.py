"""The authors' checkpoints as ours and back: strict, and with a ledger of every name."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar

import torch

from hico.config.experiments import Head, Pretrain
from hico.config.training import Backbone
from hico.errors import WeightsError
from hico.nets.model import Classifier, PretrainModel, build_backbone
from hico.nets.upstream_names import Names, head_names, r2plus1d_names, s3dg_names
from hico.nets.weights import State, described, differences

T = TypeVar("T")
Kind = Literal["hico", "simclr", "classifier"]

BACKBONE_STARTS: dict[str, Literal["s3dg", "r2plus1d_10"]] = {
    "backbone.block1.": "s3dg",
    "backbone.Conv_1a.": "s3dg",
    "backbone.conv1.a1": "r2plus1d_10",
}
SUCCESSORS_VIT = "backbone.patch_embed."
"""How names of HiCo++'s ViT-S begin. Its S3D-G has the names of HiCo's, heads included."""
HEAD_STARTS: dict[str, Kind] = {"head.mlp_": "hico", "head.mlp.": "simclr", "head.out.": "classifier"}


@dataclass(frozen=True)
class Layout:
    """Which network a checkpoint belongs to."""

    backbone: Backbone
    kind: Kind
    head: Head
    classes: int = 0


@dataclass(frozen=True)
class Ledger:
    """What became of every tensor of a checkpoint."""

    used: dict[str, str]
    """Their name -> ours."""
    unused: dict[str, str]
    """Their name -> why it does not count."""

    def lines(self) -> list[str]:
        used = [f"used    {theirs} -> {ours}" for theirs, ours in self.used.items()]
        return used + [f"unused  {theirs}: {why}" for theirs, why in self.unused.items()]


def recognize(state: State, origin: str, width: float = 1.0, head: Head | None = None) -> Layout:
    """The network of a checkpoint, told by how its names begin. Raises WeightsError for a foreign one."""
    backbone = _first(state, BACKBONE_STARTS)
    if backbone is None and any(name.startswith(SUCCESSORS_VIT) for name in state):
        raise WeightsError(
            f"{origin}: a checkpoint of HiCo++'s ViT-S ({SUCCESSORS_VIT}*), which cannot be converted; of HiCo++ only "
            "S3D-G can. To have a ViT-S, train one: experiment m6-vit-uk400 of config/paper/hico-plus-plus.yaml"
        )
    if backbone is None:
        raise WeightsError(
            f"{origin}: not a checkpoint of the authors' S3D-G or R(2+1)D-10: none of its {len(state)} tensors is "
            f"named as theirs ({', '.join(BACKBONE_STARTS)}); it has {', '.join(list(state)[:5]) or 'none at all'}"
        )
    kind = _first(state, HEAD_STARTS) or "hico"
    head = _with_predictor(head or Head(), state, "head.mlp_tcl.topical_predictor.0.bias")
    out = state.get("head.out.bias")
    classes = 0 if kind != "classifier" or out is None else out.numel()
    return Layout(Backbone(name=backbone, width=width), kind, head, classes)


def _first(state: State, starts: Mapping[str, T]) -> T | None:
    """What belongs to the first beginning that some name has."""
    return next((value for start, value in starts.items() if any(name.startswith(start) for name in state)), None)


def layout_of(ours: State, settings: Pretrain, origin: str) -> Layout:
    """The network of our own weights. Raises WeightsError for one that the released code does not have."""
    name, known = settings.backbone.name, set(BACKBONE_STARTS.values())
    if name not in known:
        raise WeightsError(
            f"{origin}: {name} has no counterpart in the released code; only {' and '.join(sorted(known))} have"
        )
    if "classifier.linear.weight" in ours:
        return Layout(settings.backbone, "classifier", settings.head, len(ours["classifier.linear.weight"]))
    kind: Kind = "hico" if "topical_head.out.weight" in ours else "simclr"
    return Layout(settings.backbone, kind, _with_predictor(settings.head, ours, "topical_predictor.hidden.bias"))


def _with_predictor(head: Head, state: State, bias: str) -> Head:
    """With the predictor as wide as it is: weights from before `head.predictor` do not say it in their settings."""
    return head.model_copy(update={"predictor": state[bias].numel()}) if bias in state else head


def our_form(layout: Layout) -> dict[str, str]:
    """Our names of the network's tensors, each with type and shape."""
    with torch.device("meta"):
        if layout.kind == "classifier":
            return described(Classifier(build_backbone(layout.backbone), layout.classes).state_dict())
        settings = Pretrain(
            method="hico" if layout.kind == "hico" else "simclr", data="-", backbone=layout.backbone, head=layout.head
        )
        return described(PretrainModel(settings).state_dict())


def their_names(layout: Layout) -> Names:
    """Our name of each tensor of the network -> theirs, the one that counts last."""
    backbone = s3dg_names() if layout.backbone.name == "s3dg" else r2plus1d_names()
    modules = backbone | head_names(layout.kind)
    names: Names = {}
    for ours in our_form(layout):
        module, leaf = ours.rsplit(".", 1)
        names[ours] = tuple(f"{theirs}.{leaf}" for theirs in modules[module])
    return names


def to_ours(theirs: State, layout: Layout, origin: str) -> tuple[State, Ledger]:
    """Translate a checkpoint. Raises WeightsError on any tensor missing, left over or of another shape."""
    names, forms = their_names(layout), our_form(layout)
    wanted = {their: forms[ours] for ours, both in names.items() for their in both}
    problems = differences(wanted, described(theirs))
    if problems:
        raise WeightsError(
            f"{origin}: looks like {layout.backbone.name} ({layout.kind}), but differs from it:\n" + "\n".join(problems)
        )
    used = {both[-1]: ours for ours, both in names.items()}
    unused = {alias: _reason(theirs, alias, both[-1]) for both in names.values() for alias in both[:-1]}
    return {ours: theirs[both[-1]] for ours, both in names.items()}, Ledger(used, unused)


def _reason(theirs: State, alias: str, kept: str) -> str:
    same = torch.equal(theirs[alias], theirs[kept])
    return f"{'the same tensor as' if same else 'replaced by the later, different'} {kept}"


def to_theirs(ours: State, layout: Layout, origin: str) -> State:
    """Translate our tensors, under both names where they have two. Raises WeightsError on any difference."""
    problems = differences(our_form(layout), described(ours))
    if problems:
        raise WeightsError(f"{origin}: not the tensors of its own settings:\n" + "\n".join(problems))
    return {their: ours[name] for name, both in their_names(layout).items() for their in both}
