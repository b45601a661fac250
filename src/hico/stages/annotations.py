"""annotations: a data set's official annotation files and its folder of videos -> manifest.parquet.

Its record of origin lies beside it, as manifest.parquet.provenance.json.
"""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from hico import provenance
from hico.annotations.manifest import parse
from hico.config.data import DataSet
from hico.config.official import annotation_files
from hico.files import write_parquet
from hico.stages.command import run

LOG = logging.getLogger(__name__)


def main(argv: Sequence[str] | None = None) -> None:
    """Parse one data set and write its manifest. Raises AnnotationError, ConfigError."""
    args = arguments(argv)
    settings = DataSet.read(args.settings)
    official = [file for file in annotation_files(settings) if file.is_file()]
    record = provenance.open_record(args, settings, inputs={"annotations": official})
    manifest = parse(args.key, settings)
    for line in _counts(manifest):
        LOG.info(line)
    write_parquet(args.out, manifest)
    record.write(args.out.with_name(f"{args.out.name}.provenance.json"))


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hico.stages.annotations", description=__doc__)
    parser.add_argument("--key", required=True, help="name of the data set in the manifest, and in messages")
    parser.add_argument("--settings", required=True, help="one section of `data`: JSON text, or a YAML or JSON file")
    parser.add_argument("--out", required=True, type=Path, help="manifest.parquet to write")
    return parser.parse_args(argv)


def _counts(manifest: pd.DataFrame) -> list[str]:
    """One line a split and subset: videos listed and present, annotations."""
    lines = []
    for (dataset, split, subset), rows in manifest.groupby(["dataset", "split", "subset"], sort=False):
        videos = rows.drop_duplicates("video_id")
        listed, present = len(videos), int(videos["path"].notna().sum())
        where = f"{dataset} split {split} {subset}" if split else f"{dataset} {subset}"
        share = 100 * present / listed
        lines.append(f"{where}: {listed:,} videos, {present:,} present ({share:.1f} %), {len(rows):,} annotations")
    return lines


if __name__ == "__main__":
    run(main)
