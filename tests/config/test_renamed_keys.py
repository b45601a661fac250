"""Keys of earlier versions are errors that name the new key."""

import copy
from pathlib import Path
from typing import Any

import pytest
import yaml

from hico.config.root import Config
from hico.errors import ConfigError

DEFAULT = yaml.safe_load((Path(__file__).parents[2] / "config/config.yaml").read_text(encoding="utf-8"))
RENAMED = [(("world",), "synthetic")]
"""Where each key was, and its new name."""


@pytest.mark.parametrize(("path", "new"), RENAMED, ids=[".".join(path) for path, _ in RENAMED])
@pytest.mark.parametrize("both", [False, True], ids=["alone", "beside the new one"])
def test_a_renamed_key_names_the_new_one(path: tuple[str, ...], new: str, both: bool) -> None:
    values: Any = copy.deepcopy(DEFAULT)
    section = values
    for key in path[:-1]:
        section = section[key]
    section[path[-1]] = section[new] if both else section.pop(new)
    with pytest.raises(ConfigError) as caught:
        Config.check(values, "x.yaml")
    assert str(caught.value) == f"x.yaml: {'.'.join(path)}: renamed to {new!r}; write that in its place"


def test_an_old_name_elsewhere_is_merely_unknown() -> None:
    with pytest.raises(ConfigError, match=r"^x\.yaml: index\.world: unknown key"):
        Config.check(DEFAULT | {"index": {"world": 1}}, "x.yaml")
