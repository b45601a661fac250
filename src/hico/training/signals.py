"""Leaving in time: what Slurm sends before the end of a job becomes a checkpoint and an exit code."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EX_TEMPFAIL = 75
"""Exit code of a run that was asked to stop and can go on: try again."""
CAUGHT = (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)


class StopRequest:
    """Set by SIGTERM, SIGUSR1 or a first Ctrl-C; looked at after every step."""

    def __init__(self) -> None:
        self.signal: str | None = None

    def _note(self, number: int, _: FrameType | None) -> None:
        self.signal = signal.Signals(number).name
        if number == signal.SIGINT:  # who cannot wait for the end of a step presses it again
            signal.signal(number, signal.default_int_handler)


@contextmanager
def stop_requests() -> Iterator[StopRequest]:
    """Catch the signals for as long as a run lasts; once asked, it leaves, and further requests change nothing.

    A request that came after the last look, such as while the last checkpoint was written, is given back at the end.
    """
    request, ended = StopRequest(), False
    before = {number: signal.signal(number, request._note) for number in CAUGHT}
    try:
        yield request
        ended = True
    finally:
        for number, handler in before.items():
            leaving = request.signal is not None and not ended and number != signal.SIGINT
            signal.signal(number, signal.SIG_IGN if leaving else handler)
    if request.signal is not None:
        signal.raise_signal(signal.Signals[request.signal])
