"""Videos that became unreadable after they were indexed, and losses that are not finite: named, and handled."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from hico.errors import MediaError, TrainingError
from hico.nets.weights import read_metadata
from hico.stages import classify, pretrain

Tables = Callable[[str], dict[str, Path]]
DROP = {"on_error": "drop", "max_dropped": 0.2}


@pytest.fixture
def changed(tmp_path: Path, tables: Tables) -> Callable[[str], dict[str, Any]]:
    """Function that gives a data set's tables; the file of the first training video is not what was indexed."""

    def tables_of(key: str) -> dict[str, Any]:
        inputs = tables(key)
        manifest = pd.read_parquet(inputs["manifest"])
        bad = manifest.loc[manifest["subset"] == "training", "path"].iloc[0]
        index = pq.read_table(inputs["index"])
        rows = index.select(["size_bytes", "path"]).to_pylist()
        sizes = [row["size_bytes"] + (row["path"] == bad) for row in rows]
        place = index.schema.get_field_index("size_bytes")
        altered = index.set_column(place, "size_bytes", pa.array(sizes, pa.int64()))
        pq.write_table(altered, tmp_path / "index.parquet")
        return {**inputs, "index": tmp_path / "index.parquet"}

    return tables_of


def test_a_run_stops_and_names_the_file(changed: Any, stage: Any, tiny_pretrain: Any, tmp_path: Path) -> None:
    with pytest.raises(MediaError, match=r"\.mp4: \d+ bytes, not \d+ as indexed.*media\.on_error: drop"):
        stage(pretrain, experiment="x", settings=tiny_pretrain, seed=0, **changed("untrimmed"), out_dir=tmp_path / "x")
    assert not (tmp_path / "x/weights.safetensors").exists()


@pytest.mark.parametrize("method", ["hico", "random"])
def test_dropped_videos_are_recorded(method: str, changed: Any, stage: Any, tiny_pretrain: Any, tmp_path: Path) -> None:
    settings, out = tiny_pretrain | {"method": method, "media": DROP}, tmp_path / "x"
    stage(pretrain, experiment="x", settings=settings, seed=0, **changed("untrimmed"), workers=0, out_dir=out)
    dropped = pd.read_csv(out / "dropped.csv")
    assert dropped["video_id"].nunique() == 1
    assert dropped["reason"].str.contains("as indexed").all()
    if method == "hico":
        metrics = pd.read_csv(out / "metrics.csv").set_index("step")
        assert metrics["dropped"].sum() == len(dropped) > 0
        assert metrics.loc[dropped["step"], "dropped"].eq(1).all()
        assert read_metadata(out / "weights.safetensors")["trained_on"]["coverage"] == pytest.approx(6 / 7)


def test_more_than_max_dropped_stops_the_run(changed: Any, stage: Any, tiny_pretrain: Any, tmp_path: Path) -> None:
    settings = tiny_pretrain | {"media": {"on_error": "drop"}}
    with pytest.raises(
        TrainingError, match=r"^1 of 7 videos could not be read, more than media\.max_dropped \(0\.01\)"
    ):
        stage(pretrain, experiment="x", settings=settings, seed=0, **changed("untrimmed"), out_dir=tmp_path / "x")


def test_fine_tuning_drops_too(
    changed: Any, stage: Any, tiny_pretrain: Any, tiny_task: Any, tables: Tables, tmp_path: Path
) -> None:
    out = tmp_path / "pretrain"
    stage(pretrain, experiment="x", settings=tiny_pretrain | {"epochs": 2}, seed=0, **tables("untrimmed"), out_dir=out)
    settings, weights = tiny_task | {"media": DROP, "batch_videos": 18}, out / "weights.safetensors"
    given = {"task": "x", "settings": settings, "seed": 0, "weights": weights, **changed("actions")}
    stage(classify, protocol="finetune", **given, workers=0, out_dir=tmp_path / "x")
    assert pd.read_csv(tmp_path / "x/metrics.csv")["dropped"].tolist() == [1]
    assert len(pd.read_csv(tmp_path / "x/dropped.csv")) == 1
    assert json.loads((tmp_path / "x/metrics.json").read_text())["coverage"] == pytest.approx(17 / 18)


def test_a_non_finite_loss_names_its_clips(tables: Tables, stage: Any, tiny_pretrain: Any, tmp_path: Path) -> None:
    steep = {"name": "sgd", "rate": 1000, "rate_per_clips": None, "warmup_epochs": 0, "weight_decay": 10}
    clip = r"\S+ \(\S+\.mp4\) at \d+\.\d\d-\d+\.\d\d s, \d+\.\d\d-\d+\.\d\d s, \d+\.\d\d-\d+\.\d\d s"
    with pytest.raises(TrainingError, match=rf"^step \d+ .* the loss is (nan|inf); .*Batch: {clip}; {clip}; {clip}$"):
        stage(
            pretrain, experiment="x", settings=tiny_pretrain | {"optimizer": steep, "epochs": 20}, seed=0,
            **tables("untrimmed"), out_dir=tmp_path / "x",
        )  # fmt: skip
