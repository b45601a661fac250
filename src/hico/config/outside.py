"""Names in a configuration that stand for code: built-in ones, or `module:name` for code of one's own.

The module is found as Python finds any: installed, or a file in the working directory.
"""

import re
import sys
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any

from pydantic import GetCoreSchemaHandler
from pydantic_core import CoreSchema, PydanticCustomError, core_schema

from hico.errors import ConfigError

PATTERN = r"^[A-Za-z_][A-Za-z0-9_.]*:[A-Za-z_][A-Za-z0-9_]*$"


@dataclass(frozen=True, init=False)
class OneOf:
    """In `Annotated[str, OneOf("a", "b")]`: one of these names, or `module:name`."""

    names: tuple[str, ...]

    def __init__(self, *names: str) -> None:
        object.__setattr__(self, "names", names)

    def __get_pydantic_core_schema__(self, _: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.no_info_after_validator_function(self._checked, core_schema.str_schema())

    def __get_pydantic_json_schema__(self, _: CoreSchema, handler: Any) -> dict[str, Any]:
        return {"anyOf": [{"enum": list(self.names), "type": "string"}, {"pattern": PATTERN, "type": "string"}]}

    def _checked(self, name: str) -> str:
        if name not in self.names and not is_outside(name):
            known = ", ".join(map(repr, self.names))
            raise PydanticCustomError("one_of", f"Input should be {known} or module:name of your own code")
        return name


@dataclass(frozen=True)
class Method:
    """A pre-training method of one's own: what the built-in ones decide by their names."""

    clips_per_video: int
    windows: Callable[..., Any]
    """(generator, settings, duration_s, progress) -> (clips_per_video, 2) start and end of clips in seconds; reads
    only `generator.random()`. Samplers of `hico.clips` can be built upon."""
    loss: Callable[..., Any]
    """(PretrainOutput, Pretrain) -> PretrainLoss, from embeddings ordered video by video. There is a topical part
    unless `loss.tcl` is 0."""


def is_outside(name: str) -> bool:
    """Whether a name stands for code outside this package."""
    return re.match(PATTERN, name) is not None


def is_imported(name: str) -> bool:
    """Whether the module of `module:name` has been imported already."""
    return name.partition(":")[0] in sys.modules


def fetch(name: str, kind: type) -> Any:
    """What `module:name` stands for: an instance or subclass of `kind`. Raises ConfigError."""
    module, _, attribute = name.partition(":")
    try:
        found = getattr(import_module(module), attribute)
    except (ImportError, AttributeError) as error:
        raise ConfigError(f"{name}: {error}; name an installed module, or a file in the working directory") from error
    if not (isinstance(found, kind) or (isinstance(found, type) and issubclass(found, kind))):
        raise ConfigError(f"{name}: is no {kind.__name__}; docs/extending.md shows what it has to be")
    return found


def fetch_function(name: str) -> Any:
    """The function that `module:name` stands for. Raises ConfigError."""
    return fetch(name, Callable)  # type: ignore[arg-type]
