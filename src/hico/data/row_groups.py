"""A Parquet table that grows by row groups and survives a stop: whole groups are kept until the table is."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import count, takewhile
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from hico.errors import InputError
from hico.files import replacing


class RowGroups:
    """The groups of the table at `path` that are there already, a file each in a folder beside it.

    `key` tells what the rows follow from: groups of another key are not taken.
    """

    def __init__(self, path: Path, key: str) -> None:
        self.kept = path.with_name(f".{path.name}.groups")
        self.folder = self.kept / key
        self.files = list(takewhile(Path.is_file, map(self._file, count())))

    def __len__(self) -> int:
        return len(self.files)

    def rows(self) -> int:
        """Rows of all groups. Raises InputError where a file is damaged."""
        total = 0
        for file in self.files:
            with _reading(file):
                total += pq.read_metadata(file).num_rows
        return total

    def add(self, group: pa.Table) -> None:
        """Write the next group, whole or not at all."""
        file = self._file(len(self))
        with replacing(file) as temporary:
            pq.write_table(group, temporary, compression="zstd")
        self.files.append(file)

    def __iter__(self) -> Iterator[pa.Table]:
        """Each group. Raises InputError where a file is damaged."""
        for file in self.files:
            with _reading(file):
                group = pq.read_table(file)
            yield group

    def remove(self) -> None:
        """For when the table is written."""
        shutil.rmtree(self.kept)

    def _file(self, number: int) -> Path:
        return self.folder / f"{number:06}.parquet"


@contextmanager
def _reading(file: Path) -> Iterator[None]:
    try:
        yield
    except (OSError, pa.ArrowException) as error:
        raise InputError(f"{file}: rows of a stopped run are damaged ({error}); remove it and start again") from error
