"""Print where a result comes from: run, settings, seed, code, inputs and their checksums, environment.

Every stage that measures or trains leaves provenance.json beside its results; this follows those records from
FILE up to the official annotation files. A table is followed row by row (--row picks one, from 1).
Files that have changed since they were read are marked.
"""

import argparse
import csv
import json
import signal
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

from hico.errors import HicoError
from hico.files import sha256
from hico.provenance import read_code_digest
from hico.stages.command import run

Found = dict[str, Any]
KEY_PACKAGES = ("torch", "torchvision", "av", "numpy", "pandas")
SHORT = 12
"""Characters of a digest that are printed."""


def main(argv: Sequence[str] | None = None) -> None:
    """Raises HicoError if the file is missing, or has neither a record nor rows that name runs."""
    args = arguments(argv)
    if not args.file.is_file():
        raise HicoError(f"{args.file}: no such file; name a file below results/")
    for line in explained(args.file, args.row):
        print(line)


def arguments(argv: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m hico.stages.explain", description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("file", type=Path, help="a table, or a file of one run")
    parser.add_argument("--row", type=int, help="only this row of a table, from 1")
    return parser.parse_args(argv)


def explained(file: Path, row: int | None = None) -> Iterator[str]:
    """The chain of one result file, as indented lines."""
    yield f"{file} (sha256 {sha256(file)[:SHORT]})"
    told: set[Path] = set()
    if record_path(file) is not None:
        yield from _chain(file, told, "  ")
        return
    rows = table_rows(file)
    if row is not None and not 1 <= row <= len(rows):
        raise HicoError(f"--row {row}: {file} has rows 1 to {len(rows)}")
    for number, (title, runs) in enumerate(rows, start=1):
        if row in (None, number):
            yield f"  row {number}: {title}"
            for metrics in runs:
                yield f"    {metrics}"
                yield from _chain(metrics, told, "      ")


def record_path(file: Path) -> Path | None:
    """The record of the stage that made a file: its own, or that of its folder."""
    for candidate in (file.with_name(f"{file.name}.provenance.json"), file.with_name("provenance.json")):
        if candidate.is_file():
            return candidate
    return None


def table_rows(file: Path) -> list[tuple[str, list[Path]]]:
    """(what a row says, metrics files behind it) of every row of a table, in whatever format. Raises HicoError."""
    table = file.with_suffix(".csv")
    if not table.is_file():
        raise HicoError(
            f"{file}: no provenance.json beside it, and it is no table; name a table or a file of one run; "
            "for a picture, a table of the same runs"
        )
    with table.open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    if rows and not {"protocol", "task", "experiment"} <= set(rows[0]):
        raise HicoError(f"{table}: its rows do not name runs; name a table of results/<name>/tables")
    return [(_title(row), list(_metrics_files(row, table.parent.parent))) for row in rows]


def _title(row: dict[str, str]) -> str:
    measures = [f"{key} {value}" for key, value in row.items() if key.startswith(("top1", "r@1")) and value]
    return ", ".join([f"{row['title']}, {row['protocol']} on {row['dataset']}", *measures[:2]])


def _metrics_files(row: dict[str, str], results: Path) -> Iterator[Path]:
    folder = results / row["protocol"] / row["task"] / row["experiment"]
    for seed in (row.get("seeds") or row.get("seed") or "").split():
        for split in (row.get("splits") or row.get("split") or "").split():
            yield folder / f"seed{seed}" / f"split{split}" / "metrics.json"


def _chain(file: Path, told: set[Path], indent: str) -> Iterator[str]:
    """The record of a file, and below each input the record of that."""
    path = record_path(file)
    if path is None:
        yield f"{indent}no record beside it"
        return
    if path in told:
        yield f"{indent}as above: {path}"
        return
    told.add(path)
    record = _read(path)
    yield from (f"{indent}{line}" for line in _about(record, path))
    for name, inputs in record["inputs"].items():
        for found in inputs:
            yield f"{indent}{name}: {found['path']} ({_state(found)})"
            source = Path(found["path"])
            if source.is_file() and record_path(source) not in (None, path):
                yield from _chain(source, told, indent + "  ")


def _read(path: Path) -> Found:
    try:
        record: Found = json.loads(path.read_text(encoding="utf-8"))
        record["inputs"].items()
    except (ValueError, KeyError, AttributeError) as error:
        raise HicoError(f"{path}: not a provenance record ({error!r}); delete it and run its stage again") from error
    return record


def _about(record: Found, path: Path) -> Iterator[str]:
    packages, git, hardware = record["environment"]["packages"], record["git"], record["hardware"]
    yield f"record: {path}"
    yield f"stage: {record['stage']}, {record['started']} to {record['ended']} ({record['seconds']:.0f} s)"
    for attempt in record.get("attempts", []):
        code = f"code {read_code_digest(attempt)[:SHORT]}, {_commit(attempt['git'])}"
        yield f"attempt: {attempt['started']} to {attempt['ended']} ({attempt['seconds']:.0f} s), {code}"
    yield f"seed: {record['seed']}"
    yield f"settings: {record['settings_digest'][:SHORT]} (the record has them)"
    yield f"code: {read_code_digest(record)[:SHORT]}, version {record['version']}, {_commit(git)}"
    versions = ", ".join(f"{name} {packages[name]}" for name in KEY_PACKAGES if name in packages)
    yield f"environment: Python {record['environment']['python']}, {versions}"
    gpus = ", ".join(hardware.get("gpus", [])) or "no GPU"
    threads = f", threads: {hardware['torch_threads']}" if "torch_threads" in hardware else ""
    yield f"hardware: {hardware['cpu']}, {hardware['cores']} cores{threads}, {gpus}"


def _commit(git: Found | None) -> str:
    if git is None:
        return "no git checkout"
    return f"commit {git['commit'][:SHORT]}" + (" with changed files" if git["changed"] else "")


def _state(found: Found) -> str:
    """Checksum of an input when it was read, and whether the file is still that."""
    if found["sha256"] is None:
        return "not a file when it was read"
    path = Path(found["path"])
    if not path.is_file():
        return f"sha256 {found['sha256'][:SHORT]}, gone since"
    return f"sha256 {found['sha256'][:SHORT]}" + ("" if sha256(path) == found["sha256"] else ", CHANGED since")


if __name__ == "__main__":
    signal.signal(signal.SIGPIPE, signal.SIG_DFL)  # as `| head` ends other programs
    run(main)
