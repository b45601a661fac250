"""Where the results come from, on one page: each run's commit, digests, seed and hardware; inputs; videos set aside.

Writes --out (.html).
"""

import argparse
from collections.abc import Sequence
from pathlib import Path

from hico.files import write_text
from hico.report import page
from hico.report.origins import aside_table, data_set, inputs_table, runs_table
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(argv)
    tables = (
        runs_table(args.runs),
        inputs_table((data_set(path), path) for path in args.manifests),
        aside_table([(data_set(path), path) for path in args.index]),
    )
    write_text(args.out, page.render("Where the results come from", tables))


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--runs", type=Path, nargs="*", default=[], help="provenance.json of each run")
    parser.add_argument(
        "--manifests", type=Path, nargs="*", default=[], help=".../<data set>/*.provenance.json of each"
    )
    parser.add_argument("--index", type=Path, nargs="*", default=[], help=".../<data set>/index.parquet of each")
    parser.add_argument("--out", type=Path, required=True)
    return parser.parse_args(argv)


if __name__ == "__main__":
    run(main)
