"""The side of a child process: one JSON request a line in, one index row or error a line out, within limits."""

import json
import os
import resource
import sys
from collections.abc import Callable
from typing import Any

from hico.errors import HicoError
from hico.video.limits import at_most, end_with
from hico.video.record import QUARANTINED, Video


def serve(answer: Callable[[dict[str, Any]], Video]) -> None:
    """Answer requests until there are no more, or the parent ends.

    The program's arguments: bytes of address space, seconds for one answer, the descriptor that shows the parent's end.
    A request names `video_id` and `path`; a file that takes too much memory is quarantined. Errors of ours that are not
    about the file go to the parent, which raises them.
    """
    limit, seconds, parent = int(sys.argv[1]), float(sys.argv[2]), int(sys.argv[3])
    end_with(parent)
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not be read as an answer
    for line in sys.stdin:
        with at_most(seconds):
            answered = json.dumps(_answered(answer, json.loads(line)))
        print(answered, file=answers, flush=True)


def _answered(answer: Callable[[dict[str, Any]], Video], request: dict[str, Any]) -> dict[str, Any]:
    try:
        return answer(request).to_row()
    except MemoryError:
        return Video(request["video_id"], request["path"], QUARANTINED, "reading it takes too much memory").to_row()
    except HicoError as error:
        return {"error": (type(error).__name__, str(error))}
