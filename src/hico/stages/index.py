"""Merge the shards to one index, and state how much of each list of videos is usable.

The record of origin lies beside the index, as index.parquet.provenance.json.
"""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

from hico import provenance
from hico.config.data import Index
from hico.files import write_csv
from hico.stages.command import run
from hico.video.table import coverage, merge, read_lists, require_usable, write_index

LOG = logging.getLogger(__name__)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hico.stages.index", description=__doc__)
    parser.add_argument("--manifest", type=Path, required=True, help="the annotations stage's table")
    parser.add_argument("--shards", type=Path, nargs="+", required=True, help="tables of all shards")
    parser.add_argument("--settings", required=True, help="the section `index`, as JSON or a file")
    parser.add_argument("--out", type=Path, required=True, help="the index (Parquet)")
    parser.add_argument("--coverage", type=Path, required=True, help="usable share of each list (CSV)")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    settings = Index.read(args.settings)
    record = provenance.open_record(args, settings, outputs=["coverage"])
    manifest = read_lists(args.manifest)
    index = merge(manifest, args.shards)
    require_usable(index, settings.max_unusable)
    shares = coverage(manifest, index)
    LOG.info("usable videos:\n%s", shares.to_string(index=False))
    write_index(args.out, index)
    write_csv(args.coverage, shares)
    record.write(args.out.with_name(f"{args.out.name}.provenance.json"))


if __name__ == "__main__":
    run(main)
