"""How much of each data set is present and usable, why videos were set aside, and what training went without.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence
from pathlib import Path

from hico.report.availability import read_coverage, read_dropped, read_reasons
from hico.report.figures import coverage, style
from hico.report.origins import data_set
from hico.stages import figure
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    parser = figure.parser(__doc__)
    parser.add_argument("--coverage", type=Path, nargs="+", required=True, help="coverage.csv of each data set")
    parser.add_argument("--index", type=Path, nargs="+", required=True, help=".../<data set>/index.parquet of each")
    parser.add_argument("--dropped", type=Path, nargs="*", default=[], help="dropped.csv of each training run")
    args = parser.parse_args(argv)
    lists = read_coverage(args.coverage)
    reasons = read_dropped(args.dropped) + read_reasons((data_set(path), path) for path in args.index)
    style.write(args.out, lambda: coverage.draw(lists, reasons))


if __name__ == "__main__":
    run(main)
