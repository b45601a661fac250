"""Whatever stands at any key of a configuration: it is taken, or refused with a message. Nothing else comes out."""

import copy
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from hico.annotations.contradictions import refuse_contradictions
from hico.config.features import expanded
from hico.config.files import check_files
from hico.config.root import Config
from hico.errors import HicoError

ROOT = Path(__file__).parents[2]
PLAIN = st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary() | st.dates()
NAMES = ("results/demo/synthetic", "/", "../..", "\ud800", "{x}", "a" * 300, "os:path", "hico.errors:HicoError")
KINDS = ("folder", "ucf101", "kinetics", "hacs_segments", "imported", "random", "hico", "untrimmed", "actions")
VALUES = st.recursive(
    PLAIN | st.sampled_from([*NAMES, *KINDS]),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3) | st.integers(), inner, max_size=3),
    max_leaves=5,
)


def places(node: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    children = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in children:
        yield (*path, key)
        yield from places(child, (*path, key))


def filled() -> dict[str, Any]:
    values = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    # Through YAML once more, so that no two keys share a section.
    return dict(yaml.safe_load(yaml.safe_dump(Config.check(values, "x").model_dump(mode="json"))))


DEFAULT = filled()
PLACES = list(places(DEFAULT))


@settings(max_examples=400, deadline=None, derandomize=True)
@given(st.lists(st.tuples(st.sampled_from(PLACES), VALUES), min_size=1, max_size=2))
def test_it_is_taken_or_refused(changes: list[tuple[tuple[Any, ...], Any]]) -> None:
    values = copy.deepcopy(DEFAULT)
    for (*parents, last), value in changes:
        section: Any = values
        try:
            for key in parents:
                section = section[key]
            section[last] = value
        except (TypeError, KeyError, IndexError):  # the change before has taken this place away
            continue
    try:
        config = Config.check(expanded(values), "x")
        check_files(config, "x")
        refuse_contradictions(config, "x")
    except HicoError:
        return
    assert Config.model_validate_json(config.model_dump_json()) == config
