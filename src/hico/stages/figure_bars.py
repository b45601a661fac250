"""What each experiment reaches on each task, with a point a seed and the paper's figure where there is one.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence

from hico.report.figures import bars
from hico.stages import measured_figure
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    measured_figure.main(__doc__, bars.draw, argv)


if __name__ == "__main__":
    run(main)
