"""Copy an index's usable videos to a store of small files with short GOPs, and index the copies.

The record of origin lies beside the index, as index.parquet.provenance.json.
"""

import argparse
import logging
from collections.abc import Iterator, Sequence
from pathlib import Path

from hico import provenance
from hico.config.data import Index, Store
from hico.files import write_csv
from hico.stages.command import count, run
from hico.video.copying import transcode_all
from hico.video.record import OK, Video
from hico.video.table import coverage, read_index, read_lists, require_usable, to_table, write_index

LOG = logging.getLogger(__name__)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hico.stages.transcode", description=__doc__)
    parser.add_argument("--manifest", type=Path, required=True, help="the annotations stage's table")
    parser.add_argument("--index", type=Path, required=True, help="index of the originals (Parquet)")
    parser.add_argument("--settings", required=True, help="the section `data.KEY.store`, as JSON or a file")
    parser.add_argument("--out-dir", type=Path, required=True, help="folder of the copies; complete ones are kept")
    parser.add_argument("--workers", type=count, default=1, help="videos encoded at a time")
    parser.add_argument("--max-unusable", type=float, default=Index().max_unusable, help="as `index.max_unusable`")
    parser.add_argument("--out", type=Path, required=True, help="index of the copies (Parquet)")
    parser.add_argument("--coverage", type=Path, required=True, help="usable share of each list, copies counted (CSV)")
    return parser.parse_args(argv)


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    settings = Store.read(args.settings)
    record = provenance.open_record(args, settings, outputs=["coverage"])
    lists = read_lists(args.manifest)
    originals = [Video.from_row(row) for row in read_index(args.index).to_pylist()]
    copies = list(_copies(originals, args.out_dir, settings, args.workers))
    index = to_table(copies)
    require_usable(index, args.max_unusable)
    write_csv(args.coverage, coverage(lists, index))
    write_index(args.out, index)
    record.write(args.out.with_name(f"{args.out.name}.provenance.json"))
    _report(originals, copies)


def _copies(originals: list[Video], folder: Path, settings: Store, workers: int) -> Iterator[Video]:
    for original, video in zip(originals, transcode_all(originals, folder, settings, workers), strict=True):
        if original.status == OK != video.status:
            LOG.warning("%s: %s: %s", original.path, video.status, video.reason)
        yield video


def _report(originals: list[Video], copies: list[Video]) -> None:
    done = sum(video.status == OK for video in copies)
    sizes = [sum(video.size_bytes for video in videos) / 1e6 for videos in (originals, copies)]
    LOG.info("%d copies, %.1f MB in place of %.1f MB", done, sizes[1], sizes[0])


if __name__ == "__main__":
    run(main)
