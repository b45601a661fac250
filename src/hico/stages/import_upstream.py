"""Convert a checkpoint of the authors' released code to our weights file.

Takes S3D-G and R(2+1)D-10 with pre-training heads (HiCo, HiCo++ or SimCLR) or classifier; not HiCo++'s ViT-S. Prints a
ledger of every tensor, used or not; fails, and writes nothing, when a tensor is missing, left over or of another shape.
Nothing in the checkpoint is run.
"""

import argparse
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from hico.config.experiments import Pretrain
from hico.files import sha256
from hico.nets import upstream, upstream_files, weights
from hico.nets.upstream import Layout
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("checkpoint", type=Path, help="the authors' checkpoint, .pyth")
    parser.add_argument("out", type=Path, help="weights file to write, .safetensors")
    args = parser.parse_args(argv)
    origin = str(args.checkpoint)
    theirs, checkpoint = upstream_files.read(args.checkpoint)
    notes = _notes_of_our_export(checkpoint)
    if notes is None:
        layout = upstream.recognize(theirs, origin)
    else:
        settings = Pretrain.check(notes.get("settings"), f"{origin}: cfg.hico.settings")
        layout = upstream.recognize(theirs, origin, settings.backbone.width, settings.head)
    ours, ledger = upstream.to_ours(theirs, layout, origin)
    weights.save(args.out, ours, notes or _metadata(args.checkpoint, layout, checkpoint))
    for line in ledger.lines():
        print(line)
    for entry in checkpoint:
        if entry != "model_state":
            print(f"unused  entry {entry!r} beside the weights")
    print(f"{layout.backbone.name} ({layout.kind}): {len(ledger.used)} tensors used, {len(ledger.unused)} unused")


def _notes_of_our_export(checkpoint: Mapping[str, Any]) -> dict[str, Any] | None:
    """The metadata that `export_upstream` left; None in a checkpoint of the authors."""
    cfg = checkpoint.get("cfg")
    notes = cfg.get("hico") if isinstance(cfg, Mapping) else None
    return notes if isinstance(notes, dict) else None


def _metadata(path: Path, layout: Layout, checkpoint: Mapping[str, Any]) -> dict[str, Any]:
    settings = Pretrain(method="imported", weights=Path(path.name), backbone=layout.backbone, head=layout.head)
    epoch = checkpoint.get("epoch")
    return {
        "experiment": "imported",
        "seed": None,
        # A checkpoint does not say what clips it was trained with.
        "settings": settings.model_dump(mode="json", exclude={"clip"}),
        "trained_on": {"dataset": "", "videos": None, "coverage": None},
        "upstream": {
            "file": path.name,
            "sha256": sha256(path),
            "kind": layout.kind,
            "epoch": epoch if isinstance(epoch, int) else None,
        },
    }


if __name__ == "__main__":
    run(main)
