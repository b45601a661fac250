"""Small data sets on disk: annotation files as given, and empty files in place of videos."""

from collections.abc import Callable, Iterable, Mapping
from pathlib import Path

import pytest

from hico.config.data import DataSet

MakeDataSet = Callable[..., DataSet]


@pytest.fixture
def data_set(tmp_path: Path) -> MakeDataSet:
    """data_set(kind, {file name: content}, [video paths], splits=[1])."""

    def make(
        kind: str, files: Mapping[str, str | bytes], videos: Iterable[str], splits: Iterable[int] = (1,)
    ) -> DataSet:
        root, lists = tmp_path / "videos", tmp_path / "lists"
        root.mkdir(exist_ok=True)
        lists.mkdir(exist_ok=True)
        for name, content in files.items():
            (lists / name).write_bytes(content.encode() if isinstance(content, str) else content)
        for video in videos:
            (root / video).parent.mkdir(parents=True, exist_ok=True)
            (root / video).touch()
        annotations = [lists / name for name in files]
        return DataSet.check(
            {"kind": kind, "root": root, "annotations": annotations, "splits": list(splits)}, "test settings"
        )

    return make
