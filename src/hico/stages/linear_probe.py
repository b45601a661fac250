"""Train a linear classifier on a frozen pre-trained network, and measure it on the test videos.

Writes metrics.json, predictions.parquet, metrics.csv and provenance.json to --out-dir.
"""

from collections.abc import Sequence

from hico.config.experiments import LinearProbe
from hico.stages.classification import classify
from hico.stages.command import run
from hico.stages.downstream import arguments


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(__doc__, argv)
    settings = LinearProbe.read(args.settings)
    classify("linear_probe", args, settings, batchnorm=settings.batchnorm)


if __name__ == "__main__":
    run(main)
