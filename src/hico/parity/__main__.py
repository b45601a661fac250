"""Compare this package with reference figures recorded from the authors' released code.

Prints one line a check: name, worst deviation, tolerance, verdict. Exit code 0 only if all hold.
"""

import argparse
import sys
from pathlib import Path

from hico.parity.agreement import all_checks
from hico.parity.checks import Check
from hico.parity.figures import FiguresError, read_folder
from hico.stages.command import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hico.parity", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of reference.json, reference.npz and their companions")
    figures = read_folder(parser.parse_args().folder)
    try:
        held = [_said(check) for check in all_checks(figures)]
    except KeyError as error:
        raise FiguresError(f"the figures lack an entry {error}; record the reference again") from error
    print(f"{sum(held)} of {len(held)} checks hold")
    sys.exit(0 if all(held) else 1)


def _said(check: Check) -> bool:
    print(check.line(), flush=True)
    return check.holds


if __name__ == "__main__":
    run(main)
