"""The method on one picture.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence

from hico.report.figures import method, style
from hico.stages import figure
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    args = figure.parser(__doc__).parse_args(argv)
    style.write(args.out, method.draw)


if __name__ == "__main__":
    run(main)
