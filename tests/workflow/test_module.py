"""The workflow as a module of another one: from a folder, and from a git repository as snakedeploy sets it up."""

import json
import os
import subprocess
from pathlib import Path
from typing import Any

import pytest
import yaml

# What `snakedeploy deploy-workflow URL FOLDER --tag TAG` writes.
DEPLOYED = """
configfile: "config/config.yaml"

module hico:
    snakefile:
        github("somebody/hico", path="Snakefile", tag="{tag}")
    config:
        config

use rule * from hico
"""
EDITED = Path("src/hico/report/latex.py")


def test_it_serves_as_a_module_of_another_workflow(new_project: Any, tmp_path: Path) -> None:
    project = new_project()
    (tmp_path / "Snakefile").write_text(
        f'configfile: "config.yaml"\n'
        f"module hico:\n    snakefile: {str(project.folder / 'Snakefile')!r}\n    config: config['hico']\n"
        f"use rule * from hico as hico_*\n"
        f"rule all:\n    default_target: True\n    input: rules.hico_all.input\n"
    )
    settings = yaml.safe_load((project.folder / "config/config.yaml").read_text(encoding="utf-8"))
    (tmp_path / "config.yaml").write_text(yaml.safe_dump({"hico": settings}), encoding="utf-8")
    plan = project.rules("--snakefile", str(tmp_path / "Snakefile"), "--directory", str(tmp_path))
    assert {"hico_synthetic_dataset", "hico_pretrain", "hico_tables", "hico_report"} <= plan


def git(project: Any, *command: str) -> str:
    options = ("-c", "user.name=test", "-c", "user.email=test@example.org")
    done = subprocess.run(["git", *options, *command], cwd=project.folder, capture_output=True, text=True, check=True)
    return done.stdout.strip()


@pytest.fixture(scope="module")
def published(new_project: Any) -> Any:
    """The project as a git repository with two releases, the second with an edited file."""
    project = new_project()
    git(project, "init", "--quiet")
    release(project, "v1")
    text = (project.folder / EDITED).read_text(encoding="utf-8")
    (project.folder / EDITED).write_text(text + "\nEDITED = True\n", encoding="utf-8")
    release(project, "v2")
    return project


def release(project: Any, tag: str) -> None:
    git(project, "add", ".")
    git(project, "commit", "--quiet", "--message", tag)
    git(project, "tag", tag)


class Deployment:
    """A workflow in a folder of its own that has no more than a Snakefile and a configuration."""

    def __init__(self, folder: Path, published: Any) -> None:
        self.folder, self.published = folder, published
        (folder / "workflow").mkdir()
        (folder / "config").mkdir()

    def choose(self, tag: str) -> None:
        (self.folder / "workflow/Snakefile").write_text(DEPLOYED.format(tag=tag), encoding="utf-8")

    def run(self, *options: str) -> str:
        """Snakemake from another folder; git takes the repository on this machine for the one that is named."""
        site = self.folder / "site/somebody"
        site.mkdir(parents=True, exist_ok=True)
        if not (site / "hico").exists():
            (site / "hico").symlink_to(self.published.folder)
        replaced = {"COUNT": "1", "KEY_0": f"url.{site.parent.as_uri()}/.insteadOf", "VALUE_0": "https://github.com/"}
        variables = {f"GIT_CONFIG_{name}": value for name, value in replaced.items()}
        done = self.published.snakemake(
            *("--snakefile", str(self.folder / "workflow/Snakefile"), "--directory", str(self.folder)),
            *("--cores", "2", *options),
            **(variables | {"XDG_CACHE_HOME": str(self.folder / "cache"), "OMP_NUM_THREADS": "1"}),
        )
        assert done.returncode == 0, done.stdout
        return str(done.stdout)


@pytest.fixture(scope="module")
def deployed(published: Any, tiny: Path, tmp_path_factory: pytest.TempPathFactory) -> Deployment:
    """A finished run: an untrained network, and what follows."""
    own = Deployment(tmp_path_factory.mktemp("an other"), published)
    settings = yaml.safe_load(tiny.read_text(encoding="utf-8"))
    del settings["finetune"], settings["linear_probe"], settings["pretrain"]["hico"]
    (own.folder / "config/config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    own.choose("v1")
    own.run()
    return own


def test_from_git_it_runs_to_the_report(deployed: Deployment, published: Any) -> None:
    results = deployed.folder / "results/tiny"
    assert (results / "report.html").stat().st_size > 100_000
    record = json.loads((results / "pretrain/random/seed0/provenance.json").read_text(encoding="utf-8"))
    assert record["git"] == {"commit": git(published, "rev-parse", "v1"), "changed": False}
    assert set(os.listdir(deployed.folder)) - {"workflow", "config", "site", "cache"} == {
        *(".snakemake", "logs", "results"),
    }
    assert "Nothing to be done" in deployed.run()


def test_another_release_re_runs_what_it_changes(deployed: Deployment) -> None:
    deployed.choose("v2")
    counts = {line.split()[0] for line in deployed.run("--dry-run").splitlines() if line.endswith(" 1")}
    assert counts == {"tables", "report", "all"}
