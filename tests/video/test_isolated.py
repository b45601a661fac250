"""A file that kills, hangs or starves its reader costs one row, and the next file is read."""

import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import pytest

from hico.video import isolated
from hico.video.probing import probe_all, probe_in
from hico.video.record import MISSING, OK, QUARANTINED

# The real child, except that some names are deadly.
CHILD = """
import os, signal, time
from hico.video import probing
from hico.video.child import serve
from hico.video.probe import probe

def deadly(path, video_id, full_check):
    if "crash" in path:
        os.kill(os.getpid(), signal.SIGSEGV)
    if "exit" in path:
        os._exit(3)
    if "hang" in path:
        time.sleep(60)
    if "alarm" in path:
        os.kill(os.getpid(), signal.SIGALRM)
    if "bomb" in path:
        bytearray(2**34)
    if "chatter" in path:
        os.write(1, b"printed by a library\\n")
    return probe(path, video_id, full_check)

if __name__ == "__main__":
    probing.probe = deadly
    serve(probing.answer)
"""
PARENT = """
import sys
from hico.video.isolated import Child, _start
program, seconds = sys.argv[1], float(sys.argv[2])
child = Child(program, seconds)
child._process = _start(program, seconds)
print(child._process.pid, flush=True)
child.ask({"video_id": "v", "path": "hang", "full_check": False})
"""


@pytest.fixture
def child(make_program) -> Iterator[isolated.Child]:
    with closing(isolated.Child(make_program(CHILD), 3.0)) as one:
        yield one


@pytest.fixture
def good(tmp_path: Path, make_video) -> str:
    return str(make_video(tmp_path / "good.mp4"))


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("crash", "reading it ended the process: SIGSEGV"),
        ("exit", "reading it ended the process: exit code 3"),
        ("bomb", "reading it takes too much memory"),
        ("hang", "reading it took more than 3 s"),
        ("alarm", "reading it took more than 3 s"),
    ],
)
def test_a_deadly_file_costs_itself(child: isolated.Child, tmp_path: Path, good: str, name: str, reason: str) -> None:
    deadly = tmp_path / f"{name}.mp4"
    deadly.touch()
    assert probe_in(child, "before", good).status == OK
    started = time.monotonic()
    video = probe_in(child, "deadly", str(deadly))
    assert (video.status, video.reason, video.path) == (QUARANTINED, reason, str(deadly))
    assert time.monotonic() - started < 10
    assert probe_in(child, "after", good).status == OK


def test_what_a_library_prints_is_no_answer(child: isolated.Child, tmp_path: Path, good: str) -> None:
    chatter = tmp_path / "chatter.mp4"
    chatter.write_bytes(Path(good).read_bytes())
    assert probe_in(child, "a", str(chatter)).status == OK


def test_a_process_that_died_of_an_earlier_file_is_not_held_against_the_next(child: isolated.Child, good: str) -> None:
    assert probe_in(child, "first", good).status == OK
    assert child._process is not None
    child._process.kill()
    child._process.wait()
    assert probe_in(child, "second", good).status == OK


@pytest.mark.parametrize(("seconds", "end"), [(60, signal.SIGKILL), (1, signal.SIGSTOP)])
def test_a_process_whose_parent_is_killed_or_asleep_is_not_left_behind(
    make_program, assert_ended: Callable[[list[int]], None], seconds: float, end: signal.Signals
) -> None:
    command = [sys.executable, "-c", PARENT, make_program(CHILD), str(seconds)]
    with subprocess.Popen(command, stdout=subprocess.PIPE) as parent:
        assert parent.stdout is not None
        child = int(parent.stdout.readline())
        time.sleep(0.5)  # it has begun
        parent.send_signal(end)
        try:
            assert_ended([child])
        finally:
            parent.kill()


def test_rows_come_in_order_whichever_process_is_quicker(good: str, tmp_path: Path) -> None:
    videos = [("a", good), ("b", None), ("c", str(tmp_path / "gone.mp4")), ("d", good), ("e", good)]
    rows = list(probe_all(videos, workers=2, full_check=False))
    assert [row.video_id for row in rows] == list("abcde")
    assert [row.status for row in rows] == [OK, MISSING, QUARANTINED, OK, OK]
    assert [row.path for row in rows] == [path for _, path in videos]
    assert rows[2].reason == "cannot be read: No such file or directory"


def test_a_full_check_goes_to_the_process(tmp_path: Path, make_video) -> None:
    path = str(make_video(tmp_path / "a.mp4", options={"x264-params": "keyint=12:intra-refresh=1"}))
    quick, checked = (next(probe_all([("a", path)], 1, full_check)) for full_check in (False, True))
    assert len(checked.key_pts) < len(quick.key_pts)
