"""GPUs of this machine, shared between the jobs that run on it."""

import os
import socket
import subprocess
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path

from hico.errors import RunLockedError, TrainingError
from hico.files import hold_lock

VISIBLE = "CUDA_VISIBLE_DEVICES"


@contextmanager
def take_gpus(count: int, job: str) -> Iterator[dict[str, str]]:
    """Hold `count` free GPUs, and give the environment variable that shows only these.

    Nothing is held, and no variable given, on a machine without GPUs and where CUDA_VISIBLE_DEVICES is set already,
    as by Slurm. Raises TrainingError, which names the `job`, if other jobs leave too few.
    """
    gpus = [] if VISIBLE in os.environ else list_gpus()
    taken: list[str] = []
    with ExitStack() as locks:
        for gpu in gpus:
            if len(taken) < count and _try_lock(gpu, locks):
                taken.append(gpu)
        if gpus and len(taken) < count:
            raise TrainingError(
                f"{job} needs {count} GPUs, and runs beside it leave {len(taken)} of {len(gpus)}: "
                "lower gpu in the profile, or wait"
            )
        yield {VISIBLE: ",".join(taken)} if gpus else {}


def list_gpus() -> list[str]:
    """Numbers of this machine's GPUs; none without NVIDIA's driver."""
    try:
        command = ["nvidia-smi", "--query-gpu=index", "--format=csv,noheader"]
        return subprocess.run(command, capture_output=True, text=True, check=True).stdout.split()
    except (FileNotFoundError, subprocess.CalledProcessError):
        return []


def _try_lock(gpu: str, locks: ExitStack) -> bool:
    """Whether a GPU was free; it is locked until `locks` are closed."""
    cache = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    try:
        locks.enter_context(hold_lock(cache / "hico" / f"{socket.gethostname()}-gpu{gpu}"))
    except RunLockedError as error:
        if isinstance(error.__cause__, BlockingIOError | PermissionError):
            return False
        raise
    return True
