"""How far apart the near clips may be as training goes on, and clips drawn accordingly.

Writes --out (.svg) and the same name as .png.
"""

from collections.abc import Sequence
from pathlib import Path

from hico.config.experiments import Pretrain
from hico.report.figures import sampling, style
from hico.report.training_runs import read_training_run
from hico.stages import figure
from hico.stages.command import run


def main(argv: Sequence[str] | None = None) -> None:
    parser = figure.parser(__doc__)
    parser.add_argument("--metrics", type=Path, required=True, help=".../<experiment>/seed<k>/metrics.csv")
    parser.add_argument("--settings", required=True, help="settings of the experiment: JSON, or settings.json")
    figure.add_title(parser)
    args = parser.parse_args(argv)
    settings = Pretrain.read(args.settings)
    training = read_training_run(args.metrics)
    style.write(args.out, lambda: sampling.draw(args.title or training.experiment, training, settings))


if __name__ == "__main__":
    run(main)
