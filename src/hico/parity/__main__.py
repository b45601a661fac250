"""Compare this package with reference figures recorded from the authors' released code.

Prints one line a check: name, worst deviation, tolerance, verdict. Exit code 0 only if all hold.
"""

import argparse
import sys
from pathlib import Path

from hico.parity.agreement import all_checks
from hico.parity.figures import read_folder
from hico.stages.command import run


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m hico.parity", description=__doc__)
    parser.add_argument("folder", type=Path, help="folder of reference.json, reference.npz and their companions")
    figures = read_folder(parser.parse_args().folder)
    total = failed = 0
    for check in all_checks(figures):
        print(check.line(), flush=True)
        total, failed = total + 1, failed + (not check.holds)
    print(f"{total - failed} of {total} checks hold")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    run(main)
