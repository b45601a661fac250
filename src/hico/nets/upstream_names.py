"""Names of the authors' released checkpoints, and ours for the same modules.

Their S3D-G registers every layer twice (`Conv_1a` and `block1.0`), so a checkpoint holds each tensor under
two names; the second comes later and is the one that counts when PyTorch loads it.
"""

from hico.nets.s3dg import STAGES

Names = dict[str, tuple[str, ...]]
"""Our module -> their names of it, the one that counts last."""

_MIXED = {
    "point": "branch0.0",
    "wide_a.0": "branch1.0",
    "wide_a.1": "branch1.1",
    "wide_b.0": "branch2.0",
    "wide_b.1": "branch2.1",
    "pooled.1": "branch3.1",
    **{f"gates.{number}": f"gating_b{number}" for number in range(4)},
}
_S3DG_LEAVES = {
    "conv": "conv",
    "norm": "bn",
    "spatial": "conv1",
    "spatial_norm": "bn1",
    "temporal": "conv2",
    "temporal_norm": "bn2",
    "linear": "fc",
}
_FACTORED = {"spatial": "1", "spatial_norm": "1_bn", "temporal": "2", "temporal_norm": "2_bn"}
_PROJECTION = {
    "first": "linear_a",
    "first_norm": "linear_a_bn",
    "second": "linear_b",
    "second_norm": "linear_b_bn",
    "out": "logits_out_b2",
}


def s3dg_names() -> Names:
    """S3D-G; includes modules that only some blocks have."""
    names: Names = {}
    for ours, theirs in _s3dg_layers().items():
        parts = _MIXED if ours.startswith("mixed") else {"": ""}
        for part, their_part in parts.items():
            for leaf, their_leaf in _S3DG_LEAVES.items():
                both = tuple(_dotted("backbone", name, their_part, their_leaf) for name in theirs)
                names[_dotted("backbone", ours, part, leaf)] = both
    return names


def _s3dg_layers() -> dict[str, tuple[str, str]]:
    layers = {
        "conv1": ("Conv_1a", "block1.0"),
        "conv2_reduce": ("Conv_2b", "block2.1"),
        "conv2": ("Conv_2c", "block2.2"),
    }
    for stage, blocks in STAGES.items():
        for place, letter in enumerate(blocks, start=1):
            layers[f"mixed{stage}.{letter}"] = (f"Mixed_{stage}{letter}", f"block{stage}.{place}")
    return layers


def _dotted(*parts: str) -> str:
    return ".".join(part for part in parts if part)


def r2plus1d_names() -> Names:
    """R(2+1)D-10."""
    names: Names = {f"backbone.stem.{leaf}": (f"backbone.conv1.a{theirs}",) for leaf, theirs in _FACTORED.items()}
    for stage in range(4):
        block, their_block = f"backbone.stages.{stage}", f"backbone.conv{stage + 2}.res_1"
        for half, letter in (("first", "a"), ("second", "b")):
            for leaf, theirs in _FACTORED.items():
                names[f"{block}.{half}.{leaf}"] = (f"{their_block}.conv_branch.{letter}{theirs}",)
        names[f"{block}.shortcut.conv"] = (f"{their_block}.short_cut",)
        names[f"{block}.shortcut.norm"] = (f"{their_block}.short_cut_bn",)
    return names


def head_names(kind: str) -> Names:
    """The heads of a network of kind `hico`, `simclr` or `classifier`."""
    if kind == "classifier":
        return {"classifier.linear": ("head.out",)}
    visual = {"hico": "head.mlp_vcl", "simclr": "head.mlp"}[kind]
    names: Names = {
        "topical_predictor.hidden": ("head.mlp_tcl.topical_predictor.0",),
        "topical_predictor.out": ("head.mlp_tcl.topical_predictor.2",),
    }
    for ours, theirs in _PROJECTION.items():
        names[f"visual_head.{ours}"] = (f"{visual}.{theirs}",)
        names[f"topical_head.{ours}"] = (f"head.mlp_tcl.mlp.{theirs}",)
    return names
