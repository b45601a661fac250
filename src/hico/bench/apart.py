"""A contender in a process of its own, without what the workflow sets for its stages."""

import os
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from multiprocessing import get_context
from multiprocessing.connection import Connection

from hico.bench.memory import VARIABLE

Contender = Callable[[], object]


@contextmanager
def apart(make: Callable[[], Contender]) -> Iterator[Contender]:
    """What `make` gives, made and run in a new process without the memory settings of stages.

    Raises EOFError from the contender when that process has failed; it has printed why.
    """
    ours, theirs = get_context("spawn").Pipe()
    process = get_context("spawn").Process(target=_serve, args=(theirs, make), daemon=True)
    kept = os.environ.pop(VARIABLE, None)
    process.start()
    theirs.close()
    if kept is not None:
        os.environ[VARIABLE] = kept

    def run() -> None:
        ours.send(None)
        ours.recv()

    try:
        yield run
    finally:
        ours.close()
        process.join()


def _serve(connection: Connection, make: Callable[[], Contender]) -> None:
    """Run the contender whenever asked, until nobody is left to ask."""
    run = make()
    while _asked(connection):
        run()
        connection.send(None)


def _asked(connection: Connection) -> bool:
    try:
        connection.recv()
    except EOFError:
        return False
    return True
