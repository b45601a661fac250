"""Render the synthetic data set: untrimmed videos and trimmed clips with official annotation files."""

import argparse
import os
from collections.abc import Sequence
from pathlib import Path

from hico.config.data import Synthetic
from hico.stages.command import count, run
from hico.synthetic.dataset import make_dataset


def main(argv: Sequence[str] | None = None) -> None:
    """Raises ConfigError on bad settings or a folder that holds other files."""
    parser = argparse.ArgumentParser(prog="python -m hico.stages.synthetic_dataset", description=__doc__)
    parser.add_argument("--settings", required=True, help="Synthetic section of the configuration: JSON, or a file")
    parser.add_argument("--out-dir", type=Path, required=True, help="folder of the data set; an older one is replaced")
    parser.add_argument("--workers", type=count, default=os.cpu_count() or 1, help="processes; they change no byte")
    arguments = parser.parse_args(argv)
    make_dataset(Synthetic.read(arguments.settings), arguments.out_dir, arguments.workers)


if __name__ == "__main__":
    run(main)
