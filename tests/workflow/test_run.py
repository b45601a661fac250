"""The whole workflow for real, on the fewest synthetic videos: every stage, the report, and where a cell comes from."""

import json
import re
import shutil
import sys
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from hico.stages.explain import explained


@pytest.fixture(scope="module")
def finished(new_project: Any, tiny: Any) -> Any:
    project = new_project()
    (project.folder / "config/config.yaml").write_text(tiny.read_text(encoding="utf-8"), encoding="utf-8")
    done = project.snakemake("--cores", "2", OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stdout
    return project


def test_a_second_run_has_nothing_to_do(finished: Any) -> None:
    assert "Nothing to be done" in finished.snakemake("--cores", "2").stdout


def test_once_more_in_another_folder_every_byte_is_the_same(finished: Any, tiny: Path, tmp_path: Path) -> None:
    files = [f"results/tiny/tables/{name}.csv" for name in ("recognition", "retrieval", "recognition_summary")]
    files.append("results/tiny/pretrain/hico/seed0/weights.safetensors")
    where = ("--directory", str(tmp_path), "--configfile", str(tiny))
    done = finished.snakemake("--cores", "2", *where, "--", *files, OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stdout
    assert [name for name in files if (tmp_path / name).read_bytes() != (finished.folder / name).read_bytes()] == []


def test_every_run_is_in_the_tables(finished: Any) -> None:
    tables = finished.folder / "results/tiny/tables"
    recognition = pd.read_csv(tables / "recognition.csv")
    assert set(zip(recognition["protocol"], recognition["experiment"], strict=True)) == {
        ("finetune", "hico"),
        ("linear_probe", "hico"),
    }
    assert set(pd.read_csv(tables / "retrieval.csv")["experiment"]) == {"hico", "random"}
    for ending in ("md", "tex"):
        assert (tables / f"recognition.{ending}").stat().st_size > 0


def test_the_report_is_one_page_that_asks_nobody(finished: Any) -> None:
    text = (finished.folder / "results/tiny/report.html").read_text(encoding="utf-8")
    assert "What an untrimmed video teaches without labels" in text
    for figure in ("curves.svg", "ranks.svg", "results.svg", "method.svg", "recognition.html"):
        assert figure in text
    assert not re.search(r"<(?:script|link|img)[^>]+(?:src|href)=\"https?:", text)


@pytest.mark.skipif(not shutil.which("chromium"), reason="needs the browser chromium (Debian's package)")
def test_every_entry_of_the_report_shows_in_a_browser(finished: Any, root: Path, tmp_path: Path) -> None:
    page = finished.folder / "results/tiny/report.html"
    done = finished.run(sys.executable, root / "tests/workflow/browser.py", page, tmp_path)
    assert done.returncode == 0, done.stdout
    found = json.loads(done.stdout)
    assert found["errors"] == []
    assert found["outside"] == []
    assert [name for name, shows in found["shown"].items() if not shows] == []
    categories = {name.split("-")[0] for name in found["shown"]}
    assert categories == {"Data", "Method", "Provenance", "Results", "Retrieval", "Tables", "Training"}


def test_a_cell_leads_to_the_official_annotation_files(finished: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(finished.folder)
    text = "\n".join(explained(finished.folder / "results/tiny/tables/recognition.csv", row=1))
    for stage in ("finetune", "pretrain", "index", "annotations"):
        assert f"stage: hico.stages.{stage}, " in text
    assert "annotations: results/tiny/synthetic/untrimmed/HACS_segments_v1.1.1.json (sha256 " in text
    assert "CHANGED" not in text


def test_nothing_is_written_beside_results_and_logs(finished: Any) -> None:
    known = {"Snakefile", "workflow", "src", "config", "profiles", "envs", ".snakemake"}
    assert {path.name for path in finished.folder.iterdir()} - known == {"results", "logs"}
