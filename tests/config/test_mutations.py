"""Every key of the default configuration, made wrong in turn, gives exactly one clear message that names it."""

import copy
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from hico.config.root import Config
from hico.errors import ConfigError

ROOT = Path(__file__).parents[2]
CHOSEN = ("data", "pretrain", "finetune", "linear_probe", "retrieval")
"""Sections whose keys are the user's own names."""


def default() -> dict[str, Any]:
    """The default configuration, each section a dict of its own, with every default filled in."""
    values = yaml.safe_load((ROOT / "config/config.yaml").read_text(encoding="utf-8"))
    filled = Config.check(values, "config.yaml").model_dump(mode="json")
    return {key: value for key, value in filled.items() if value is not None}


def keys(node: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, ...]]:
    """Paths of all keys, sections too."""
    if isinstance(node, dict):
        for key, child in node.items():
            yield (*path, key)
            yield from keys(child, (*path, key))


DEFAULT = default()
KEYS = list(keys(DEFAULT))
DECLARED = [path for path in KEYS if not (len(path) == 2 and path[0] in CHOSEN)]


def at(values: dict[str, Any], path: tuple[str, ...]) -> Any:
    for key in path:
        values = values[key]
    return values


def message(values: dict[str, Any]) -> str:
    with pytest.raises(ConfigError) as caught:
        Config.check(values, "config.yaml")
    text = str(caught.value)
    assert "\n" not in text, text
    assert text.startswith("config.yaml: "), text
    return text


def changed(path: tuple[str, ...], value: Any) -> dict[str, Any]:
    values = copy.deepcopy(DEFAULT)
    at(values, path[:-1])[path[-1]] = value
    return values


def wrong_type(value: Any) -> Any:
    """A value of another kind than this one."""
    if isinstance(value, dict | list):
        return 7
    if isinstance(value, str) or value is None:
        return {"not": "a value"}
    return "three" if not isinstance(value, bool) else "maybe"


@pytest.mark.parametrize("path", KEYS, ids=".".join)
def test_a_wrong_type_is_one_message(path: tuple[str, ...]) -> None:
    text = message(changed(path, wrong_type(at(DEFAULT, path))))
    assert ".".join(path) in text


@pytest.mark.parametrize("path", DECLARED, ids=".".join)
def test_a_misspelled_key_is_one_message_with_the_right_one(path: tuple[str, ...]) -> None:
    values = copy.deepcopy(DEFAULT)
    section = at(values, path[:-1])
    section[f"{path[-1]}x"] = section.pop(path[-1])
    text = message(values)
    assert f"{'.'.join(path)}x: unknown key; did you mean {path[-1]!r}?" in text


def numeric(value: Any) -> bool:
    return isinstance(value, list) and value != [] and all(isinstance(one, int | float) for one in value)


def numbers() -> list[tuple[str, ...]]:
    found = []
    for path in KEYS:
        value = at(DEFAULT, path)
        if isinstance(value, int | float) and not isinstance(value, bool):
            found.append(path)
    return found


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("path", numbers(), ids=".".join)
def test_a_number_out_of_range_is_one_message(path: tuple[str, ...], sign: int) -> None:
    text = message(changed(path, sign * (10**30 if isinstance(at(DEFAULT, path), int) else 1e30)))
    assert f"{'.'.join(path)}: " in text


@pytest.mark.parametrize("sign", [-1, 1])
@pytest.mark.parametrize("path", [path for path in KEYS if numeric(at(DEFAULT, path))], ids=".".join)
def test_a_number_in_a_list_out_of_range_is_one_message(path: tuple[str, ...], sign: int) -> None:
    assert f"{'.'.join(path)}" in message(changed(path, [*at(DEFAULT, path)[:-1], sign * 10**30]))


