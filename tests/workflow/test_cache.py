"""Data stages may be shared between workflows, and a changed source or key never takes a stale entry."""

import shutil
from pathlib import Path
from typing import Any

import pytest
import yaml


@pytest.fixture
def clone(new_project: Any, root: Path, tiny: Path, tmp_path: Path) -> Any:
    """Function that makes one more clone; each writes its own word into what its stages make."""

    def make(word: str) -> Any:
        project = new_project()
        shutil.copy2(tiny, project.folder / "config/config.yaml")
        stub = (root / "tests/workflow/stub.sh").read_text(encoding="utf-8")
        (project.folder / "workflow/scripts/hico-stage").write_text(stub)
        project.word = word
        return project

    return make


def run(project: Any, cache: Path, dataset: str = "untrimmed") -> str:
    """Run as far as an index; what the index stage wrote."""
    target = f"results/tiny/data/{dataset}/coverage.csv"
    done = project.snakemake(
        "--cores", "2", "--cache", "--", target, SNAKEMAKE_OUTPUT_CACHE=str(cache), STUB_WORD=project.word
    )
    assert done.returncode == 0, done.stdout
    return str((project.folder / target).read_text(encoding="utf-8"))


def test_two_clones_share_and_a_change_does_not(clone: Any, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    first, second, third = clone("first"), clone("second"), clone("third")
    assert "first" in run(first, cache)
    assert "first" in run(second, cache)
    source = third.folder / "src/hico/synthetic/scenes.py"
    source.write_text(source.read_text(encoding="utf-8") + "\nEDITED = True\n")
    assert "third" in run(third, cache)


def test_new_videos_are_noticed(clone: Any, root: Path, tmp_path: Path) -> None:
    """Which videos lie below a root is no input of a rule; a cache would go on giving the old index."""
    cache = tmp_path / "cache"
    cache.mkdir()
    first, second, third = clone("first"), clone("second"), clone("third")
    videos = tmp_path / "videos"
    videos.mkdir()
    (videos / "a.mp4").write_bytes(b"a")
    for project in (first, second, third):
        data = f"data: {{ untrimmed: {{ kind: folder, root: {videos} }} }}\n"
        rest = "name: tiny\nindex: { shards: 1 }\npretrain: { r: { method: random, data: untrimmed } }\n"
        (project.folder / "config/config.yaml").write_text(rest + data)
    assert "first" in run(first, cache)
    assert "first" in run(second, cache)
    (videos / "b.mp4").write_bytes(b"b")
    assert "third" in run(third, cache)


def test_a_changed_key_takes_no_stale_entry(clone: Any, tmp_path: Path) -> None:
    cache = tmp_path / "cache"
    cache.mkdir()
    project = clone("one")
    settings = project.folder / "config/config.yaml"
    text = settings.read_text(encoding="utf-8")
    run(project, cache)
    settings.write_text(text.replace("index: { shards: 1 }", "index: { shards: 1, full_check: true }"))
    project.word = "two"
    assert "two" in run(project, cache)


def test_data_sets_do_not_take_each_others_entries(clone: Any, tmp_path: Path) -> None:
    """Two that differ by nothing but their keys, which stand in their tables."""
    cache = tmp_path / "cache"
    cache.mkdir()
    project = clone("one")
    settings = project.folder / "config/config.yaml"
    values = yaml.safe_load(settings.read_text(encoding="utf-8"))
    values["data"]["twin"] = values["data"]["untrimmed"]
    settings.write_text(yaml.safe_dump(values), encoding="utf-8")
    assert "one" in run(project, cache)
    project.word = "two"
    run(project, cache, "twin")
    made = {file: file.read_text(encoding="utf-8") for file in project.folder.glob("results/tiny/data/twin/**/*.*")}
    assert len(made) == 6
    assert [file for file, text in made.items() if "two" not in text] == []
