"""Clear messages for what is wrong in a configuration: the key's whole path, the fault, the nearest known key."""

import difflib
from collections.abc import Iterator, Mapping
from typing import Any

from pydantic import BaseModel, ValidationError

Schema = Mapping[str, Any]


def explain(model: type[BaseModel], error: ValidationError, where: str) -> str:
    """One line a fault, each with its origin and key."""
    return "\n".join(f"{where}: {line}" for line in _lines(model, error))


def _lines(model: type[BaseModel], error: ValidationError) -> Iterator[str]:
    problems = error.errors()
    suggested = {}
    for problem in problems:
        if problem["type"] == "extra_forbidden":
            suggested[problem["loc"]] = _nearest(model, problem["loc"])
    meant = {(*path[:-1], key) for path, (key, _) in suggested.items()}
    for problem in problems:
        path, key = problem["loc"], ".".join(map(str, problem["loc"])) or "(top level)"
        if path in suggested:
            nearest, known = suggested[path]
            guess = f"; did you mean {nearest!r}?" if nearest else "."
            yield f"{key}: unknown key{guess} Known here: {', '.join(known)}"
        elif problem["type"] == "value_error":
            yield ".".join([*map(str, path), str(problem["ctx"]["error"])])
        elif problem["type"] != "missing":
            yield f"{key}: {problem['msg']} (given: {problem['input']!r:.80})"
        elif path not in meant:
            yield f"{key}: missing, and it has no default"


def _nearest(model: type[BaseModel], path: tuple[int | str, ...]) -> tuple[str, list[str]]:
    """The key that an unknown one was probably meant to be, and all that are known there."""
    known = _keys_at(model, path[:-1])
    close = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.3)
    return close[0] if close else "", known


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
