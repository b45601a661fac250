"""The workflow with --use-conda: every environment made by a real conda, every stage run in its own."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

WITHOUT_TORCH = (
    "results/tiny/data/actions/index.parquet",
    "results/tiny/figures/world.svg",
    "results/tiny/config.json",
)


@pytest.fixture(scope="module")
def project(conda: Any, new_project: Any, tiny: Path) -> Any:
    own = new_project()
    (own.folder / "config/config.yaml").write_text(tiny.read_text(encoding="utf-8"), encoding="utf-8")
    return own


def run(conda: Any, project: Any, *targets: str) -> None:
    options = ("--cores", "all", "--use-conda", "--conda-prefix", str(conda.made), *targets)
    done = project.snakemake(*options, OMP_NUM_THREADS="1", **conda.variables())
    assert done.returncode == 0, done.stdout


def environments(conda: Any, project: Any) -> dict[str, Path]:
    """Folders of what was made, by the names of the files in envs/."""
    names = {file.read_bytes(): file.stem for file in project.folder.glob("envs/*.yaml")}
    return {names[file.read_bytes()]: file.with_suffix("") for file in conda.made.glob("*.yaml")}


def pinned(project: Any, name: str) -> dict[str, str]:
    """Version by package, of conda's packages and of pip's."""
    dependencies = yaml.safe_load((project.folder / f"envs/{name}.yaml").read_text(encoding="utf-8"))["dependencies"]
    wheels = dict(pin.split("==") for pin in dependencies[-1]["pip"])
    return dict(entry.split("=") for entry in dependencies[:-1]) | wheels


def check(conda: Any, project: Any, name: str) -> None:
    """An environment holds what its file says, and no more."""
    folder = environments(conda, project)[name]
    wanted = pinned(project, name)
    assert (folder / f"conda-meta/python-{wanted.pop('python')}-0.json").exists()
    command = [folder / "bin/python", "-m", "pip", "list", "--format", "json"]
    listed = json.loads(subprocess.run(command, capture_output=True, check=True).stdout)
    assert {plain(package["name"]): package["version"] for package in listed} == wanted


def plain(name: str) -> str:
    return name.lower().replace("_", "-").replace(".", "-")


def packages(project: Any, record: str) -> set[str]:
    """Packages that a stage found beside it."""
    text = (project.folder / "results/tiny" / record).read_text(encoding="utf-8")
    return set(map(plain, json.loads(text)["environment"]["packages"]))


def test_media_figures_and_the_workflows_own_rules_run_in_their_environments(conda: Any, project: Any) -> None:
    run(conda, project, *WITHOUT_TORCH)
    assert environments(conda, project).keys() == {"media", "report", "workflow"}
    for name in environments(conda, project):
        check(conda, project, name)
    found = packages(project, "data/actions/manifest.parquet.provenance.json")
    assert found == pinned(project, "media").keys() - {"python"}


@pytest.mark.slow
def test_the_whole_run_reaches_the_report(conda: Any, project: Any) -> None:
    run(conda, project)
    assert (project.folder / "results/tiny/report.html").stat().st_size > 100_000
    check(conda, project, "training")
    assert packages(project, "pretrain/hico/seed0/provenance.json") == pinned(project, "training").keys() - {"python"}
