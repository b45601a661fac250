"""What Snakemake plans: the configurations that ship, single stages, other places."""

import re
import shutil
from pathlib import Path
from typing import Any

import pytest


@pytest.fixture(scope="module")
def project(new_project: Any) -> Any:
    return new_project()


def test_the_default_configuration_plans_every_stage(project: Any) -> None:
    rules = project.rules()
    assert {"synthetic_dataset", "annotations", "index_shard", "index", "pretrain"} <= rules
    assert {"finetune", "linear_probe", "retrieval", "tables", "figure_bars", "report"} <= rules


def test_the_picture_in_the_readme_shows_the_plan(project: Any, root: Path) -> None:
    picture = (root / "docs/images/rulegraph.svg").read_text(encoding="utf-8")
    drawn = set(re.findall(r">(\w+)</text>", picture))
    assert drawn == {"all", *project.rules("--forceall")}, "make rulegraph"


def test_real_videos_need_no_synthetic_ones(shared: Path, project: Any, tmp_path: Path) -> None:
    (tmp_path / "shared").symlink_to(shared)
    (tmp_path / "project").mkdir()
    rules = project.rules("--configfile", "config/real-mini.yaml", "--directory", str(tmp_path / "project"))
    assert "synthetic_dataset" not in rules
    assert {"annotations", "pretrain", "finetune", "linear_probe", "retrieval", "report"} <= rules


def test_a_paper_configuration_plans_once_its_paths_are_filled_in(project: Any, paper_base: Path) -> None:
    rules = project.rules("--configfile", str(paper_base), "config/paper/hacs-short.yaml")
    assert {"annotations", "index", "pretrain", "finetune", "linear_probe"} <= rules


@pytest.mark.parametrize("family", ["hacs-long", "k400-long", "uk400-long", "ablation", "hico-plus-plus"])
def test_every_family_is_planned(project: Any, paper_base: Path, family: str) -> None:
    rules = project.rules("--configfile", str(paper_base), f"config/paper/{family}.yaml")
    assert {"pretrain", "finetune", "linear_probe", "retrieval", "report"} <= rules
    assert ("trimming" in rules) == (family == "hico-plus-plus")


def test_trimmed_and_untrimmed_videos_meet_in_one_table(project: Any, paper_base: Path) -> None:
    families = ("config/paper/k400-long.yaml", "config/paper/uk400-long.yaml")
    together = ("--configfile", str(paper_base), *families, "--config", "name=k400-and-uk400")
    assert "trimming" in project.rules(*together)
    plan = project.snakemake("--dry-run", "--printshellcmds", "--quiet", "host", "--cores", "2", *together)
    command = next(line for line in plan.stdout.splitlines() if " trimming --experiments" in line)
    assert "--trimmed simclr-k400 hico-k400 hico-r2plus1d-k400 --untrimmed simclr-uk400 hico-uk400" in command
    assert "results/k400-and-uk400/finetune/ucf101/simclr-k400/seed0/split1/metrics.json" in command


def test_a_target_file_needs_only_what_it_rests_on(project: Any) -> None:
    assert project.rules("results/demo/data/actions/coverage.csv") == {
        "synthetic_dataset",
        "annotations",
        "index_shard",
        "index",
    }


def test_a_stage_can_be_forced_reached_or_left_out(stubbed: Any) -> None:
    assert "finetune" in stubbed.rules("--forcerun", "finetune")
    assert "pretrain" not in stubbed.rules("--forcerun", "finetune")
    until = stubbed.rules("--forceall", "--until", "index")
    assert until == {"synthetic_dataset", "annotations", "index_shard", "index"}
    assert "tables" not in stubbed.rules("--forceall", "--omit-from", "retrieval")


def test_retrieval_keeps_its_decoding_processes_whatever_gpus_it_is_given(stubbed: Any) -> None:
    given = ("--set-threads", "retrieval=4", "finetune=4", "--set-resources", "retrieval:gpu=2", "finetune:gpu=2")
    done = stubbed.snakemake("--dry-run", "--printshellcmds", "--forceall", "--quiet", "host", "--cores", "4", *given)
    workers = set(re.findall(r"(finetune|retrieval) --task .* --workers (\d+)", done.stdout))
    assert workers == {("finetune", "1"), ("retrieval", "3")}


def test_it_runs_from_another_folder(project: Any, tmp_path: Path) -> None:
    elsewhere = tmp_path / "else where"
    elsewhere.mkdir()
    shutil.copytree(project.folder / "config", elsewhere / "config")
    plan = project.snakemake("-n", "--cores", "2", "--directory", str(elsewhere))
    assert plan.returncode == 0, plan.stdout
    assert "synthetic_dataset" in plan.stdout
