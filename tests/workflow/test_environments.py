"""Environments are exact, agree with each other and with what is installed, and hold what their stages import."""

import ast
import asyncio
import json
import re
import subprocess
import sys
from importlib.metadata import packages_distributions
from pathlib import Path
from typing import Any

import pytest
import rattler
import yaml

from hico.code_digest import PACKAGE, find_modules

ROOT = Path(__file__).parents[2]
NAMES = sorted(path.stem for path in ROOT.glob("envs/*.yaml"))


def read(name: str) -> dict[str, Any]:
    return dict(yaml.safe_load((ROOT / f"envs/{name}.yaml").read_text(encoding="utf-8")))


def pins(name: str) -> dict[str, str]:
    """Version by package of the pip section."""
    (section,) = [entry["pip"] for entry in read(name)["dependencies"] if isinstance(entry, dict)]
    return dict(pin.split("==") for pin in section)


def requirements(name: str) -> dict[str, str]:
    lines = (ROOT / name).read_text(encoding="utf-8").splitlines()
    return dict(line.split("==") for line in lines if line and not line.startswith(("#", "-r")))


@pytest.fixture(scope="module")
def stages(new_project: Any) -> dict[str, tuple[str, str]]:
    """(stage, environment) by rule."""
    found: dict[str, tuple[str, str]] = new_project().stages()
    return found


def test_installed_is_what_is_pinned() -> None:
    command = [sys.executable, str(ROOT / "envs/pin.py"), "--check"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", NAMES)
def test_environments_are_exact_and_agree(name: str) -> None:
    conda = [entry for entry in read(name)["dependencies"] if isinstance(entry, str)]
    assert conda == [entry for entry in read(NAMES[0])["dependencies"] if isinstance(entry, str)]
    assert [re.fullmatch(r"(python|pip)=\d+(\.\d+)+", entry) is not None for entry in conda] == [True, True]
    runtime = requirements("requirements.txt")
    assert {package: runtime[package] for package in pins(name)} == pins(name)


@pytest.mark.parametrize("name", NAMES)
def test_conda_finds_the_pinned_python(name: str, tmp_path: Path) -> None:
    environment = read(name)
    assert environment.keys() == {"channels", "dependencies"}
    assert [rattler.Channel(channel).name for channel in environment["channels"]] == environment["channels"]
    specs = [rattler.MatchSpec(entry, strict=True) for entry in environment["dependencies"] if isinstance(entry, str)]
    asked = dict(entry.split("=") for entry in environment["dependencies"] if isinstance(entry, str))
    offered = {package: [version, f"{version}1", "1.0", "99"] for package, version in asked.items()}
    found = asyncio.run(rattler.solve([channel(tmp_path, offered)], specs, platforms=["noarch"]))
    assert {record.name.normalized: str(record.version) for record in found} == asked


def channel(folder: Path, offered: dict[str, list[str]]) -> rattler.Channel:
    """A local conda channel that lists these versions of packages."""
    records = {
        f"{package}-{version}-0.conda": {
            **{"name": package, "version": version, "build": "0", "build_number": 0, "depends": [], "subdir": "noarch"},
            **{"sha256": "0" * 64, "size": 1},
        }
        for package, versions in offered.items()
        for version in versions
    }
    (folder / "noarch").mkdir()
    content = {"info": {"subdir": "noarch"}, "packages": {}, "packages.conda": records}
    (folder / "noarch/repodata.json").write_text(json.dumps(content), encoding="utf-8")
    return rattler.Channel(folder.as_uri())


@pytest.mark.parametrize("name", NAMES)
def test_a_pip_section_resolves_as_written(name: str, tmp_path: Path) -> None:
    """What is pinned is installed, so pip has nothing to add, and asks nobody, if the pins agree with each other."""
    section = tmp_path / "section.txt"
    section.write_text("".join(f"{package}=={version}\n" for package, version in pins(name).items()), encoding="utf-8")
    options = ["--dry-run", "--no-index", "--quiet", "--report", "-", "--requirement", str(section)]
    command = [sys.executable, "-m", "pip", "install", *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["install"] == []


def test_the_report_needs_no_torch() -> None:
    assert not {"torch", "torchvision"} & (set(pins("report")) | set(pins("media")) | set(pins("workflow")))


def test_requirements_do_not_overlap() -> None:
    runtime, development = requirements("requirements.txt"), requirements("requirements-dev.txt")
    assert not runtime.keys() & development.keys()


def test_no_pin_file_names_a_registry() -> None:
    for path in [*ROOT.glob("envs/*.yaml"), *ROOT.glob("requirements*.txt")]:
        assert not re.search(r"://|--index|--find-links", path.read_text(encoding="utf-8")), path


def test_environments_hold_what_stages_import(stages: dict[str, tuple[str, str]]) -> None:
    assert len(stages) > 20
    for stage, environment in stages.values():
        needed = distributions(find_modules(f"hico.stages.{stage}"))
        assert needed <= set(pins(environment)), (stage, needed - set(pins(environment)))


def test_planning_needs_its_environment_only() -> None:
    rules = "".join(file.read_text(encoding="utf-8") for file in ROOT.glob("workflow/rules/*.smk"))
    modules = set(re.findall(r"^\s*from (hico[\w.]*) import", rules, re.MULTILINE))
    assert "hico.config.root" in modules
    needed = distributions([file for module in modules for file in find_modules(module)])
    assert needed <= set(pins("workflow")), needed - set(pins("workflow"))


def distributions(files: list[Path]) -> set[str]:
    """Packages that these files import when they are imported themselves."""
    owners = packages_distributions()
    imported = {name for file in files for name in top_imports(file)}
    outside = imported - sys.stdlib_module_names - {PACKAGE}
    return {owners[name][0].lower().replace("_", "-") for name in outside}


def top_imports(file: Path) -> set[str]:
    """First names of what a module imports when it is imported itself."""
    if file.suffix != ".py":
        return set()
    names = set()
    for node in ast.parse(file.read_bytes()).body:
        if isinstance(node, ast.Import):
            names |= {name.name.split(".")[0] for name in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module and not node.level:
            names.add(node.module.split(".")[0])
    return names
