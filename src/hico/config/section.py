"""The base of every configuration section, and the clear errors it gives."""

import difflib
import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Self

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError

from hico.errors import ConfigError


class Section(BaseModel):
    """Immutable, strict about names: a key that is not declared is an error."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @classmethod
    def check(cls, values: Any, where: str) -> Self:
        """Validate plain values; `where` names their origin. Raises ConfigError."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError(_explain(cls, error, where)) from error

    @classmethod
    def read(cls, text_or_file: str) -> Self:
        """From JSON text, or from a YAML or JSON file of that name. Raises ConfigError."""
        if text_or_file.lstrip().startswith("{"):
            return cls.check(json.loads(text_or_file), "settings")
        return cls.check(read_yaml(Path(text_or_file)), text_or_file)


def read_yaml(path: Path) -> Any:
    """Parse one YAML file by the safe loader. Raises ConfigError."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such configuration file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not readable as YAML: {error}") from error


def _explain(model: type[BaseModel], error: ValidationError, where: str) -> str:
    lines = []
    for problem in error.errors():
        path = list(problem["loc"])
        key = ".".join(map(str, path)) or "(top level)"
        if problem["type"] == "extra_forbidden":
            lines.append(f"{where}: {key}: unknown key{_nearest(model, path)}")
        else:
            given = "" if problem["type"] == "missing" else f" (given: {problem['input']!r:.80})"
            lines.append(f"{where}: {key}: {problem['msg']}{given}")
    return "\n".join(lines)


def _nearest(model: type[BaseModel], path: list[Any]) -> str:
    known = _keys_at(model, path[:-1])
    close = difflib.get_close_matches(str(path[-1]), known, n=1, cutoff=0.0)
    return f"; did you mean {close[0]!r}? Known here: {', '.join(known)}" if close else ""


def _keys_at(model: Any, path: list[Any]) -> list[str]:
    """The keys that the schema allows below `path`."""
    schema = model.model_json_schema()
    node: Mapping[str, Any] = schema
    for part in path:
        node = _resolve(schema, node)
        node = node.get("properties", {}).get(part) or node.get("additionalProperties", {})
    return list(_resolve(schema, node).get("properties", {}))


def _resolve(schema: Mapping[str, Any], node: Mapping[str, Any]) -> Mapping[str, Any]:
    for option in node.get("anyOf", []):
        if "$ref" in option:
            node = option
    if "$ref" in node:
        return dict(schema["$defs"][node["$ref"].rsplit("/", 1)[-1]])
    return node
