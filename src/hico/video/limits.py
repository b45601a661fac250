"""Limits that a process which reads untrusted files sets itself: how long one may take, and nobody waiting for it."""

import os
import signal
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing import connection
from types import FrameType


@contextmanager
def at_most(seconds: float, raises: bool = False) -> Iterator[None]:
    """End this process when the time is over, which also stops a decoder that hangs; or raise TimeoutError."""
    if raises:
        before = signal.signal(signal.SIGALRM, _too_late)
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        if raises:
            signal.signal(signal.SIGALRM, before)


def _too_late(_: int, frame: FrameType | None) -> None:
    raise TimeoutError


def end_with(sentinel: int) -> None:
    """End this process as soon as `sentinel` can be read: a file of which the parent holds the other end."""
    threading.Thread(target=_end_after, args=(sentinel,), daemon=True).start()


def _end_after(sentinel: int) -> None:
    connection.wait([sentinel])
    os._exit(1)
