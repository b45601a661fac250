"""A copy of the project in a folder whose name holds a space, and Snakemake in it."""

import json
import os
import re
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from hico.code_digest import code_digest

PARTS = ("Snakefile", "workflow", "src", "config", "profiles", "envs")
ASKING = """
include: "Snakefile"
print("RULES", json.dumps({rule.name: [rule.params.get("code"), str(rule.conda_env)] for rule in workflow.rules}))
"""
Job = tuple[str, str]
"""Rule and wildcards, as Snakemake prints them."""


class Project:
    """A copy of the project that a test may edit."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    word = ""

    def run(self, *command: str | Path, **variables: str) -> subprocess.CompletedProcess[str]:
        """Run a command in the project's folder; stderr is in stdout."""
        return subprocess.run(
            list(map(str, command)),
            cwd=self.folder,
            env={**os.environ, **variables},
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )

    def snakemake(self, *options: str, **variables: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, "-m", "snakemake", *options, **variables)

    def plan(self, *options: str) -> set[Job]:
        """Jobs of a dry run."""
        done = self.snakemake("--dry-run", "--quiet", "host", "--cores", "2", *options)
        assert done.returncode == 0, done.stdout
        blocks = re.findall(r"^(?:local)?rule (\w+):\n((?:    .*\n)*)", done.stdout, re.MULTILINE)
        return {(rule, wildcards(lines)) for rule, lines in blocks}

    def stages(self) -> dict[str, tuple[str, str]]:
        """(stage, environment) of every rule that runs a stage, from the rules that Snakemake has read."""
        (self.folder / "asking.smk").write_text(ASKING, encoding="utf-8")
        done = self.snakemake("--dry-run", "--snakefile", "asking.smk", "--cores", "1", "--", "results/asked")
        (self.folder / "asking.smk").unlink()
        found = re.search(r"^RULES (.*)$", done.stdout, re.MULTILINE)
        assert found, done.stdout
        source = self.folder / "src"
        names = [path.stem for path in source.glob("hico/stages/[a-z]*.py")]
        stages = {code_digest(f"hico.stages.{name}", root=source): name for name in names}
        rules = json.loads(found[1])
        return {name: (stages[code], Path(environment).stem) for name, (code, environment) in rules.items() if code}

    def rules(self, *options: str) -> set[str]:
        """Rules of a dry run, less the target."""
        return {rule for rule, _ in self.plan(*options)} - {"all"}


def wildcards(lines: str) -> str:
    found = re.search(r"wildcards: (.*)", lines)
    return found[1] if found else ""


def copy_project(root: Path, folder: Path) -> Project:
    for part in PARTS:
        source, target = root / part, folder / part
        if source.is_dir():
            shutil.copytree(source, target, ignore=shutil.ignore_patterns("__pycache__", "*.egg-info"))
        else:
            target.parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(source, target)
    return Project(folder)


@pytest.fixture(scope="session")
def new_project(root: Path, tmp_path_factory: pytest.TempPathFactory) -> Callable[[], Project]:
    """Function that copies the project once more."""
    return lambda: copy_project(root, tmp_path_factory.mktemp("pro ject"))


@pytest.fixture(scope="session")
def tiny(root: Path) -> Path:
    """The configuration of the tests: the smallest that has every kind of stage."""
    return root / "tests/workflow/tiny.yaml"


@pytest.fixture(scope="session")
def stubbed(new_project: Callable[[], Project], root: Path, tiny: Path) -> Project:
    """A finished run in which every stage only writes its name: what re-runs what does not depend on the stages."""
    project = new_project()
    shutil.copy2(root / "tests/workflow/stub.sh", project.folder / "workflow/scripts/hico-stage")
    shutil.copy2(tiny, project.folder / "config/config.yaml")
    done = project.snakemake("--cores", "2")
    assert done.returncode == 0, done.stdout
    return project


OFFICIAL = {
    "HACS/HACS_segments_v1.1.1.json": '{"database": {}}',
    "kinetics400/train.csv": "label,youtube_id,time_start,time_end,split\n",
    "testTrainMulti_7030_splits/wave_test_split1.txt": "a.avi 1\n",
    "ucfTrainTestlist/classInd.txt": "1 Archery\n",
    "ucfTrainTestlist/trainlist01.txt": "Archery/v_Archery_g08_c01.avi 1\n",
    "ucfTrainTestlist/testlist01.txt": "Archery/v_Archery_g01_c01.avi\n",
}


@pytest.fixture
def paper_base(root: Path, tmp_path: Path) -> Path:
    """The paper's base configuration, its data sets in place as empty folders and the shortest lists."""
    for name in ("HACS/videos", "kinetics400/train", "kinetics400-untrimmed", "UCF-101", "hmdb51"):
        (tmp_path / name).mkdir(parents=True)
    for name, content in OFFICIAL.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(content)
    base = tmp_path / "base.yaml"
    text = (root / "config/paper/base.yaml").read_text(encoding="utf-8")
    base.write_text(text.replace("/path/to", str(tmp_path)), encoding="utf-8")
    return base
