"""The files that a stage depends on are found from its imports."""

from pathlib import Path

import pytest

from hico import sources

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
    found = sources.closure(module, root)
    assert found == sorted(found)
    return {file.relative_to(root).as_posix().removeprefix("hico/") for file in found}


def test_imports_packages_and_named_data_files_are_found(package: Path) -> None:
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
        sources.closure("hico.stages.nothing", package)


def test_the_digest_follows_contents_and_names(package: Path) -> None:
    before = sources.digest("hico.stages.tables", package)
    (package / "hico/unused.py").write_text("changed = 1\n")
    assert sources.digest("hico.stages.tables", package) == before
    (package / "hico/report/paper.csv").write_text("method,depth\n")
    assert sources.digest("hico.stages.tables", package) != before


def test_a_chain_of_the_real_package_is_found_and_what_it_does_not_need_is_not(root: Path) -> None:
    """config.root imports config.section, and that config.faults; none needs losses, networks or the reference."""
    found = {file.relative_to(root / "src/hico").as_posix() for file in sources.closure("hico.config.root")}
    assert {"config/root.py", "config/section.py", "config/faults.py", "errors.py"} <= found
    assert not {"losses/total.py", "nets/model.py", "config/reference.py"} & found
