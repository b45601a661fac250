"""Files that appear under their name only when complete, and locks for one writer at a time."""

import errno
import fcntl
import hashlib
import json
import os
import shutil
import socket
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa

from hico.errors import InputError, OutputError, RunLockedError


@contextmanager
def replacing(path: Path) -> Iterator[Path]:
    """A temporary name beside `path`; on success it is flushed and renamed, else removed.

    Raises OutputError when the disk is full; what stood under the name stays as it was.
    """
    temporary: Path | None = None
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, name = tempfile.mkstemp(dir=path.parent, prefix=f".{path.name[:80]}.", suffix=path.suffix)
        os.close(handle)
        temporary = Path(name)
        yield temporary
        _flush(temporary)
        temporary.chmod(0o644)
        temporary.replace(path)
        _flush(path.parent)
    except Exception as error:
        if not is_full(error):
            raise
        raise OutputError(f"{path}: cannot be written: {_space(path)}; make room and start again") from error
    finally:
        if temporary is not None:
            temporary.unlink(missing_ok=True)


@contextmanager
def reading(path: Path) -> Iterator[None]:
    """Raises InputError where the table at `path`, which is read inside, is missing, damaged or another one."""
    try:
        yield
    except (OSError, ValueError, KeyError, pa.ArrowException) as error:
        raise InputError(
            f"{path}: not the table that this stage reads: {error}; run the stage that writes it"
        ) from error


def unusable(error: OSError, place: str = "") -> str:
    """What an error of the system says about its file, or about `place` where it names none; and what to do."""
    remedy = "make room and start again" if is_full(error) else "this file or folder cannot be used as it is"
    return f"{error.filename or place}: {error.strerror or error}; {remedy}"


def is_full(error: Exception) -> bool:
    """Also from libraries that only put the system's number in their words."""
    full = (errno.ENOSPC, errno.EDQUOT)
    return getattr(error, "errno", None) in full or any(f"os error {number})" in str(error) for number in full)


def _space(path: Path) -> str:
    place = next(folder for folder in path.absolute().parents if folder.is_dir())
    return f"no space left, {shutil.disk_usage(place).free / 2**20:.1f} MiB free on the disk of {place}"


def _flush(path: Path) -> None:
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def write_text(path: Path, text: str) -> None:
    with replacing(path) as temporary:
        temporary.write_text(text, encoding="utf-8")


def write_json(path: Path, value: Any) -> None:
    """Sorted keys and a final newline, so that equal values are equal bytes."""
    write_text(path, json.dumps(value, indent=1, sort_keys=True, ensure_ascii=False) + "\n")


def write_csv(path: Path, table: pd.DataFrame) -> None:
    write_text(path, table.to_csv(index=False, lineterminator="\n"))


def write_parquet(path: Path, table: pd.DataFrame) -> None:
    with replacing(path) as temporary:
        table.to_parquet(temporary, index=False)


def sha256(path: Path) -> str:
    """Hex digest of a file's bytes."""
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


@contextmanager
def hold_lock(folder: Path) -> Iterator[None]:
    """Hold `folder`/lock, which the kernel releases when its holder dies, on whatever host.

    Raises RunLockedError, naming the holder, while another process holds it.
    """
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / "lock"
    with path.open("a+", encoding="utf-8") as stream:
        try:
            # POSIX locks, because network file systems carry them between hosts.
            fcntl.lockf(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except (BlockingIOError, PermissionError) as error:
            stream.seek(0)
            raise RunLockedError(
                f"{folder}: {stream.read().strip() or 'another process'} is writing this run; "
                "wait for it or stop it, then start again"
            ) from error
        except OSError as error:
            raise RunLockedError(
                f"{path}: cannot be locked: {error.strerror}; put results on a file system that has locks"
            ) from error
        stream.truncate(0)
        stream.write(f"process {os.getpid()} on {socket.gethostname()}\n")
        stream.flush()
        yield
        stream.truncate(0)