@pytest.mark.parametrize(
    ("path", "value", "said"),
    [
        ("pretrain.hico.epochs", True, "pretrain.hico.epochs: Input should be a whole number (given: True)"),
        ("pretrain.hico.epochs", "12", "pretrain.hico.epochs: Input should be a whole number (given: '12')"),
        ("pretrain.hico.sampling.gradual", "yes", "pretrain.hico.sampling.gradual: Input should be true or false"),
        ("pretrain.hico.optimizer.warmup_epochs", 1e3, "pretrain.hico.optimizer.warmup_epochs: not shorter"),
        ("pretrain.hico.sampling.distance_s", [2, 1], "pretrain.hico.sampling.distance_s: needs 0 <= start <= end"),
        ("pretrain.hico.data", "nothing", "pretrain.hico.data: 'nothing' is not a key that this file declares"),
        ("finetune.actions.experiments", ["hicoo"], "finetune.actions.experiments: 'hicoo' is not a key"),
        ("pretrain.hico.augment.area", [0.5, 2], "pretrain.hico.augment.area: shares of the frame are at most 1"),
        ("pretrain.hico.accumulate", 1000, "pretrain.hico.accumulate: more parts than the "),
        ("data.actions.splits", [4], "data.actions.splits.0: "),
        ("name", "a/b", "name: "),
        ("name", "a" * 101, "name: "),
        ("seeds", [0, 1, 0], "seeds: Input should have each value once (given: [0, 1, 0])"),
        ("data.actions.splits", [1, 1], "data.actions.splits: Input should have each value once"),
        ("data.untrimmed.splits", [1, 2], "data.untrimmed.splits: kind hacs_segments has no official splits"),
        ("data.actions.title", "two\nlines", "data.actions.title: Input should be one line"),
        ("data.actions.title", "\ud800", "data.actions.title: Input should be text that UTF-8 can write"),
        ("data.actions.annotations", ["\udc80"], "data.actions.annotations: Input should be text"),
    ],
)
def test_contradictions_and_near_misses(path: str, value: Any, said: str) -> None:
    assert said in message(changed(tuple(path.split(".")), value))


@pytest.mark.parametrize("section", [("pretrain", "hico"), ("finetune", "actions"), ("linear_probe", "actions")])
@pytest.mark.parametrize(("warmup_epochs", "accepted"), [(0, True), (2.9, True), (3, False), (4, False)])
def test_the_warm_up_is_shorter_than_training(section: tuple[str, str], warmup_epochs: float, accepted: bool) -> None:
    values = changed((*section, "epochs"), 3)
    at(values, section)["optimizer"]["warmup_epochs"] = warmup_epochs
    if accepted:
        Config.check(values, "x")
    else:
        assert f"{'.'.join(section)}.optimizer.warmup_epochs: not shorter than `epochs`" in message(values)


def test_a_task_needs_labels() -> None:
    values = changed(("data", "plain"), {"kind": "folder", "root": "videos"})
    values["retrieval"]["plain"] = {"data": "plain"}
    assert "retrieval.plain.data: 'plain' is of kind folder, which has no labels" in message(values)


UNTRIMMED = ("hacs_segments", "hacs_clips", "activitynet", "kinetics_untrimmed")


@pytest.mark.parametrize("protocol", ["finetune", "linear_probe", "retrieval"])
@pytest.mark.parametrize("kind", UNTRIMMED)
def test_a_task_needs_labels_of_whole_videos(kind: str, protocol: str) -> None:
    values = changed(("data", "long"), {"kind": kind, "root": "videos", "annotations": ["list"]})
    values[protocol]["long"] = {"data": "long"}
    said = f"{protocol}.long.data: 'long' is of kind {kind}, whose labels are of parts of a video"
    assert said in message(values)


@pytest.mark.parametrize("kind", UNTRIMMED)
def test_pretraining_and_features_take_untrimmed_videos(kind: str) -> None:
    values = changed(("data", "untrimmed", "kind"), kind)
    values["features"] = {"data": "untrimmed", "weights": "w.safetensors"}
    assert set(Config.check(values, "x").used_data) == {"untrimmed", "actions"}


def test_a_missing_key_is_named() -> None:
    values = copy.deepcopy(DEFAULT)
    del values["data"]["actions"]["kind"]
    assert "data.actions.kind: missing, and it has no default" in message(values)


def test_numbers_that_yaml_reads_as_text_are_numbers() -> None:
    assert (
        Config.check(changed(("pretrain", "hico", "optimizer", "rate"), "1e-3"), "x").pretrain["hico"].optimizer.rate
        == 1e-3
    )


def test_the_default_survives_being_written_out() -> None:
    once = Config.check(DEFAULT, "x")
    assert Config.check(json.loads(once.model_dump_json()), "x") == once
