"""The digest of a stage follows its code, found from its imports, and not the words of its messages."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from hico.code_digest import code_digest, find_modules

FILES = {
    "hico/__init__.py": "",
    "hico/stages/__init__.py": "",
    "hico/stages/tables.py": "import hico.report.paper\nfrom hico.errors import HicoError\nimport torch\n",
    "hico/stages/worker.py": "COMMAND = ['python', '-m', 'hico.video.probe']\n",
    "hico/stages/lazy.py": "def main():\n    from ..report import rows\n",
    "hico/stages/circle.py": "from . import circle\n",
    "hico/errors.py": "",
    "hico/report/__init__.py": "from .rows import row\n",
    "hico/report/paper.py": "NAME = 'paper.csv'\n",
    "hico/report/paper.csv": "method\n",
    "hico/report/unused.csv": "method\n",
    "hico/report/rows.py": "row = 1\n",
    "hico/video/__init__.py": "",
    "hico/video/probe.py": "",
    "hico/unused.py": "",
}


@pytest.fixture
def package(tmp_path: Path) -> Path:
    for name, text in FILES.items():
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def names(root: Path, module: str) -> set[str]:
    found = find_modules(module, root)
    assert found == sorted(found)
    return {file.relative_to(root).as_posix().removeprefix("hico/") for file in found}


def test_imports_and_named_data_are_found(package: Path) -> None:
    assert names(package, "hico.stages.tables") == {
        "__init__.py",
        "stages/__init__.py",
        "stages/tables.py",
        "errors.py",
        "report/__init__.py",
        "report/rows.py",
        "report/paper.py",
        "report/paper.csv",
    }


def test_a_module_run_by_name_counts(package: Path) -> None:
    assert "video/probe.py" in names(package, "hico.stages.worker")


def test_relative_and_late_imports_count(package: Path) -> None:
    assert {"report/__init__.py", "report/rows.py"} <= names(package, "hico.stages.lazy")


def test_circles_end(package: Path) -> None:
    assert "stages/circle.py" in names(package, "hico.stages.circle")


def test_an_unknown_module_is_an_error(package: Path) -> None:
    with pytest.raises(ModuleNotFoundError, match=r"no module hico\.stages\.nothing"):
        find_modules("hico.stages.nothing", package)


def test_the_digest_follows_code_and_data(package: Path) -> None:
    before = code_digest("hico.stages.tables", root=package)
    (package / "hico/unused.py").write_text("changed = 1\n")
    assert code_digest("hico.stages.tables", root=package) == before
    (package / "hico/report/paper.csv").write_text("method,depth\n")
    changed = code_digest("hico.stages.tables", root=package)
    assert changed != before
    (package / "hico/report/rows.py").write_text("row = 2\n")
    assert code_digest("hico.stages.tables", root=package) != changed


def test_several_modules_have_one_digest(package: Path) -> None:
    digests = [code_digest(*names, root=package) for names in (["hico.errors"], ["hico.errors", "hico.unused"])]
    assert digests[0] != digests[1] == code_digest("hico.unused", "hico.errors", root=package)


CODE = """
def read(path):
    if not path:
        raise InputError(f"{path}: is empty")
    LOG.info("reads %s", path)
    return open(path)
"""


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("def read(path):", 'def read(path):  # a comment\n    """A docstring."""\n'),
        ("is empty", "has no rows"),
        ('f"{path}: is empty"', '"is empty"'),
        ("reads %s", "opens %s"),
        ('    LOG.info("reads %s", path)\n', ""),
        ("return open(path)", "return open(\n        path\n    )"),
    ],
)
def test_words_change_nothing(tmp_path: Path, old: str, new: str) -> None:
    assert digest_of(CODE.replace(old, new), tmp_path) == digest_of(CODE, tmp_path)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("not path", "path"),
        ("InputError", "ValueError"),
        ("open(path)", "open('path')"),
        ("return open", "print('text')\n    return open"),
    ],
)
def test_code_changes_it(tmp_path: Path, old: str, new: str) -> None:
    assert digest_of(CODE.replace(old, new), tmp_path) != digest_of(CODE, tmp_path)


def test_recorded_reasons_change_it(tmp_path: Path) -> None:
    """Tables have the messages of MediaError in their column `reason`."""
    code = CODE.replace("InputError", "MediaError")
    assert digest_of(code.replace("is empty", "has no frames"), tmp_path) != digest_of(code, tmp_path)


def digest_of(text: str, folder: Path) -> str:
    (folder / "hico").mkdir(exist_ok=True)
    (folder / "hico/__init__.py").touch()
    (folder / "hico/module.py").write_text(text)
    return code_digest("hico.module", root=folder)


@pytest.fixture(scope="module")
def stages(root: Path) -> list[str]:
    return [f"hico.stages.{path.stem}" for path in sorted(root.glob("src/hico/stages/[a-z]*.py"))]


@pytest.fixture
def source(root: Path, tmp_path: Path) -> Path:
    """A copy of the package."""
    return Path(shutil.copytree(root / "src", tmp_path / "src", ignore=shutil.ignore_patterns("__pycache__")))


def test_no_stage_follows_words(source: Path, stages: list[str], reword: Callable[[str], str]) -> None:
    before = [code_digest(stage, root=source) for stage in stages]
    for path in source.glob("hico/**/*.py"):
        path.write_text(reword(path.read_text(encoding="utf-8")) + "\n# edited\n", encoding="utf-8")
    assert [code_digest(stage, root=source) for stage in stages] == before


def test_every_stage_follows_its_modules(source: Path, stages: list[str]) -> None:
    """An edited module changes the digests of the stages that import it, and of no other."""
    needed = {stage: set(find_modules(stage, source)) for stage in stages}
    before = {stage: code_digest(stage, root=source) for stage in stages}
    for path in [*source.glob("hico/stages/[a-z]*.py"), source / "hico/errors.py", source / "hico/files.py"]:
        text = path.read_text(encoding="utf-8")
        path.write_text(text + "\nEDITED = True\n", encoding="utf-8")
        changed = {stage for stage in stages if code_digest(stage, root=source) != before[stage]}
        path.write_text(text, encoding="utf-8")
        assert changed == {stage for stage in stages if path in needed[stage]}, path


def test_imports_of_the_package_are_found(root: Path) -> None:
    """config.root imports config.section, and that config.faults; none needs losses, networks or the reference."""
    found = {file.relative_to(root / "src/hico").as_posix() for file in find_modules("hico.config.root")}
    assert {"config/root.py", "config/section.py", "config/faults.py", "errors.py"} <= found
    assert not {"losses/total.py", "nets/model.py", "config/reference.py"} & found
