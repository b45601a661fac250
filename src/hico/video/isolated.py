"""Probing where a segfault, a hang or a memory bomb costs one file and not the run."""

import json
import os
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing
from pathlib import Path
from queue import SimpleQueue

from hico.video.record import MISSING, QUARANTINED, Video

SECONDS = 120.0
SECONDS_FULL_CHECK = 3600.0
MEMORY_BYTES = 4 * 2**30
PACKAGE_ROOT = Path(__file__).parents[2]


class Prober:
    """One child process, reused over many files and replaced when it dies or has to be killed."""

    def __init__(self, full_check: bool = False, seconds: float | None = None) -> None:
        self._full_check = full_check
        self._seconds = seconds or (SECONDS_FULL_CHECK if full_check else SECONDS)
        self._child: subprocess.Popen[bytes] | None = None

    def probe(self, video_id: str, path: str | None) -> Video:
        """The index row of one file; `status` and `reason` say so when it is missing, unusable, deadly or endless."""
        if path is None or not os.path.exists(path):
            return Video(video_id, None, MISSING, "not in the folder" if path is None else f"no file {path}")
        request = json.dumps({"video_id": video_id, "path": path, "full_check": self._full_check}).encode()
        reused = self._child is not None
        answer, reason = self._ask(request)
        if reason and reused:  # an earlier file may have left the child damaged
            answer, reason = self._ask(request)
        if reason:
            return Video(video_id, path, QUARANTINED, reason)
        return Video.from_row(json.loads(answer))

    def _ask(self, request: bytes) -> tuple[bytes, str]:
        """(answer, "") or, with the child buried, (b"", what happened)."""
        self._child = self._child or _start()
        try:
            answer = _exchange(self._child, request, self._seconds)
        except TimeoutError:
            self.close()
            return b"", f"reading it took more than {self._seconds:g} s"
        if answer.endswith(b"\n"):
            return answer, ""
        code = self._child.wait()
        self.close()
        return b"", f"reading it ended the process: {signal.Signals(-code).name if code < 0 else f'exit code {code}'}"

    def close(self) -> None:
        """Kill the child, if there is one."""
        if self._child is not None:
            self._child.kill()
            self._child.communicate()
            self._child = None


def probe_all(videos: Sequence[tuple[str, str | None]], workers: int, full_check: bool) -> Iterator[Video]:
    """Index rows of (video id, path) pairs, in order, by `workers` processes at a time."""
    with ExitStack() as stack, ThreadPoolExecutor(workers) as pool:
        free: SimpleQueue[Prober] = SimpleQueue()
        for _ in range(workers):
            free.put(stack.enter_context(closing(Prober(full_check))))

        def probe_one(video: tuple[str, str | None]) -> Video:
            prober = free.get()
            try:
                return prober.probe(*video)
            finally:
                free.put(prober)

        yield from pool.map(probe_one, videos)


def _start() -> subprocess.Popen[bytes]:
    paths = [str(PACKAGE_ROOT), *filter(None, [os.environ.get("PYTHONPATH")])]
    return subprocess.Popen(
        [sys.executable, "-m", "hico.video.child", str(MEMORY_BYTES)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        bufsize=0,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(paths)},
    )


def _exchange(child: subprocess.Popen[bytes], request: bytes, seconds: float) -> bytes:
    """One line for one line; without its newline when the child ended before. Raises TimeoutError."""
    assert child.stdin is not None
    assert child.stdout is not None
    deadline = time.monotonic() + seconds
    answer = bytearray()
    try:
        child.stdin.write(request + b"\n")
    except BrokenPipeError:
        return b""
    while not answer.endswith(b"\n"):
        if not select.select([child.stdout], [], [], max(deadline - time.monotonic(), 0))[0]:
            raise TimeoutError
        piece = os.read(child.stdout.fileno(), 2**20)
        if not piece:
            break
        answer += piece
    return bytes(answer)
