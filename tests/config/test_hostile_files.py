"""Configuration files that are no configuration: one clear message, never a traceback and never a guess."""

from pathlib import Path

import pytest

from hico.config.features import expanded
from hico.config.files import check_files
from hico.config.root import Config
from hico.config.section import read_yaml
from hico.errors import ConfigError

WHOLE = "name: x\ndata: {a: {kind: folder, root: .}}\npretrain: {p: {method: hico, data: a}}\n"


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (f"{WHOLE}seeds: [0]\nseeds: [1]\n", r"the key 'seeds' stands twice\n.*line 5"),
        ('{"name": "x", "name": "y"}', "the key 'name' stands twice"),
        ("[" * 3000, "recursion"),
        (f"name: {'9' * 5000}", "digits"),
        ("name: !!python/object/apply:os.system [id]", "could not determine a constructor"),
        ("name: \xe9".encode("latin-1"), "not readable as YAML"),
        (b"name: \0", "not readable as YAML"),
        ("a: *nothing", "undefined alias"),
    ],
)
def test_what_is_not_yaml(tmp_path: Path, content: str | bytes, said: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    with pytest.raises(ConfigError, match=rf"(?s)c\.yaml: .*{said}"):
        read_yaml(path)


@pytest.mark.parametrize("name", ["none.yaml", "."])
def test_what_is_not_a_file(tmp_path: Path, name: str) -> None:
    with pytest.raises(ConfigError, match="no configuration file that can be read"):
        read_yaml(tmp_path / name)


def test_anchors_and_merged_keys_are_no_doubled_ones(tmp_path: Path) -> None:
    path = tmp_path / "c.yaml"
    path.write_text("a: &a {x: 1, y: 2}\nb: &b {<<: *a, x: 3}\nc: {<<: *b, y: 4}\n")
    assert read_yaml(path) == {"a": {"x": 1, "y": 2}, "b": {"x": 3, "y": 2}, "c": {"x": 3, "y": 4}}


@pytest.mark.parametrize("content", ["", "- 1", "words", "1: 2", "&x\nname: a\ndata: *x", "name: &x [*x]"])
def test_what_is_yaml_but_no_configuration(tmp_path: Path, content: str) -> None:
    path = tmp_path / "c.yaml"
    path.write_text(content)
    with pytest.raises(ConfigError, match=r"^c\.yaml: "):
        Config.check(read_yaml(path), "c.yaml")


@pytest.mark.parametrize(("key", "value"), [("data", [1]), ("index", "two"), ("data", "videos")])
def test_the_short_way_beside_something_that_is_no_section(key: str, value: object) -> None:
    with pytest.raises(ConfigError, match=f"{key}: should be a section of keys"):
        expanded({"videos": ".", "weights": "w", key: value})


def test_files_that_cannot_be_looked_for_or_not_be_handed_on(tmp_path: Path) -> None:
    braces = tmp_path / "li{s}t"
    braces.touch()
    for values, said in (
        ({"kind": "folder", "root": "r" * 5000}, "cannot be looked for: File name too long"),
        ({"kind": "path_list", "root": tmp_path, "annotations": [braces]}, r"a\.annotations: .*takes braces"),
    ):
        config = Config.check(
            {"name": "x", "data": {"a": values}, "pretrain": {"p": {"method": "hico", "data": "a"}}}, "c"
        )
        with pytest.raises(ConfigError, match=said):
            check_files(config, "c")
