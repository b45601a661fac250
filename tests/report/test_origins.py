"""The page of origins says what the records say."""

import json
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hico.errors import ReportError
from hico.report import origins
from hico.stages.origins import main

RECORD: dict[str, Any] = {
    "seed": 3,
    "git": {"commit": "c0ffee" * 7, "changed": True},
    "settings_digest": "5e77" * 16,
    "source_digest": "50ce" * 16,
    "started": "2026-01-02T03:04:05+00:00",
    "seconds": 90.0,
    "hardware": {"cpu": "EPYC", "cores": 16, "processes": 2, "gpus": ["H100"]},
    "environment": {"python": "3.11.14", "packages": {"torch": "2.11.0"}},
    "inputs": {
        "annotations": [{"path": "official/list <1>.txt", "sha256": "ab" * 32}],
        "root": [{"path": "videos", "sha256": None}],
    },
}


def put(path: Path, **changes: Any) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(RECORD | changes), encoding="utf-8")
    return path


def index(path: Path, status: list[str]) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    names = [f"v{number}" for number in range(len(status))]
    table = {
        "video_id": names,
        "path": [f"videos/{name}.mp4" for name in names],
        "status": status,
        "reason": "no sound",
    }
    pd.DataFrame(table).to_parquet(path)
    return path


def test_a_run_is_one_row(tmp_path: Path) -> None:
    path = put(tmp_path / "finetune/ucf101/hico/seed3/split1/provenance.json")
    (row,) = origins.runs_table([path]).rows
    assert row == (
        *("finetune ucf101 hico seed3 split1", "3", "c0ffeec0ffee and changes", "5e775e775e77", "50ce50ce50ce"),
        *("2026-01-02 03:04:05", "1.5", "H100, EPYC, 16 cores, 2 processes", "3.11.14", "2.11.0"),
    )


def test_a_run_without_a_gpu_tells_its_threads(tmp_path: Path) -> None:
    hardware = {"cpu": "EPYC", "cores": 16, "processes": 1, "torch_threads": 4, "gpus": []}
    (row,) = origins.runs_table([put(tmp_path / "provenance.json", hardware=hardware)]).rows
    assert row[7] == "EPYC, 16 cores, threads: 4"


def test_a_run_that_went_on_has_what_each_attempt_had(tmp_path: Path) -> None:
    first = {"git": None, "source_digest": "0ld0" * 16, "started": "2026-01-01T00:00:00+00:00", "seconds": 30.0}
    attempts = [RECORD | first, RECORD]
    (row,) = origins.runs_table([put(tmp_path / "provenance.json", attempts=attempts)]).rows
    assert row[2] == "not a checkout, then c0ffeec0ffee and changes"
    assert row[4:8] == (
        "0ld00ld00ld0, then 50ce50ce50ce",
        "2026-01-01 00:00:00",
        "2.0",
        "H100, EPYC, 16 cores, 2 processes",
    )


def test_what_is_not_known_is_said(tmp_path: Path) -> None:
    path = put(tmp_path / "provenance.json", git=None, seed=None, environment={"python": "3.11.14", "packages": {}})
    (row,) = origins.runs_table([path]).rows
    assert row[1:3] == ("", "not a checkout")
    assert row[-1] == "\N{EN DASH}"


@pytest.mark.parametrize(
    ("path", "key"),
    [
        ("data/hacs/index.parquet", "hacs"),
        ("data/hacs/store/index.parquet", "hacs"),
        ("data/store/index.parquet", "store"),
        ("data/store/store/index.parquet", "store"),
        ("data/hacs/manifest.parquet.provenance.json", "hacs"),
    ],
)
def test_tables_of_a_store_are_of_its_data_set(tmp_path: Path, path: str, key: str) -> None:
    assert origins.data_set(tmp_path / path) == key


def test_a_long_list_of_videos_is_cut_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(origins, "MOST_VIDEOS", 1)
    table = origins.aside_table([("hacs", index(tmp_path / "index.parquet", ["ok", "quarantined", "quarantined"]))])
    assert table.rows == (("hacs", "v1", "videos/v1.mp4", "no sound"),)
    assert table.notes == ("The first 1 of 2; the indexes name all.",)


def test_the_page_holds_all_three(tmp_path: Path) -> None:
    run = put(tmp_path / "pretrain/hico/seed3/provenance.json")
    manifest = put(tmp_path / "data/hacs/manifest.parquet.provenance.json")
    table = index(tmp_path / "data/hacs/store/index.parquet", ["quarantined"])
    page = tmp_path / "origins.html"
    main(["--runs", str(run), "--manifests", str(manifest), "--index", str(table), "--out", str(page)])
    text = page.read_text(encoding="utf-8")
    for said in ("pretrain hico seed3", "list &lt;1&gt;.txt", "ab" * 32, "videos/v0.mp4", "no sound"):
        assert said in text
    assert text.count("<td>hacs</td>") == 2


def test_a_missing_record_is_an_error_of_one_line(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="not readable as a record of provenance"):
        origins.runs_table([tmp_path / "provenance.json"])
