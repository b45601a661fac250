"""Measure one part and print a table: `python -m hico.bench step`; with --json, also a file."""

import argparse
import platform
from dataclasses import asdict
from pathlib import Path

import torch

from hico.bench import index, large, loader, retrieval, step, store
from hico.bench.memory import start_as_a_stage
from hico.bench.timing import Line
from hico.files import write_json
from hico.provenance import git_state
from hico.stages.command import run

PARTS = {"step": step, "loader": loader, "index": index, "retrieval": retrieval, "store": store, "large": large}


def arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m hico.bench", description=__doc__)
    parts = parser.add_subparsers(dest="part", required=True)
    for name, module in PARTS.items():
        part = parts.add_parser(name, help=module.__doc__, description=module.__doc__)
        part.add_argument("--repetitions", type=int, default=5, help="after one that is not counted")
        part.add_argument("--json", type=Path, help="write the lines, the machine and the commit to this file")
        module.options(part)
    return parser.parse_args()


def main() -> None:
    args = arguments()
    lines = PARTS[args.part].lines(args)
    print(table(lines))
    if args.json is not None:
        write_json(args.json, {"lines": [asdict(line) for line in lines], "machine": machine(), "commit": git_state()})


def table(lines: list[Line]) -> str:
    """Aligned text: name, value, unit, ratio, repetitions, spread."""
    rows = [
        f"{line.name:<52} {line.value:>10.2f} {line.unit:<12} {f'{line.ratio:.2f} x' if line.ratio else '':>8}"
        f" {line.repetitions:>4} {line.spread:>7.1%}"
        for line in lines
    ]
    return "\n".join([f"{'':<52} {'median':>10} {'':<12} {'naive':>8} {'runs':>4} {'spread':>7}", *rows])


def machine() -> dict[str, str | int]:
    """Where the figures come from."""
    device = torch.cuda.get_device_name() if torch.cuda.is_available() else platform.processor() or platform.machine()
    return {"device": device, "threads": torch.get_num_threads(), "torch": torch.__version__}


if __name__ == "__main__":
    start_as_a_stage()
    run(main)
