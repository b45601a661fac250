"""Losses and learning rate over pre-training, of all experiments and seeds.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence
from pathlib import Path

from hico.report.experiments import read_experiments
from hico.report.figures import curves, style
from hico.report.training_runs import read_training_run
from hico.stages import figure
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    parser = figure.parser(__doc__)
    figure.add_experiments(parser)
    parser.add_argument(
        "--metrics", type=Path, nargs="+", required=True, help=".../<experiment>/seed<k>/metrics.csv of trained ones"
    )
    args = parser.parse_args(argv)
    looks = read_experiments(args.experiments)
    runs = [read_training_run(path) for path in args.metrics]
    style.write(args.out, lambda: curves.draw(runs, looks))


if __name__ == "__main__":
    run(main)
