"""The authors' checkpoints as ours and back: strict, and with a ledger of every name."""

from dataclasses import dataclass
from typing import Literal

import torch

from hico.config.experiments import Head, Pretrain
from hico.config.training import Backbone
from hico.errors import WeightsError
from hico.nets.model import Classifier, PretrainModel, build_backbone
from hico.nets.upstream_names import Names, head_names, r2plus1d_names, s3dg_names
from hico.nets.weights import State, described, differences

Kind = Literal["hico", "simclr", "classifier"]


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


def recognise(state: State, width: float, origin: str) -> Layout:
    """The network of a checkpoint, told by a few of its names. Raises WeightsError for a foreign one."""
    backbones: dict[str, Literal["s3dg", "r2plus1d_10"]] = {
        "backbone.block1.0.conv1.weight": "s3dg",
        "backbone.conv1.a1.weight": "r2plus1d_10",
    }
    heads: dict[str, Kind] = {
        "head.mlp_vcl.logits_out_b2.weight": "hico",
        "head.mlp.logits_out_b2.weight": "simclr",
        "head.out.weight": "classifier",
    }
    backbone = next((value for name, value in backbones.items() if name in state), None)
    probe = next((name for name in heads if name in state), None)
    if backbone is None or probe is None or state[probe].ndim != 2:
        raise WeightsError(
            f"{origin}: not a checkpoint of the authors' S3D-G or R(2+1)D-10 with pre-training heads or classifier; "
            "of the names that tell them it has " + (", ".join(n for n in (*backbones, *heads) if n in state) or "none")
        )
    rows, columns = state[probe].shape
    if heads[probe] == "classifier":
        return Layout(Backbone(name=backbone, width=width), "classifier", Head(), rows)
    head = Head.check({"hidden": columns, "embedding": rows}, origin)
    return Layout(Backbone(name=backbone, width=width), heads[probe], head)


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
