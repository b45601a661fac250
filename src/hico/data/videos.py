"""The usable videos of a data set: manifest rows joined with what the index found."""

import hashlib
from pathlib import Path

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import torch
from numpy.typing import NDArray
from torch import Tensor

from hico.errors import TrainingError
from hico.files import reading
from hico.video.record import OK, Video

BATCH_ROWS = 4096


class Videos:
    """Usable videos by number. Rows stay in Arrow; sent to workers, they move to memory that all of them share."""

    def __init__(self, table: pa.Table, label_ids: NDArray[np.int64]) -> None:
        self.table = table
        self.label_ids = label_ids
        """(N,) class numbers; -1 where a video has none."""
        self._shared: Tensor | None = None

    def __getstate__(self) -> tuple[Tensor, NDArray[np.int64]]:
        if self._shared is None:
            self._shared = _shared(self.table)
            self.table = _opened(self._shared)
        return self._shared, self.label_ids

    def __setstate__(self, state: tuple[Tensor, NDArray[np.int64]]) -> None:
        self._shared, self.label_ids = state
        self.table = _opened(self._shared)

    def __len__(self) -> int:
        return int(self.table.num_rows)

    def __getitem__(self, number: int) -> Video:
        return Video.from_row(self.table.slice(number, 1).to_pylist()[0])

    @property
    def ids(self) -> list[str]:
        return list(self.table["video_id"].to_pylist())

    @property
    def paths(self) -> list[str]:
        return list(self.table["path"].to_pylist())

    @property
    def digest(self) -> str:
        """Hex SHA-256 of what a run depends on: which files, in which order, of which classes."""
        total = hashlib.sha256(self.label_ids.astype(np.int64).tobytes())
        for video_id, size in zip(self.ids, self.table["size_bytes"].to_pylist(), strict=True):
            total.update(f"{size} {video_id}\0".encode())
        return total.hexdigest()


def _shared(table: pa.Table) -> Tensor:
    """The table as Arrow's stream of bytes, in shared memory."""
    counter = pa.MockOutputStream()
    _write(table, counter)
    content: Tensor = torch.empty(counter.size(), dtype=torch.uint8).share_memory_()
    _write(table, pa.FixedSizeBufferWriter(pa.py_buffer(content.numpy())))
    return content


def _write(table: pa.Table, sink: pa.NativeFile) -> None:
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)


def _opened(content: Tensor) -> pa.Table:
    """The table in a stream of bytes, which is not copied."""
    return pa.ipc.open_stream(pa.py_buffer(content.numpy())).read_all()


def usable_videos(manifest: Path, index: Path, subset: str, split: int | None = None) -> Videos:
    """Videos of one subset (and split) whose index status is ok, in the index's order, each once.

    A video of several rows has the label of its first row. Files are the index's: those of the manifest, or their
    copies in a store.
    Raises TrainingError when there is none, naming the subsets that exist.
    """
    with reading(manifest):
        rows = pd.read_parquet(manifest, columns=["split", "subset", "video_id", "path", "label_id"])
    chosen = _listed(rows[rows["path"].notna()], subset, split).drop_duplicates("video_id")
    with reading(index):
        found = pq.read_table(index, columns=["video_id", "status"]).to_pandas()
    usable = pd.Series(found.index, index=found["video_id"])[found["status"].eq(OK).to_numpy()]
    chosen = chosen[chosen["video_id"].isin(usable.index)]
    if chosen.empty:
        known = ", ".join(sorted(rows["subset"].unique()))
        raise TrainingError(
            f"{index}: no usable video of subset {subset!r}"
            + (f", split {split}" if split is not None else "")
            + f"; {manifest} has the subsets {known}. See coverage.csv beside it for what is missing or quarantined"
        )
    chosen = chosen.assign(row=usable.loc[chosen["video_id"]].to_numpy()).sort_values("row")
    return Videos(_rows(index, chosen["row"].to_numpy()), chosen["label_id"].to_numpy(np.int64))


def _listed(rows: pd.DataFrame, subset: str, split: int | None) -> pd.DataFrame:
    """Rows of one subset (and split); those of a data set that has no splits (split 0) belong to every split."""
    rows = rows[rows["subset"] == subset]
    return rows if split is None else rows[rows["split"].isin([0, split])]


def _rows(index: Path, wanted: NDArray[np.int64]) -> pa.Table:
    """Rows of an index by their numbers, which rise; the others are dropped as they are read."""
    parts, first = [], 0
    with pq.ParquetFile(index) as file:
        for batch in file.iter_batches(BATCH_ROWS):
            places = np.searchsorted(wanted, [first, first + batch.num_rows])
            parts.append(batch.take(pa.array(wanted[slice(*places)] - first)))
            first += batch.num_rows
        return pa.Table.from_batches(parts, file.schema_arrow)


def class_names(manifest: Path) -> list[str]:
    """Class names by class number, over the whole manifest (missing videos too)."""
    with reading(manifest):
        rows = pd.read_parquet(manifest, columns=["label", "label_id"])
    named = rows[rows["label_id"] >= 0].drop_duplicates("label_id").sort_values("label_id")
    return list(named["label"])


def coverage_share(coverage: Path, subset: str, split: int | None = None) -> float:
    """Usable share of the videos that a subset (and split) lists, from coverage.csv."""
    with reading(coverage):
        rows = pd.read_csv(coverage, usecols=["split", "subset", "usable", "listed"])
    rows = _listed(rows, subset, split)
    return float(rows["usable"].sum() / rows["listed"].sum())
