"""Probe one share of a manifest's videos; bad media gets a row with its reason, and nothing stops."""

import argparse
import logging
from collections.abc import Sequence
from pathlib import Path

import pandas as pd

from hico.config.data import Index
from hico.errors import ConfigError
from hico.files import reading
from hico.stages.command import count, run
from hico.video.probing import probe_all
from hico.video.record import OK
from hico.video.table import distinct_videos, read_pieces, shard, to_table, write_index

LOG = logging.getLogger(__name__)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hico.stages.index_shard", description=__doc__)
    parser.add_argument("--manifest", type=Path, required=True, help="the annotations stage's table")
    parser.add_argument("--settings", required=True, help="the section `index`, as JSON or a file")
    parser.add_argument("--shard", type=count, required=True, help="which of settings.shards, from 0")
    parser.add_argument("--workers", type=count, default=1, help="files probed at a time")
    parser.add_argument("--out", type=Path, required=True, help="index rows of this shard (Parquet)")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    settings = Index.read(args.settings)
    if args.shard >= settings.shards:
        raise ConfigError(f"--shard: {args.shard} is none of the {settings.shards} shards, numbered from 0")
    with reading(args.manifest):
        manifest = pd.read_parquet(args.manifest, columns=["video_id", "path"])
    mine = shard(distinct_videos(manifest), args.shard, settings.shards)
    rows = []
    for video in probe_all(mine, args.workers, settings.full_check, read_pieces(args.manifest)):
        rows.append(video)
        if video.status != OK:
            LOG.warning("%s: %s: %s", video.path or video.video_id, video.status, video.reason)
        if len(rows) % 1000 == 0:
            LOG.info("probed %d of %d videos", len(rows), len(mine))
    write_index(args.out, to_table(rows))


if __name__ == "__main__":
    run(main)
