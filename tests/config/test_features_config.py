"""The short way to ask for features: a folder and a weights file."""

from pathlib import Path

import numpy as np
import pytest
import safetensors.numpy

from hico.config.features import expanded
from hico.config.files import check_files
from hico.config.root import Config
from hico.errors import ConfigError


def test_a_folder_and_a_file_are_a_whole_configuration(tmp_path: Path) -> None:
    weights = tmp_path / "w.safetensors"
    safetensors.numpy.save_file({"layer": np.zeros(2, np.float32)}, weights)
    config = Config.check(expanded({"videos": str(tmp_path), "weights": str(weights), "stride_s": 0.5}), "test")
    check_files(config, "test")
    assert config.name == "videos"
    assert config.features is not None
    assert config.features.stride_s == 0.5
    assert config.used_data["videos"].root == tmp_path
    assert config.index.max_unusable == 1


def test_the_rest_of_a_configuration_stays() -> None:
    values = {"videos": "v", "weights": "w", "name": "mine", "index": {"shards": 9}, "seeds": [1]}
    config = Config.check(expanded(values), "test")
    assert (config.name, config.index.shards, config.index.max_unusable, config.seeds) == ("mine", 9, 1.0, [1])
    assert expanded({"name": "x"}) == {"name": "x"}


@pytest.mark.parametrize("other", [{"features": {"data": "a", "weights": "w"}}, {"data": {"videos": {}}}])
def test_saying_it_twice_is_an_error(other: dict[str, object]) -> None:
    with pytest.raises(ConfigError, match="leave one of them out"):
        expanded({"videos": "v", "weights": "w", **other})


def test_faults_name_the_key(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match=r"weights: missing; `videos` asks for features"):
        expanded({"videos": "v"})
    config = Config.check(expanded({"videos": str(tmp_path), "weights": "none.safetensors"}), "test")
    with pytest.raises(ConfigError, match=r"features\.weights: none.safetensors: no such file"):
        check_files(config, "test")
    checkpoint = tmp_path / "released.pyth"
    checkpoint.write_bytes(b"PK\x03\x04 a checkpoint of another kind")
    config = Config.check(expanded({"videos": str(tmp_path), "weights": str(checkpoint)}), "test")
    with pytest.raises(ConfigError, match=r"no safetensors file; .*import_upstream"):
        check_files(config, "test")
    with pytest.raises(ConfigError, match=r"pretrain: missing or empty"):
        Config.check({"name": "x", "data": {"a": {"kind": "folder", "root": "r"}}}, "test")


@pytest.mark.parametrize("name", ["tinynet:TinyNet", "hico_nowhere.net:Net"])
def test_code_that_is_not_there_is_told_before_it_is_run(tmp_path: Path, name: str) -> None:
    pretrain = {"a": {"method": "simclr", "data": "v", "backbone": {"name": name}}}
    values = {"name": "x", "data": {"v": {"kind": "folder", "root": str(tmp_path)}}, "pretrain": pretrain}
    with pytest.raises(ConfigError, match=rf"pretrain\.a\.backbone\.name: {name}: no module"):
        check_files(Config.check(values, "test"), "test")


def test_code_in_the_working_directory_is_found_and_not_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "tinynet.py").write_text("raise RuntimeError")
    monkeypatch.chdir(tmp_path)
    pretrain = {"a": {"method": "simclr", "data": "v", "backbone": {"name": "tinynet:TinyNet"}}}
    values = {"name": "x", "data": {"v": {"kind": "folder", "root": str(tmp_path)}}, "pretrain": pretrain}
    check_files(Config.check(values, "test"), "test")
