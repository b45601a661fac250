"""The process that reads untrusted files: one JSON request a line in, one index row a line out.

Started by `hico.video.isolated`; a crash, a hang or a memory bomb in a codec ends this process only.
"""

import json
import os
import resource
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from hico.errors import MediaError
from hico.video.probe import probe
from hico.video.record import QUARANTINED, Video


def main() -> None:
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not be read as an answer
    for line in sys.stdin:
        print(json.dumps(_answer(json.loads(line)).to_row()), file=answers, flush=True)


def _answer(request: dict[str, Any]) -> Video:
    video_id, path = request["video_id"], request["path"]
    try:
        if "out" in request:
            return _copied(request)
        return probe(path, video_id, request["full_check"])
    except MemoryError:
        return Video(video_id, path, QUARANTINED, "reading it takes too much memory")


def _copied(request: dict[str, Any]) -> Video:
    from hico.video.store import Store, transcode  # takes three times as long to import as all the rest

    video = Video.from_row(request["video"])
    try:
        return transcode(video, Path(request["out"]), Store.check(request["settings"], "store"))
    except MediaError as error:
        return replace(video, status=QUARANTINED, reason=str(error).removeprefix(f"{video.path}: "))


if __name__ == "__main__":
    main()
