"""One writer a run."""

import errno
import fcntl
import subprocess
import sys
from pathlib import Path

import pytest

from hico.errors import RunLockedError
from hico.training.lock import locked

HOLD = """
import sys, time
from pathlib import Path
from hico.training.lock import locked
with locked(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_the_second_is_told_who_holds_it_and_a_dead_holder_is_no_obstacle(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunLockedError, match=f"process {holder.pid} on "), locked(tmp_path):
            pass
        holder.kill()
    with locked(tmp_path):
        pass


def test_a_file_system_without_locks_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "lockf", refuse)
    with (
        pytest.raises(RunLockedError, match=f"^{tmp_path}/lock: cannot be locked: No locks available"),
        locked(tmp_path),
    ):
        pass
