"""A cell of a table can be followed to the files that it rests on."""

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest

from hico.errors import HicoError
from hico.files import sha256, write_json
from hico.stages.explain import explained, main, table_rows

RUN = "linear_probe/actions/hico/seed0/split1"


def record(stage: str, **inputs: Path) -> dict[str, object]:
    return {
        "stage": f"hico.stages.{stage}",
        "seed": 0,
        "settings_digest": "a" * 64,
        "source_digest": "b" * 64,
        "version": "0.1.0",
        "git": {"commit": "c" * 40, "changed": True},
        "environment": {"python": "3.11.7", "packages": {"torch": "2.11.0"}},
        "hardware": {"cpu": "some processor", "cores": 2, "torch_threads": 1},
        "started": "2026-01-01T00:00:00+00:00",
        "ended": "2026-01-01T00:01:00+00:00",
        "seconds": 60.0,
        "inputs": {name: [{"path": str(path), "sha256": sha256(path)}] for name, path in inputs.items()},
    }


@pytest.fixture
def results(tmp_path: Path) -> Path:
    manifest, weights = tmp_path / "data/manifest.parquet", tmp_path / "pretrain/hico/seed0/weights.safetensors"
    for path in (manifest, weights, tmp_path / RUN / "metrics.json"):
        path.parent.mkdir(parents=True)
        path.write_text("{}")
    write_json(weights.with_name("provenance.json"), record("pretrain", manifest=manifest))
    write_json(tmp_path / RUN / "provenance.json", record("classify", weights=weights))
    table = tmp_path / "tables/recognition.csv"
    table.parent.mkdir()
    head = "protocol,task,experiment,title,dataset,seed,split,top1\n"
    table.write_text(head + "linear_probe,actions,hico,HiCo,UCF101,0,1,50.00\nfinetune,x,y,Z,U,0,1,9.00\n")
    (table.with_suffix(".md")).write_text("| |")
    return tmp_path


def test_a_row_leads_to_its_run_its_weights_and_their_data(results: Path) -> None:
    text = "\n".join(explained(results / "tables/recognition.md", row=1))
    assert "row 1: HiCo, linear_probe on UCF101, top1 50.00" in text
    for said in ("hico.stages.classify", "hico.stages.pretrain", "manifest: ", "seed: 0", "settings: aaaa"):
        assert said in text
    for said in (
        "code: bbbb",
        "commit cccccccccccc with changed files",
        "torch 2.11.0",
        "some processor, 2 cores, threads: 1, no GPU",
    ):
        assert said in text
    assert "row 2" not in text
    assert "CHANGED" not in text


def test_a_reader_that_stops_early_is_no_fault(results: Path) -> None:
    command = f"{shlex.quote(sys.executable)} -m hico.stages.explain tables/recognition.csv | head -n 0"
    done = subprocess.run(["bash", "-c", command], cwd=results, capture_output=True, text=True, check=False)
    assert (done.stdout, done.stderr) == ("", "")


def test_a_changed_input_is_marked(results: Path) -> None:
    (results / "data/manifest.parquet").write_text("other")
    assert "CHANGED since" in "\n".join(explained(results / RUN / "metrics.json"))


def test_an_input_that_is_gone_is_marked(results: Path) -> None:
    (results / "data/manifest.parquet").unlink()
    assert "gone since" in "\n".join(explained(results / RUN / "metrics.json"))


def test_a_summary_row_stands_for_all_its_runs(results: Path) -> None:
    table = results / "tables/recognition_summary.csv"
    table.write_text("protocol,task,experiment,title,dataset,seeds,splits\nfinetune,a,e,T,D,0 1,1 2\n")
    ((_, runs),) = table_rows(table)
    assert [str(run.relative_to(results)) for run in runs] == [
        f"finetune/a/e/seed{seed}/split{split}/metrics.json" for seed in (0, 1) for split in (1, 2)
    ]


def test_faults_are_clear(results: Path) -> None:
    with pytest.raises(HicoError, match="no such file"):
        main([str(results / "nothing.csv")])
    with pytest.raises(HicoError, match="no table"):
        main([str(results / "data/manifest.parquet")])
    broken = results / RUN / "provenance.json"
    broken.write_text(json.dumps({"stage": "x"}))
    with pytest.raises(HicoError, match="not a provenance record"):
        main([str(results / RUN / "metrics.json")])


def test_a_row_that_is_not_there_is_told(results: Path) -> None:
    with pytest.raises(HicoError, match=r"--row 9: .* has rows 1 to 2"):
        list(explained(results / "tables/recognition.csv", row=9))
