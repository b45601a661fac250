"""What one value changes: results of experiments that differ only in length, in distance or in gamma.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence

from hico.report.figures import effects
from hico.stages import measured_figure
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    measured_figure.main(__doc__, effects.draw, argv)


if __name__ == "__main__":
    run(main)
