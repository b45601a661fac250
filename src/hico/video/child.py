"""The process that probes untrusted files: one JSON request a line in, one index row a line out.

Started by `hico.video.isolated`; a crash, a hang or a memory bomb in a codec ends this process only.
"""

import json
import os
import resource
import sys

from hico.video.probe import probe


def main() -> None:
    limit = int(sys.argv[1])
    resource.setrlimit(resource.RLIMIT_AS, (limit, limit))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))
    answers = os.fdopen(os.dup(1), "w", encoding="utf-8")
    os.dup2(2, 1)  # whatever a library prints must not be read as an answer
    for line in sys.stdin:
        request = json.loads(line)
        row = probe(request["path"], request["video_id"], request["full_check"]).to_row()
        print(json.dumps(row), file=answers, flush=True)


if __name__ == "__main__":
    main()
