"""Leaving in time: what Slurm sends before the end of a job becomes a checkpoint and an exit code."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EX_TEMPFAIL = 75
"""Exit code of a run that was asked to stop and can go on: try again."""


class StopRequest:
    """Set by SIGTERM or SIGUSR1; looked at after every step."""

    def __init__(self) -> None:
        self.signal: str | None = None

    def _note(self, number: int, _: FrameType | None) -> None:
        self.signal = signal.Signals(number).name


@contextmanager
def stop_requests() -> Iterator[StopRequest]:
    """Catch the signals for as long as a run lasts; once asked, it leaves, and further requests change nothing."""
    request = StopRequest()
    before = {number: signal.signal(number, request._note) for number in (signal.SIGTERM, signal.SIGUSR1)}
    try:
        yield request
    finally:
        for number, handler in before.items():
            signal.signal(number, signal.SIG_IGN if request.signal else handler)
