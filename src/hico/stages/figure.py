"""The command line that all figure stages share."""

import argparse
from pathlib import Path


def parser(description: str | None) -> argparse.ArgumentParser:
    """A parser with --out; the PNG goes beside the SVG."""
    result = argparse.ArgumentParser(description=description, formatter_class=argparse.RawDescriptionHelpFormatter)
    result.add_argument("--out", type=Path, required=True, help="figure to write, .svg; the same name as .png too")
    return result


def add_title(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--title", default="", help="what the figure calls the experiment; default: its key")


def add_experiments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--experiments",
        required=True,
        help='all experiments in order, as JSON: {"hico": {"title": "HiCo", "method": "hico"}}; settles the colors',
    )
