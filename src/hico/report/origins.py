"""Where results come from, as tables: runs, what they were given first, and videos that were set aside."""

import json
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import pandas as pd

from hico.errors import ReportError
from hico.provenance import read_code_digest
from hico.report.cells import NOTHING
from hico.report.names import PROTOCOLS
from hico.report.table import Table
from hico.video.record import QUARANTINED

FAMILIES = ("pretrain", *PROTOCOLS)
DIGITS = 12
"""Characters of a digest that are shown."""
MOST_VIDEOS = 500
"""Videos that the list of those set aside names."""

_DIGESTS = (
    "Configuration: digest of the run's own settings. Source: digest of the files that its stage imports. All "
    "packages, and the checksum of every input, stand in the run's provenance.json; python -m hico.stages.explain FILE "
    "prints the chain of any result. A run that was interrupted and went on has what each of its attempts had; its "
    "minutes are theirs together."
)


def runs_table(paths: Iterable[Path]) -> Table:
    """One row for each run's provenance.json. Raises ReportError."""
    return Table(
        "Runs",
        ("Run", "Seed", "Commit", "Configuration", "Source", "Started (UTC)", "Minutes", "Hardware", "Python", "torch"),
        tuple(_run(path, read_record(path)) for path in paths),
        frozenset({"Seed", "Minutes"}),
        (_DIGESTS,),
    )


def _run(path: Path, record: dict[str, Any]) -> tuple[str, ...]:
    environment, attempts = record["environment"], record.get("attempts", [record])
    return (
        run_name(path),
        "" if record["seed"] is None else str(record["seed"]),
        _each(_commit(attempt["git"]) for attempt in attempts),
        record["settings_digest"][:DIGITS],
        _each(read_code_digest(attempt)[:DIGITS] for attempt in attempts),
        attempts[0]["started"].removesuffix("+00:00").replace("T", " "),
        f"{sum(attempt['seconds'] for attempt in attempts) / 60:.1f}",
        _each(_hardware(attempt["hardware"]) for attempt in attempts),
        environment["python"],
        environment["packages"].get("torch", NOTHING),
    )


def _each(values: Iterable[str]) -> str:
    """What a run's attempts had, each value once: usually one."""
    return ", then ".join(dict.fromkeys(values))


def run_name(path: Path) -> str:
    """.../finetune/ucf101/hico/seed0/split1/provenance.json -> finetune ucf101 hico seed0 split1."""
    parts = path.absolute().parent.parts
    first = max((place for place, part in enumerate(parts) if part in FAMILIES), default=len(parts) - 1)
    return " ".join(parts[first:])


def data_set(path: Path) -> str:
    """Data set of a table: .../data/ucf101/index.parquet and .../data/ucf101/store/index.parquet are of ucf101."""
    folder = path.absolute().parent
    stored = folder.name == "store" and folder.parent.parent.name == "data"
    return folder.parent.name if stored else folder.name


def _commit(state: dict[str, Any] | None) -> str:
    if state is None:
        return "not a checkout"
    return f"{state['commit'][:DIGITS]}{' and changes' if state['changed'] else ''}"


def _hardware(found: dict[str, Any]) -> str:
    processor = f"{found['cpu']}, {found['cores']} cores"
    several = [f"{found['processes']} processes"] if found.get("processes", 1) > 1 else []
    # On a processor they decide in which order numbers are added up, and so the last digits.
    threads = [f"threads: {found['torch_threads']}"] if "torch_threads" in found and not found.get("gpus") else []
    return ", ".join([*found.get("gpus", []), processor, *several, *threads])


def inputs_table(records: Iterable[tuple[str, Path]]) -> Table:
    """Checksums of the files that (data set, record of its manifest) began with. Raises ReportError."""
    rows = [
        (dataset, Path(file["path"]).name, file["sha256"])
        for dataset, path in records
        for files in read_record(path)["inputs"].values()
        for file in files
        if file["sha256"] is not None
    ]
    return Table(
        "Official annotation files", ("Data set", "File", "SHA-256"), tuple(rows), empty="No annotation file was read."
    )


def aside_table(indices: Sequence[tuple[str, Path]]) -> Table:
    """Videos that (data set, index.parquet) set aside, with the reason. Raises ReportError."""
    rows: list[tuple[str, ...]] = []
    for dataset, path in indices:
        aside = set_aside(path)
        rows += [(dataset, *map(str, row)) for row in zip(aside.video_id, aside.path, aside.reason, strict=True)]
    note = f"The first {MOST_VIDEOS} of {len(rows)}; the indexes name all." if len(rows) > MOST_VIDEOS else ""
    return Table(
        "Videos set aside",
        ("Data set", "Video", "File", "Reason"),
        tuple(rows[:MOST_VIDEOS]),
        notes=(note,) if note else (),
        empty="None was: every video that is here can be read.",
    )


def set_aside(index: Path) -> pd.DataFrame:
    """video_id, path and reason of the videos that an index set aside. Raises ReportError."""
    try:
        table = pd.read_parquet(index, columns=["video_id", "path", "status", "reason"])
    except (OSError, ValueError) as error:
        raise ReportError(f"{index}: not readable as an index ({error}); run the index stage") from error
    return table[table.status == QUARANTINED]


def read_record(path: Path) -> dict[str, Any]:
    """A record of provenance. Raises ReportError if it is missing or not JSON."""
    try:
        return dict(json.loads(path.read_text(encoding="utf-8")))
    except (OSError, ValueError) as error:
        raise ReportError(f"{path}: not readable as a record of provenance ({error}); run its stage again") from error
