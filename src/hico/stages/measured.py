"""The command line of the stages that read measured runs: any number of metrics.json files."""

import argparse
from pathlib import Path


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--metrics", type=Path, nargs="*", default=[], help="metrics.json files of downstream runs")
