"""Fine-tune a pre-trained network on labelled clips, and measure it on the test videos.

Writes metrics.json, predictions.parquet, metrics.csv and provenance.json to --out-dir.
"""

from hico.config.experiments import Finetune
from hico.stages.classification import classify
from hico.stages.command import run
from hico.stages.downstream import arguments


def main() -> None:
    args = arguments(__doc__)
    classify("finetune", args, Finetune.read(args.settings), batchnorm=None)


if __name__ == "__main__":
    run(main)
