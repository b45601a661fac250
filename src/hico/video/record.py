"""One video as the index knows it: the row, its Arrow schema, and what follows from it."""

from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from typing import Any, Self

import numpy as np
import numpy.typing as npt
import pyarrow as pa

IntArray = npt.NDArray[np.int64]

OK, MISSING, QUARANTINED = "ok", "missing", "quarantined"

SCHEMA = pa.schema(
    [
        ("video_id", pa.string()),
        ("path", pa.string()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("duration_s", pa.float64()),
        ("frames", pa.int64()),
        ("fps", pa.float64()),
        ("width", pa.int32()),
        ("height", pa.int32()),
        ("rotation", pa.int32()),
        ("codec", pa.string()),
        ("container", pa.string()),
        ("size_bytes", pa.int64()),
        ("time_base_num", pa.int64()),
        ("time_base_den", pa.int64()),
        ("start_pts", pa.int64()),
        ("pts_step", pa.int64()),
        ("pts", pa.list_(pa.int64())),
        ("key_pts", pa.list_(pa.int64())),
    ]
)
PIECES = pa.field("pieces", pa.list_(pa.struct(list(SCHEMA))))
"""A column more, where a video is stored in pieces."""


def no_stamps() -> IntArray:
    return np.empty(0, np.int64)


@dataclass(frozen=True, eq=False)
class Video:
    """One row of the index; a quarantined or missing video has only its first four fields.

    `pts` holds the stamp that the decoder puts on each frame, in display order, or None when the
    stamps are `start_pts + pts_step * frame`. Stamps of AVI files with B frames are not in rising
    order: there they only name frames, and the times are the same numbers in rising order.
    Without `key_pts` the file cannot be entered anywhere but at its start.

    A video that is stored in pieces has a row of each file in `pieces`, with that file's own stamps and key frames;
    its `path` is that of the first, its `size_bytes` their sum, and its own stamps say when frames are shown.
    """

    video_id: str
    path: str | None
    status: str
    reason: str = ""
    duration_s: float = 0.0
    frames: int = 0
    fps: float = 0.0  # mean frames a second
    width: int = 0  # pixels, after rotation
    height: int = 0
    rotation: int = 0  # degrees clockwise to apply to the decoded picture: 0, 90, 180 or 270
    codec: str = ""
    container: str = ""
    size_bytes: int = 0
    time_base_num: int = 0
    time_base_den: int = 1
    start_pts: int = 0
    pts_step: int = 0
    pts: IntArray | None = None
    key_pts: IntArray = field(default_factory=no_stamps)
    pieces: tuple["Video", ...] = ()

    @classmethod
    def from_row(cls, row: Mapping[str, Any]) -> Self:
        """From one row of the index, such as a dict or a pandas Series."""
        values = {name: row[name] for name in SCHEMA.names}
        for name in ("pts", "key_pts"):
            values[name] = None if values[name] is None else np.asarray(values[name], np.int64)
        if values["key_pts"] is None:
            values["key_pts"] = no_stamps()
        return cls(**values, pieces=tuple(map(cls.from_row, row.get("pieces") or ())))

    def to_row(self) -> dict[str, Any]:
        """Plain values by column name, lists in place of arrays."""
        values = {item.name: getattr(self, item.name) for item in fields(self) if item.name != "pieces"}
        for name in ("pts", "key_pts"):
            values[name] = None if values[name] is None else values[name].tolist()
        return values | ({"pieces": [piece.to_row() for piece in self.pieces]} if self.pieces else {})

    @property
    def files(self) -> tuple["Video", ...]:
        """A row for each file that holds the frames, in order: the pieces, or the video itself."""
        return self.pieces or (self,)

    @property
    def stamps(self) -> IntArray:
        """The decoder's stamp of each frame in display order, shape (frames,)."""
        if self.pts is not None:
            return self.pts
        return self.start_pts + self.pts_step * np.arange(self.frames, dtype=np.int64)

    @property
    def frame_times_s(self) -> npt.NDArray[np.float64]:
        """When each frame is shown, seconds from the first one, shape (frames,), rising."""
        stamps = np.sort(self.stamps)
        return np.asarray((stamps - stamps[:1]) * (self.time_base_num / self.time_base_den), np.float64)

    @property
    def even(self) -> bool:
        """Whether frame n is shown at n / fps; stamps that are rounded to their time base count as such."""
        if self.pts is None:
            return True
        off_s = self.frame_times_s - np.arange(self.frames) / self.fps
        return bool(np.abs(off_s).max() < self.time_base_num / self.time_base_den)

    @property
    def key_frames(self) -> IntArray:
        """Display numbers of the key frames, rising; empty when the file can only be read from its start."""
        if self.pts is None:
            return (self.key_pts - self.start_pts) // max(self.pts_step, 1)
        order = np.argsort(self.pts, kind="stable")
        return np.sort(order[np.searchsorted(self.pts, self.key_pts, sorter=order)])
