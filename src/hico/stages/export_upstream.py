"""Convert our weights file to a checkpoint of the authors' released code; `import_upstream` takes it back exactly.

S3D-G and R(2+1)D-10 only: the released code has no other network. Tensors that it registers twice
are written under both names.
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from hico.config.experiments import Pretrain
from hico.nets import upstream, upstream_files, weights
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("weights", type=Path, help="our weights file, .safetensors")
    parser.add_argument("out", type=Path, help="checkpoint to write, .pyth")
    args = parser.parse_args(argv)
    ours, metadata = weights.load(args.weights)
    origin = str(args.weights)
    settings = Pretrain.check(metadata.get("settings"), f"{origin}: settings")
    layout = upstream.layout_of(ours, settings, origin)
    theirs = upstream.to_theirs(ours, layout, origin)
    epoch = metadata.get("upstream", {}).get("epoch", settings.epochs if settings.trains else None)
    upstream_files.write(args.out, theirs, epoch, metadata)
    print(f"{layout.backbone.name} ({layout.kind}): {len(ours)} tensors written under {len(theirs)} names")


if __name__ == "__main__":
    run(main)
