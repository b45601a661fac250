"""Reading untrusted files where a segfault, a hang or a memory bomb costs one file and not the run."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from functools import cache
from pathlib import Path
from queue import SimpleQueue
from typing import Any, TypeVar

from hico import errors
from hico.video.record import Video

Item = TypeVar("Item")

MEMORY_BYTES = 4 * 2**30
PACKAGE_ROOT = Path(__file__).parents[2]


class Child:
    """One process, reused over many files and replaced when it dies or has to be killed."""

    def __init__(self, program: str, seconds: float) -> None:
        """`program` is a module that serves requests (`hico.video.child`), `seconds` the time limit of each."""
        self._program = program
        self._seconds = seconds
        self._process: subprocess.Popen[bytes] | None = None

    def ask(self, request: dict[str, Any]) -> tuple[Video | None, str]:
        """(index row, "") or (None, what the file did to the process). Raises the process's own errors."""
        line = json.dumps(request).encode() + b"\n"
        reused = self._process is not None
        try:
            answer, end = self._exchange(line)
            if end and reused:  # an earlier file may have left the process damaged
                answer, end = self._exchange(line)
        except TimeoutError:
            self.close()
            return None, f"reading it took more than {self._seconds:g} s"
        return (None, f"reading it ended the process: {end}") if end else (_row(json.loads(answer)), "")

    def close(self) -> None:
        """Kill the process, if there is one."""
        if self._process is not None:
            self._process.kill()
            self._process.communicate()
            self._process = None

    def _exchange(self, line: bytes) -> tuple[bytes, str]:
        """(one line for one line, "") or (b"", how the process ended). Raises TimeoutError."""
        process = self._process = self._process or _start(self._program, self._seconds)
        answer = _answer(process, line, time.monotonic() + self._seconds)
        if answer.endswith(b"\n"):
            return answer, ""
        code = process.wait()
        self.close()
        if code == -signal.SIGALRM:  # its own limit, should it be the first
            raise TimeoutError
        return b"", signal.Signals(-code).name if code < 0 else f"exit code {code}"


def spread(
    task: Callable[[Child, Item], Video], items: Sequence[Item], workers: int, program: str, seconds: float
) -> Iterator[Video]:
    """`task` of every item, in order, with `workers` child processes of `program` at a time, at least one."""
    workers = max(workers, 1)
    with ExitStack() as stack, ThreadPoolExecutor(workers) as pool:
        free: SimpleQueue[Child] = SimpleQueue()
        for _ in range(workers):
            free.put(stack.enter_context(closing(Child(program, seconds))))

        def run(item: Item) -> Video:
            child = free.get()
            try:
                return task(child, item)
            finally:
                free.put(child)

        yield from pool.map(run, items)


@cache
def _lifeline() -> int:
    """What can be read once this process has ended: a pipe whose other end nobody else has, and nobody writes to."""
    return os.pipe()[0]


def _start(program: str, seconds: float) -> subprocess.Popen[bytes]:
    paths = [str(PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    lifeline = _lifeline()
    return subprocess.Popen(
        [sys.executable, "-m", program, str(MEMORY_BYTES), str(seconds), str(lifeline)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        pass_fds=[lifeline],
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def _row(answer: dict[str, Any]) -> Video:
    if "error" in answer:
        kind, message = answer["error"]
        raise getattr(errors, kind)(message)
    return Video.from_row(answer)


def _answer(process: subprocess.Popen[bytes], line: bytes, deadline: float) -> bytes:
    """The process's next line; incomplete when it ended before."""
    assert process.stdin is not None
    assert process.stdout is not None
    answer = bytearray()
    try:
        process.stdin.write(line)
    except BrokenPipeError:
        return b""
    while not answer.endswith(b"\n"):
        if not select.select([process.stdout], [], [], max(deadline - time.monotonic(), 0))[0]:
            raise TimeoutError
        piece = os.read(process.stdout.fileno(), 2**20)
        if not piece:
            break
        answer += piece
    return bytes(answer)
