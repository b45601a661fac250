"""One writer a run: a lock that the kernel drops when its holder dies, on whatever host."""

import fcntl
import os
import socket
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from hico.errors import RunLockedError


@contextmanager
def locked(folder: Path) -> Iterator[None]:
    """Hold `folder`/lock. Raises RunLockedError, naming the holder, while another process does."""
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
