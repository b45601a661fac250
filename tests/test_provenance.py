"""A record says everything that a result depends on."""

import argparse
import json
from pathlib import Path

import pytest

from hico import provenance
from hico.config.data import Synthetic
from hico.files import sha256


@pytest.fixture
def record(tmp_path: Path) -> dict[str, object]:
    (tmp_path / "manifest.parquet").write_bytes(b"rows")
    (tmp_path / "coverage.csv").write_bytes(b"old")
    args = argparse.Namespace(
        manifest=tmp_path / "manifest.parquet",
        shards=[tmp_path / "0.parquet"],
        coverage=tmp_path / "coverage.csv",
        out_dir=tmp_path,
        settings="{}",
        seed=3,
    )
    namespace = {"__name__": "__main__", "__spec__": argparse.Namespace(name="hico.rng"), "provenance": provenance}
    exec("def start(*a, **k): return provenance.open_record(*a, **k)", namespace)
    opened = namespace["start"](args, Synthetic(), seed=3, outputs=["coverage"])  # type: ignore[operator]
    opened.write(tmp_path / "provenance.json")
    return dict(json.loads((tmp_path / "provenance.json").read_text()))


def test_it_names_stage_seed_and_settings(record: dict[str, object]) -> None:
    assert record["stage"] == "hico.rng"
    assert record["seed"] == 3
    assert record["settings"] == Synthetic().model_dump()
    assert record["settings_digest"] == provenance.settings_digest(Synthetic().model_dump())


def test_inputs_are_checksummed_and_outputs_are_not(record: dict[str, object], tmp_path: Path) -> None:
    path = tmp_path / "manifest.parquet"
    assert record["inputs"] == {
        "manifest": [{"path": str(path), "sha256": sha256(path)}],
        "shards": [{"path": str(tmp_path / "0.parquet"), "sha256": None}],
    }


def test_environment_and_times_are_there(record: dict[str, object]) -> None:
    environment = record["environment"]
    assert isinstance(environment, dict)
    assert {"numpy", "pydantic"} <= set(environment["packages"])
    assert str(record["started"]) <= str(record["ended"])


def test_the_digest_of_settings_ignores_their_order() -> None:
    digest = provenance.settings_digest
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1}) != digest({"a": 2, "b": 1})


def test_a_checkout_gives_its_commit() -> None:
    state = provenance.git_state()
    if state is None:
        pytest.skip("not a git checkout")
    assert len(state["commit"]) == 40
