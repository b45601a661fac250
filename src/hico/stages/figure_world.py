"""The synthetic data set on one sheet: untrimmed videos over their scenes, and a strip a class.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence
from pathlib import Path

from hico.report.figures import style
from hico.stages import figure
from hico.stages.command import run
from hico.synthetic.contact_sheet import contact_sheet


def main(argv: Sequence[str] | None = None) -> None:
    parser = figure.parser(__doc__)
    parser.add_argument("--world", type=Path, required=True, help="folder that the stage synthetic_dataset made")
    args = parser.parse_args(argv)
    style.write(args.out, lambda: contact_sheet(args.world))


if __name__ == "__main__":
    run(main)
