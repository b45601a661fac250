"""One file of a video that is stored in pieces."""

from typing import NamedTuple


class Piece(NamedTuple):
    """The file of one stretch of a video; pieces follow one another from 0 without gaps."""

    path: str | None
    """None where the file is missing."""
    start_ms: int
    end_ms: int
