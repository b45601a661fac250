"""The base of every configuration section, and how plain values are checked against it."""

import json
from pathlib import Path
from typing import Annotated, Any, Self, get_args

import yaml
from pydantic import (
    AfterValidator,
    BaseModel,
    ConfigDict,
    Field,
    ValidationError,
    ValidationInfo,
    field_validator,
)
from pydantic_core import PydanticCustomError

from hico.config.faults import explain
from hico.errors import ConfigError


def _distinct(values: list[Any]) -> list[Any]:
    for place, value in enumerate(values):
        if value in values[:place]:
            raise PydanticCustomError("distinct", "Input should have each value once")
    return values


DISTINCT = AfterValidator(_distinct)
"""In `Annotated[list[...], DISTINCT]`: no value twice."""


def _printable(text: str) -> str:
    if not text.isprintable():
        raise PydanticCustomError("printable", "Input should be one line without control characters")
    return text


Title = Annotated[str, Field(max_length=200), AfterValidator(_printable)]
"""What tables, figures and the report call something."""


class Section(BaseModel):
    """Immutable, strict about names and types: a key that is not declared is an error, and so is "3" for 3."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _keep_types(cls, value: Any, info: ValidationInfo) -> Any:
        """Pydantic would take "3" or true for 3, and "yes" for true. Text such as 1e-3 stays a number, as YAML
        reads that as text."""
        kinds = _kinds(cls, info.field_name)
        texts = [item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)]
        if not all(map(_is_text, texts)):
            raise PydanticCustomError("not_text", "Input should be text that UTF-8 can write")
        if bool in kinds and not isinstance(value, bool):
            raise PydanticCustomError("not_bool", "Input should be true or false")
        if int in kinds and isinstance(value, bool | float | str):
            raise PydanticCustomError("not_int", "Input should be a whole number")
        if float in kinds and isinstance(value, bool):
            raise PydanticCustomError("not_float", "Input should be a number")
        return value

    @classmethod
    def check(cls, values: Any, where: str) -> Self:
        """Validate plain values; `where` names their origin. Raises ConfigError."""
        try:
            return cls.model_validate(values)
        except ValidationError as error:
            raise ConfigError(explain(cls, error, where)) from error

    @classmethod
    def read(cls, text_or_file: str) -> Self:
        """From JSON text, or from a YAML or JSON file of that name. Raises ConfigError."""
        if not text_or_file.lstrip().startswith("{"):
            return cls.check(read_yaml(Path(text_or_file)), text_or_file)
        try:
            values = json.loads(text_or_file)
        except json.JSONDecodeError as error:
            raise ConfigError(f"settings: not readable as JSON: {error}") from error
        return cls.check(values, "settings")


class _Loader(yaml.SafeLoader):
    """The safe loader; a key that stands twice is an error, for else the first would be lost without a word."""

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        node = super().compose_mapping_node(anchor)
        seen: list[Any] = []
        for key, _ in node.value:
            if key.value in seen:
                raise yaml.MarkedYAMLError(problem=f"the key {key.value!r} stands twice", problem_mark=key.start_mark)
            seen.append(key.value)
        return node


def read_yaml(path: Path) -> Any:
    """Parse one YAML (or JSON) file by the safe loader. Raises ConfigError."""
    try:
        return _Loader(path.read_bytes()).get_single_data()
    except OSError as error:
        raise ConfigError(f"{path}: no configuration file that can be read: {error.strerror}") from error
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        raise ConfigError(f"{path}: not readable as YAML: {error}") from error


def _is_text(text: str) -> bool:
    """Without halves of characters, which YAML's and JSON's escapes can write."""
    try:
        text.encode()
    except UnicodeEncodeError:
        return False
    return True


def _kinds(model: type[BaseModel], key: str | None) -> tuple[Any, ...]:
    """Plain types that a key takes."""
    annotation = model.model_fields[key or ""].annotation
    return get_args(annotation) or (annotation,)
