"""Start the processes of one run on this machine: `python -m hico.training.launch COUNT MODULE [ARGUMENT ...]`.

As torchrun does it, but a signal gives them all the time that they need to save a checkpoint (torchrun kills after
30 s), and the exit code is theirs: 75 says that the run can go on.
"""

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from types import FrameType

import torch.distributed as dist

FORWARDED = {signal.SIGTERM: signal.SIGTERM, signal.SIGUSR1: signal.SIGUSR1, signal.SIGINT: signal.SIGTERM}
"""What is sent on for each signal; a terminal's Ctrl-C reaches the processes by itself, and twice would be too much."""
GRACE_S = 30.0
"""Time that the others have to end by themselves once one has failed."""
LOOK_S = 0.1
Process = subprocess.Popen[bytes]


def launch(command: Sequence[str], count: int, grace_s: float = GRACE_S) -> int:
    """Run `count` processes of one command. Gives 0, or the exit code of the one that failed first."""
    # Held here, so that its port is free: the processes meet at it.
    store = dist.TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)  # type: ignore[attr-defined]
    with _asked() as asked:
        started = [subprocess.Popen(command, env=_environment(rank, count, store.port)) for rank in range(count)]
        try:
            return _ended(started, asked, grace_s)
        finally:
            for process in started:
                process.kill()
                process.wait()


def _ended(started: list[Process], asked: list[int], grace_s: float) -> int:
    """Exit code, once all have ended or those that are left have had their grace."""
    code, until = 0, math.inf
    while None in [process.poll() for process in started] and time.monotonic() < until:
        while asked:
            _send(FORWARDED[signal.Signals(asked.pop(0))], started)
        if not code and (code := _worst(started)):
            until = time.monotonic() + grace_s
        time.sleep(LOOK_S)
    code = code or _worst(started)
    return code if code >= 0 else 128 - code  # as shells say it


def _worst(started: list[Process]) -> int:
    """The largest exit code but 0: try again before an error of ours, that before a signal; 0 where none failed."""
    return max((process.returncode for process in started if process.returncode), default=0)


def _send(number: signal.Signals, started: list[Process]) -> None:
    for process in started:
        process.send_signal(number)


def _environment(rank: int, count: int, port: int) -> dict[str, str]:
    """What `torch.distributed` reads; the last two make all of them guests of the store."""
    place = {"RANK": rank, "LOCAL_RANK": rank, "WORLD_SIZE": count, "LOCAL_WORLD_SIZE": count}
    meeting = {"MASTER_ADDR": "127.0.0.1", "MASTER_PORT": port}
    guests = {"TORCHELASTIC_USE_AGENT_STORE": True, "TORCHELASTIC_RESTART_COUNT": 0}
    return {**os.environ, **{name: str(value) for name, value in (place | meeting | guests).items()}}


@contextmanager
def _asked() -> Iterator[list[int]]:
    """Signals that have come and are not passed on yet."""
    asked: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        asked.append(number)

    before = {number: signal.signal(number, note) for number in FORWARDED}
    try:
        yield asked
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    sys.exit(launch([sys.executable, "-m", *sys.argv[2:]], int(sys.argv[1])))
