"""The measurement on large data runs, and what it makes up is what the stages take."""

from pathlib import Path
from types import SimpleNamespace

import pandas as pd

from hico.annotations.manifest import parse
from hico.bench import large, made_up
from hico.video.record import SCHEMA
from hico.video.table import distinct_videos, merge


def test_made_up_annotations_and_shards_fit(tmp_path: Path) -> None:
    dataset = made_up.data_set(tmp_path, 60)
    manifest = parse("any", dataset)
    assert len(distinct_videos(manifest)) == 60
    table = merge(manifest, made_up.shards(tmp_path, 60, 3))
    assert table.schema.names == SCHEMA.names
    assert table["path"].to_pylist() == manifest["path"].tolist()
    assert pd.Series(table["pts"].to_pylist()).notna().sum() == 2


def test_every_stage_is_measured() -> None:
    lines = large.lines(SimpleNamespace(videos=[40]))
    assert [line.name.partition(", ")[2] for line in lines if line.unit == "s"] == [
        "annotations to manifest",
        "shards to index",
        "usable videos",
        "sampler to first batch",
        "the same in a worker",
        "all of these",
    ]
    assert all(line.value > 0 for line in lines)
    assert all(line.name.startswith("40 videos, ") for line in lines)
