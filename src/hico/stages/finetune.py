"""Fine-tune a pre-trained network on labeled clips, and measure it on the test videos.

Writes metrics.json, predictions.parquet, metrics.csv and provenance.json to --out-dir.
"""

from collections.abc import Sequence

from hico.config.experiments import Finetune
from hico.stages.classification import classify
from hico.stages.command import run
from hico.stages.downstream import arguments


def main(argv: Sequence[str] | None = None) -> None:
    args = arguments(__doc__, argv)
    classify("finetune", args, Finetune.read(args.settings), batchnorm=None)


if __name__ == "__main__":
    run(main)
