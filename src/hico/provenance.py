"""Where a result comes from: stage, settings, seed, code, inputs, environment, hardware, times.

A stage opens a record at its start and writes it beside its results:

    record = provenance.open_record(args, settings, seed=args.seed)
    ...
    record.write(args.out_dir / "provenance.json")
"""

import argparse
import hashlib
import inspect
import json
import os
import platform
import subprocess
import sys
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from importlib.metadata import distributions
from pathlib import Path
from typing import Any

import hico
from hico.code_digest import PACKAGE, ROOT, code_digest
from hico.config.section import Section
from hico.files import sha256, write_json

FORMAT = 2
"""Version of the record's form."""


@dataclass(frozen=True)
class Record:
    """What is known when a stage starts."""

    values: Mapping[str, Any]
    started: datetime

    def write(self, path: Path, earlier: Sequence[Mapping[str, Any]] = ()) -> None:
        """The record as JSON, with the time until now; and each attempt, where a run goes on from `earlier` ones."""
        attempts = {"attempts": [*earlier, self.attempt()]} if earlier else {}
        write_json(path, {**self.values, **self._times(), **attempts})

    @property
    def key(self) -> str:
        """Hex SHA-256 over what the result follows from: code, settings and inputs."""
        return settings_digest({name: self.values[name] for name in ("code_digest", "settings_digest", "inputs")})

    def attempt(self) -> dict[str, Any]:
        """When, for how long until now, by which code and on what."""
        return {name: self.values[name] for name in ("code_digest", "git", "hardware")} | self._times()

    def _times(self) -> dict[str, Any]:
        ended = datetime.now(UTC)
        return {
            "started": self.started.isoformat(timespec="seconds"),
            "ended": ended.isoformat(timespec="seconds"),
            "seconds": round((ended - self.started).total_seconds(), 3),
        }


def open_record(
    args: argparse.Namespace,
    settings: Section | None = None,
    *,
    seed: int | None = None,
    outputs: Collection[str] = (),
    inputs: Mapping[str, Iterable[Path]] | None = None,
) -> Record:
    """What is known when the stage that runs starts.

    Every path in `args` counts as an input, but those with `out` in their name, and `outputs`. `inputs` adds files
    that stand elsewhere than on the command line.
    """
    stage = _stage(inspect.currentframe())
    resolved = settings.model_dump(mode="json") if settings is not None else None
    values = {
        "format": FORMAT,
        "stage": stage,
        "arguments": {name: _plain(value) for name, value in vars(args).items() if name != "settings"},
        "seed": seed,
        "settings": resolved,
        "settings_digest": settings_digest(resolved),
        "code_digest": code_digest(stage),
        "version": hico.__version__,
        "git": git_state(),
        "inputs": {name: [_checksum(file) for file in files] for name, files in _inputs(args, outputs, inputs or {})},
        "environment": environment(),
        "hardware": hardware(),
    }
    return Record(values, datetime.now(UTC))


def read_code_digest(record: Mapping[str, Any]) -> str:
    """Code digest of a record or attempt; of format 1, that of the source files, comments included."""
    digest: str = record.get("code_digest") or record["source_digest"]
    return digest


def settings_digest(resolved: Any) -> str:
    """Hex SHA-256 of plain settings, whatever the order of their keys."""
    return hashlib.sha256(json.dumps(resolved, sort_keys=True).encode()).hexdigest()


def _stage(frame: Any) -> str:
    """Module that runs as `python -m`, if it is one of the package; else the one that opened the record."""
    specs = (getattr(sys.modules.get("__main__"), "__spec__", None), frame.f_back.f_globals.get("__spec__"))
    names = [str(spec.name) for spec in specs if spec is not None]
    return next((name for name in names if name.startswith(f"{PACKAGE}.")), names[-1])


def _plain(value: Any) -> Any:
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, list | tuple):
        return [_plain(item) for item in value]
    return value


def _inputs(
    args: argparse.Namespace, outputs: Collection[str], more: Mapping[str, Iterable[Path]]
) -> Iterator[tuple[str, list[Path]]]:
    for name, value in vars(args).items():
        files = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, Path)]
        if files and name not in outputs and "out" not in name.split("_"):
            yield name, files
    for name, given in more.items():
        yield name, list(given)


def _checksum(path: Path) -> dict[str, Any]:
    return {"path": str(path), "sha256": sha256(path) if path.is_file() else None}


def git_state() -> dict[str, Any] | None:
    """Commit of the source, and whether tracked files differ from it; None outside a checkout."""
    commit = _git("rev-parse", "HEAD")
    changes = _git("status", "--porcelain", "--untracked-files=no")
    return None if commit is None or changes is None else {"commit": commit, "changed": bool(changes)}


def _git(*command: str) -> str | None:
    try:
        done = subprocess.run(
            ["git", "-C", str(ROOT), *command], capture_output=True, text=True, timeout=30, check=True
        )
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def environment() -> dict[str, Any]:
    """Python, platform and every installed package with its version."""
    packages = {found.metadata["Name"]: found.version for found in distributions()}
    return {
        "python": platform.python_version(),
        "platform": platform.platform(),
        "packages": dict(sorted(packages.items(), key=lambda item: item[0].lower())),
    }


def hardware() -> dict[str, Any]:
    """Processor, its usable cores, the processes of the run, and, where a stage uses torch, its threads and GPUs."""
    found: dict[str, Any] = {"cpu": _cpu_name(), "cores": len(os.sched_getaffinity(0))}
    found["processes"] = int(os.environ.get("WORLD_SIZE", 1))
    if "torch" in sys.modules:
        import torch

        found["torch_threads"] = torch.get_num_threads()
        found["gpus"] = [torch.cuda.get_device_name(device) for device in range(torch.cuda.device_count())]
    return found


def _cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(encoding="utf-8").splitlines()
    except OSError:
        lines = []
    names = [line.split(":", 1)[1].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor() or platform.machine()
