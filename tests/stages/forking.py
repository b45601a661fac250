"""Runs stages in processes forked from one that has imported them already, because a start takes seconds.

Reads one JSON request a line: {"stage", "words", "log", "crash"}, and answers with the process's number; or
{"wait": number}, and answers with its exit code. `crash` names a moment of writing checkpoints at which the process
kills itself, and how many such moments it survives.
"""

import importlib
import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any


def main() -> None:
    for stage in ("pretrain", "classify"):
        importlib.import_module(f"hico.stages.{stage}")
    for line in sys.stdin:
        request = json.loads(line)
        if "wait" in request:
            print(os.waitstatus_to_exitcode(os.waitpid(request["wait"], 0)[1]), flush=True)
            continue
        child = os.fork()
        if not child:
            _become(request)
        print(child, flush=True)


def _become(request: dict[str, Any]) -> None:
    os.setpgrp()
    log = os.open(request["log"], os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    for number in (1, 2):
        os.dup2(log, number)
    sys.argv = [request["stage"], *request["words"]]
    if request["crash"]:
        _arm(*request["crash"])
    from hico.stages.command import run

    code = 0
    try:
        run(importlib.import_module(f"hico.stages.{request['stage']}").main)
    except SystemExit as leaving:
        code = int(leaving.code or 0)
    os._exit(code)


def _arm(moment: str, survived: int) -> None:
    """Die in the middle of writing a file, between writing and renaming it, or right after."""
    from hico import files

    left = iter(range(survived, -1, -1))

    def die(after: Callable[[], Any]) -> None:
        if next(left) == 0:
            after()
            os.kill(os.getpid(), signal.SIGKILL)

    if moment == "writing":
        whole = Path.write_bytes

        def half(path: Path, content: bytes) -> int:
            die(lambda: whole(path, content[: len(content) // 2]))
            return whole(path, content)

        Path.write_bytes = half  # type: ignore[assignment, method-assign]
        return
    flush, of_folder = files._flush, moment == "renamed"

    def flushing(path: Path) -> None:
        if path.is_dir() == of_folder:
            die(lambda: None)
        flush(path)

    files._flush = flushing


if __name__ == "__main__":
    main()
