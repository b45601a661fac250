"""Bad configurations stop Snakemake before any job, with one message that says what to do."""

from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def project(new_project: Any) -> Any:
    return new_project()


@pytest.mark.parametrize(
    ("change", "message"),
    [
        (("videos: ", "video: "), "synthetic.video: unknown key; did you mean 'videos'?"),
        (("method: hico", "method: hiko"), "pretrain.hico.method"),
        (("data: actions", "data: action"), "'action' is not a key that this file declares"),
        (("root: results/demo/synthetic/clips/videos", "root: nowhere"), "nowhere: no such folder"),
        (("seeds: [0]", "seeds: []"), "seeds: "),
        (("seeds: [0]", "seeds: [0]\nseeds: [1]"), "the key 'seeds' stands twice"),
        (("frames: 8, rate: 6", "frames: 8, rate: 60"), "finetune.actions.clip: a clip lasts 16.00 s"),
    ],
)
def test_a_fault_is_one_message_and_no_job(project: Any, change: tuple[str, str], message: str) -> None:
    text = (project.folder / "config/config.yaml").read_text(encoding="utf-8")
    faulty = project.folder / "config/faulty.yaml"
    faulty.write_text(text.replace(*change, 1), encoding="utf-8")
    done = project.snakemake("--cores", "1", "--configfile", str(faulty))
    assert done.returncode == 1
    assert message in done.stdout
    assert "Traceback" not in done.stdout
    assert not Path(project.folder, "results").exists()


def test_a_config_file_is_not_merged_with_the_default(project: Any) -> None:
    alone = project.folder / "config/alone.yaml"
    alone.write_text("name: alone\n")
    done = project.snakemake("-n", "--configfile", str(alone))
    assert "data: missing, and it has no default" in done.stdout


def test_a_target_of_a_task_that_is_not_declared(project: Any) -> None:
    done = project.snakemake("-n", "results/demo/finetune/absent/hico/seed0/split1/metrics.json")
    assert "No rule to produce results/demo/finetune/absent" in done.stdout
    assert "Traceback" not in done.stdout


def test_a_failed_stage_says_why_on_the_terminal(project: Any, tmp_path: Path) -> None:
    lists = tmp_path / "lists"
    lists.mkdir()
    (lists / "classInd.txt").write_text("1 Archery\n")
    (lists / "trainlist01.txt").write_text("Archery/v_Archery_g01_c01.avi 7\n")
    (lists / "testlist01.txt").write_text("")
    settings = project.folder / "config/failing.yaml"
    settings.write_text(FAILING.format(folder=lists), encoding="utf-8")
    target = "results/failing/data/actions/manifest.parquet"
    done = project.snakemake("--cores", "1", "--configfile", str(settings), "--", target)
    assert done.returncode == 1
    assert "annotations failed (exit code 2). The end of logs/failing/annotations/actions.log:" in done.stdout
    assert "trainlist01.txt" in done.stdout
    assert "Traceback" not in done.stdout
    assert not Path(project.folder, target).exists()
    again = project.snakemake("--cores", "1", "--configfile", str(settings), "--retries", "1", "--", target)
    assert again.returncode == 1
    log = project.folder / "logs/failing/annotations/actions.log"
    assert log.read_text(encoding="utf-8").count("\nerror: ") == 3, "the log of each attempt stays"
    (lists / "trainlist01.txt").write_text("Archery/v_Archery_g01_c01.avi 1\n")
    (lists / "testlist01.txt").write_text("Archery/v_Archery_g02_c01.avi\n")
    (lists / "Archery").mkdir()
    (lists / "Archery/v_Archery_g01_c01.avi").touch()
    good = project.snakemake("--cores", "1", "--configfile", str(settings), "--", target)
    assert good.returncode == 0, good.stdout
    assert log.read_text(encoding="utf-8").count("\n--- ") == 3
    assert [path.name for path in log.parent.iterdir()] == [log.name]


FAILING = """
name: failing
data: {{ actions: {{ kind: ucf101, root: "{folder}", annotations: ["{folder}"] }} }}
pretrain: {{ random: {{ method: random, data: actions }} }}
"""
