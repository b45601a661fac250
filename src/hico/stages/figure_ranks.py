"""Retrieval: R@k over k, of all experiments and retrieval tasks.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence

from hico.report.figures import ranks
from hico.stages import measured_figure
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    measured_figure.main(__doc__, ranks.draw, argv, "retrieval")


if __name__ == "__main__":
    run(main)
