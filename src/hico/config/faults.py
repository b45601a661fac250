"""Clear messages for what is wrong in a configuration: the key's whole path, the fault, the nearest known key."""

import difflib
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

Schema = Mapping[str, Any]

RENAMED_KEYS = {
    "world": ("synthetic",),
}
"""Keys of earlier versions, each with its new names; an error names the one that the section at hand has."""


def explain(model: type[BaseModel], error: ValidationError, where: str) -> str:
    """One line a fault, each with its origin and key."""
    return "\n".join(f"{where}: {line}" for line in _lines(model, error))


def _lines(model: type[BaseModel], error: ValidationError) -> Iterator[str]:
    problems = error.errors()
    unknown = [problem["loc"] for problem in problems if problem["type"] == "extra_forbidden"]
    known = {path: _keys_at(model, path[:-1]) for path in unknown}
    renamed = {path: new for path in unknown if (new := _new_name(str(path[-1]), known[path]))}
    nearest = {path: _nearest(str(path[-1]), known[path]) for path in unknown}
    meant = {(*path[:-1], key) for path, key in (nearest | renamed).items()}
    for problem in problems:
        path, key = problem["loc"], ".".join(map(str, problem["loc"])) or "(top level)"
        if path in renamed:
            yield f"{key}: renamed to {renamed[path]!r}; write that in its place"
        elif path in known:
            guess = f"; did you mean {nearest[path]!r}?" if nearest[path] else "."
            yield f"{key}: unknown key{guess} Known here: {', '.join(known[path])}"
        elif problem["type"] == "value_error":
            yield ".".join([*map(str, path), str(problem["ctx"]["error"])])
        elif problem["type"] != "missing":
            yield f"{key}: {problem['msg']} (given: {problem['input']!r:.80})"
        elif path not in meant:
            yield f"{key}: missing, and it has no default"


def _new_name(key: str, known: Collection[str]) -> str:
    """What a key of an earlier version is called among the `known` ones; "" for any other key."""
    return next((new for new in RENAMED_KEYS.get(key, ()) if new in known), "")


def _nearest(key: str, known: Collection[str]) -> str:
    """The known key that an unknown one was probably meant to be; "" if none is like it."""
    return next(iter(difflib.get_close_matches(key, known, n=1, cutoff=0.3)), "")


def _keys_at(model: type[BaseModel], path: tuple[int | str, ...]) -> list[str]:
    """The keys that the schema allows below `path`."""
    schema = model.model_json_schema()
    node: Schema = schema
    for part in path:
        node = _below(resolve(schema, node), part)
    return list(resolve(schema, node).get("properties", {}))


def _below(node: Schema, part: int | str) -> Schema:
    """The schema of one key: declared, or chosen by the user, as the keys of `data` are."""
    named = node.get("properties", {}).get(part)
    chosen = next(iter(node.get("patternProperties", {}).values()), None)
    return named or chosen or node.get("additionalProperties") or {}


def resolve(schema: Schema, node: Schema) -> Schema:
    """Follow a reference, also out of an optional section."""
    for option in node.get("anyOf", []):
        if "$ref" in option:
            node = option
    if "$ref" in node:
        return dict(schema["$defs"][node["$ref"].rsplit("/", 1)[-1]])
    return node
