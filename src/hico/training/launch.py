"""Start the processes of a run: `python -m hico.training.launch GPUS MODULE [ARGUMENT ...]`.

GPUS is the number of GPUs to take on this machine, with a process for each; or `srun` for a process a task of a Slurm
job, over however many machines. It does what torchrun does, but a signal gives processes all the time that they need
to save a checkpoint (torchrun kills after 30 s), and the exit code is theirs: 75 asks for another start.
"""

import math
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from types import FrameType

from hico.errors import HicoError, TrainingError
from hico.training.gpus import take_gpus

FORWARDED = {signal.SIGTERM: signal.SIGTERM, signal.SIGUSR1: signal.SIGUSR1, signal.SIGINT: signal.SIGTERM}
"""What is sent on for each signal; a terminal's Ctrl-C reaches the processes by itself, and twice would be too much."""
GRACE_S = 30.0
"""Time that the others have to end by themselves once one has failed."""
LOOK_S = 0.1
Process = subprocess.Popen[bytes]


def main(argv: Sequence[str]) -> int:
    """Exit code of the run. Raises TrainingError if GPUS is neither a number nor `srun`, or too few GPUs are free."""
    gpus, module, *arguments = argv
    command = [sys.executable, "-m", module, *arguments]
    if gpus == "task":
        os.execvpe(command[0], command, {**os.environ, **slurm_ranks(os.environ)})
    if gpus == "srun":
        task = [sys.executable, "-m", __spec__.name, "task", module, *arguments]
        os.execvp("srun", ["srun", "--mpi=none", "--gpu-bind=none", "--kill-on-bad-exit=1", *task])
    if not gpus.isdecimal() or int(gpus) < 1:
        raise TrainingError(f"resources: mpi: only srun starts processes over several machines (given: {gpus})")
    with take_gpus(int(gpus), module.rpartition(".")[2]) as visible:
        return launch(command, int(gpus), environment={**os.environ, **visible})


def slurm_ranks(job: Mapping[str, str]) -> dict[str, str]:
    """What `torch.distributed` reads, for a task of a Slurm job.

    Tasks meet on the machine that the job was started from, at a port that follows from the job's number.
    """
    return {
        "RANK": job["SLURM_PROCID"],
        "LOCAL_RANK": job["SLURM_LOCALID"],
        "WORLD_SIZE": job["SLURM_NTASKS"],
        "MASTER_ADDR": job["SLURM_LAUNCH_NODE_IPADDR"],
        "MASTER_PORT": str(20000 + int(job["SLURM_JOB_ID"]) % 20000),
    }


def launch(
    command: Sequence[str], count: int, grace_s: float = GRACE_S, environment: Mapping[str, str] = os.environ
) -> int:
    """Run `count` processes of one command. Gives 0, or the exit code of the one that failed first."""
    with _noted_signals() as signals, _ranks(count) as ranks:
        started = [subprocess.Popen(command, env={**environment, **rank}) for rank in ranks]
        try:
            return _wait(started, signals, grace_s)
        finally:
            for process in started:
                process.kill()
                process.wait()


def _wait(started: list[Process], signals: list[int], grace_s: float) -> int:
    """Exit code, once all have ended or those that are left have had their grace."""
    code, until = 0, math.inf
    while None in [process.poll() for process in started] and time.monotonic() < until:
        while signals:
            _send(FORWARDED[signal.Signals(signals.pop(0))], started)
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


@contextmanager
def _ranks(count: int) -> Iterator[list[dict[str, str]]]:
    """What each process adds to its environment: nothing for one alone, else what `torch.distributed` reads."""
    if count == 1:
        yield [{}]
        return
    import torch.distributed as dist

    # Held here, so that its port is free: the processes meet at it.
    store = dist.TCPStore("127.0.0.1", 0, is_master=True, wait_for_workers=False)  # type: ignore[attr-defined]
    shared = {
        "WORLD_SIZE": count,
        "LOCAL_WORLD_SIZE": count,
        "MASTER_ADDR": "127.0.0.1",
        "MASTER_PORT": store.port,
        # With these two, all processes are clients of the store.
        "TORCHELASTIC_USE_AGENT_STORE": True,
        "TORCHELASTIC_RESTART_COUNT": 0,
        # Snakemake exports the threads of the whole job.
        "OMP_NUM_THREADS": max(1, int(os.environ.get("OMP_NUM_THREADS", count)) // count),
    }
    ranks = [{"RANK": rank, "LOCAL_RANK": rank, **shared} for rank in range(count)]
    yield [{name: str(value) for name, value in rank.items()} for rank in ranks]


@contextmanager
def _noted_signals() -> Iterator[list[int]]:
    """Signals that have come and are not passed on yet."""
    noted: list[int] = []

    def note(number: int, _: FrameType | None) -> None:
        noted.append(number)

    before = {number: signal.signal(number, note) for number in FORWARDED}
    try:
        yield noted
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)


if __name__ == "__main__":
    try:
        sys.exit(main(sys.argv[1:]))
    except HicoError as error:
        print(f"error: {error}", file=sys.stderr)
        sys.exit(2)
