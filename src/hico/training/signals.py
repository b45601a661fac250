"""Signals that ask a run to stop, such as Slurm's before the end of a job: a checkpoint, then exit code 75."""

import signal
from collections.abc import Iterator
from contextlib import contextmanager
from types import FrameType

EX_TEMPFAIL = 75
"""Exit code of a run that was asked to stop and can be resumed (try again)."""
CAUGHT = (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT)


class StopRequest:
    """`signal` names SIGTERM, SIGUSR1 or a first Ctrl-C once it has come; the trainer checks it after each step."""

    def __init__(self) -> None:
        self.signal: str | None = None

    def _record(self, number: int, _: FrameType | None) -> None:
        self.signal = signal.Signals(number).name
        if number == signal.SIGINT:  # a second Ctrl-C does not wait for the end of the step
            signal.signal(number, signal.default_int_handler)


@contextmanager
def catch_stop_requests() -> Iterator[StopRequest]:
    """Catch the signals while a run lasts. While it exits after one, further ones are ignored.

    A signal that came after the last check, such as while the last checkpoint was written, is raised again at the end.
    """
    request, finished = StopRequest(), False
    before = {number: signal.signal(number, request._record) for number in CAUGHT}
    try:
        yield request
        finished = True
    finally:
        for number, handler in before.items():
            exiting = request.signal is not None and not finished and number != signal.SIGINT
            signal.signal(number, signal.SIG_IGN if exiting else handler)
    if request.signal is not None:
        signal.raise_signal(signal.Signals[request.signal])
