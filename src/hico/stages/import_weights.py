"""Take the weights of an experiment from a file instead of training: its backbone, strictly.

The file may come from another run of this workflow, or from `python -m hico.stages.import_upstream`. The clip that it
was trained with comes along, where it says that; the released checkpoints do not.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from hico import provenance
from hico.config.experiments import Pretrain
from hico.config.training import Clip
from hico.files import sha256
from hico.nets.model import build_backbone
from hico.nets.weights import load_backbone, read_metadata, save
from hico.stages.command import count, run


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--experiment", required=True, help="its key in the configuration")
    parser.add_argument("--settings", required=True, help="section `pretrain.<experiment>`: JSON, or a YAML file")
    parser.add_argument("--seed", type=count, required=True, help="seed that the run is filed under")
    parser.add_argument("--weights", type=Path, required=True, help="safetensors file to take the backbone from")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--provenance-out", type=Path, required=True)
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    settings = Pretrain.read(args.settings)
    record = provenance.open_record(args, settings, seed=args.seed)
    backbone = build_backbone(settings.backbone)
    load_backbone(backbone, args.weights)
    origin = read_metadata(args.weights)
    clip = _clip(args.weights, origin, settings)
    about = {
        "experiment": args.experiment,
        "seed": args.seed,
        "settings": settings.model_copy(update={"clip": clip}).model_dump(mode="json"),
        "trained_on": origin.get("trained_on", {"dataset": "", "videos": None, "coverage": None}),
        "imported": {"file": args.weights.name, "sha256": sha256(args.weights), "said": origin},
    }
    save(args.out, {f"backbone.{name}": value for name, value in backbone.state_dict().items()}, about)
    record.write(args.provenance_out)


def _clip(path: Path, origin: dict[str, Any], settings: Pretrain) -> Clip:
    """What the weights were trained with, where their file says it; else the section's. Raises ConfigError."""
    said = origin.get("settings")
    if not isinstance(said, dict) or "clip" not in said:
        return settings.clip
    return Clip.check(said["clip"], f"{path}: settings.clip")


if __name__ == "__main__":
    run(main)
