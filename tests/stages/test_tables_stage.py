import json
import subprocess
import sys

import pytest

from hico.errors import ReportError
from hico.stages.tables import main

NAMES = ("recognition", "recognition_summary", "retrieval", "retrieval_summary")
FACTS = {
    "experiment": "hico",
    "title": "HiCo_demo & 50 %",
    "method": "hico",
    "split": 0,
    "pretrain_data": "demo",
    "pretrain_videos": 128,
    "pretrain_coverage": 1.0,
    "pretrain_input": "8x32",
    "backbone": "s3dg",
    "width": 0.125,
    "dataset": "demo actions",
    "input": "8x32",
    "train_videos": 540,
    "test_videos": 540,
    "coverage": 1.0,
    "views": 2,
}


@pytest.fixture
def metrics(tmp_path):
    """Two seeds of a probe and of retrieval."""
    paths = []
    for seed in (0, 1):
        probe = {"protocol": "linear_probe", "task": "probe", "batchnorm": "strict", "top1": 40.0 + seed, "top5": 80.0}
        nearest = {"protocol": "retrieval", "task": "nearest", "r@1": 20.0 + seed, "r@5": 50.0}
        for values in (probe, nearest):
            path = tmp_path / f"{values['task']}{seed}.json"
            path.write_text(json.dumps(FACTS | {"seed": seed} | values))
            paths.append(str(path))
    return paths


def test_all_tables_in_all_formats(metrics, tmp_path):
    main(["--metrics", *metrics, "--out-dir", str(tmp_path / "tables")])
    written = {path.name for path in (tmp_path / "tables").iterdir()}
    assert written == {f"{name}.{ending}" for name in NAMES for ending in ("csv", "md", "tex", "html")}
    summary = (tmp_path / "tables/recognition_summary.md").read_text()
    assert "40.5 ± 0.7" in summary
    assert "## The paper's rows" in summary
    assert "HiCo\\_demo \\& 50 %" in summary
    assert (tmp_path / "tables/recognition.csv").read_text().count("\n") == 3


def test_titles_are_given_when_tables_are_written(metrics, tmp_path):
    experiments = {"hico": {"title": "renamed", "method": "hico"}, "other": {"title": "", "method": "simclr"}}
    main(["--metrics", *metrics, "--out-dir", str(tmp_path), "--experiments", json.dumps(experiments)])
    for name in NAMES:
        assert "renamed" in (tmp_path / f"{name}.md").read_text()
        assert "HiCo_demo" not in (tmp_path / f"{name}.csv").read_text()


def test_same_bytes_in_any_order(metrics, tmp_path):
    main(["--metrics", *metrics, "--out-dir", str(tmp_path / "a")])
    main(["--metrics", *reversed(metrics), "--out-dir", str(tmp_path / "b")])
    for path in (tmp_path / "a").iterdir():
        assert path.read_bytes() == (tmp_path / "b" / path.name).read_bytes()


def test_no_runs_give_empty_tables(tmp_path):
    main(["--out-dir", str(tmp_path / "tables")])
    assert (tmp_path / "tables/retrieval.csv").read_text().count("\n") == 1
    assert "asks for no such run" in (tmp_path / "tables/retrieval.tex").read_text()


def test_nothing_is_written_when_an_input_is_missing(metrics, tmp_path):
    with pytest.raises(ReportError, match=r"gone\.json: no such file"):
        main(["--metrics", *metrics, str(tmp_path / "gone.json"), "--out-dir", str(tmp_path / "tables")])
    assert not (tmp_path / "tables").exists()


def test_a_missing_run_is_one_message_and_exit_code_2(tmp_path):
    command = [sys.executable, "-m", "hico.stages.tables", "--metrics", "gone.json", "--out-dir", str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: gone.json: no such file")
