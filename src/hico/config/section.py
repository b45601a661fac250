"""The base of every configuration section, and how plain values are checked against it."""

import json
from pathlib import Path
from typing import Any, Self, get_args

import yaml
from pydantic import BaseModel, ConfigDict, ValidationError, ValidationInfo, field_validator
from pydantic_core import PydanticCustomError

from hico.config.faults import explain
from hico.errors import ConfigError


class Section(BaseModel):
    """Immutable, strict about names and types: a key that is not declared is an error, and so is "3" for 3."""

    model_config = ConfigDict(extra="forbid", frozen=True, allow_inf_nan=False)

    @field_validator("*", mode="before")
    @classmethod
    def _keep_types(cls, value: Any, info: ValidationInfo) -> Any:
        """Pydantic would take "3" or true for 3, and "yes" for true. Text such as 1e-3 stays a number, as YAML
        reads that as text."""
        kinds = _kinds(cls, info.field_name)
        if bool in kinds and not isinstance(value, bool):
            raise PydanticCustomError("not_bool", "Input should be true or false")
        if int in kinds and (isinstance(value, bool | float | str)):
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


def read_yaml(path: Path) -> Any:
    """Parse one YAML file by the safe loader. Raises ConfigError."""
    try:
        return yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError as error:
        raise ConfigError(f"{path}: no such configuration file") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise ConfigError(f"{path}: not readable as YAML: {error}") from error


def _kinds(model: type[BaseModel], key: str | None) -> tuple[Any, ...]:
    """Plain types that a key takes."""
    annotation = model.model_fields[key or ""].annotation
    return get_args(annotation) or (annotation,)
