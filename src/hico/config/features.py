"""Features of one's own videos, and the short way to ask for them."""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from pydantic import Field

from hico.config.section import Section
from hico.errors import ConfigError

KEY = "videos"
"""Name that a folder of one's own videos goes by: of its results, its data set and the short key itself."""


class Features(Section):
    """Embeddings of consecutive clips of whole videos."""

    data: str = Field(description="key of the data set; all its videos count, whatever their subset")
    weights: Path = Field(description="safetensors file; network and clips are those that it was trained with")
    stride_s: float | None = Field(
        default=None,
        ge=0.01,
        le=86_400,
        description="seconds from the start of one clip to the next; null: a clip's length",
    )


def expanded(values: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration in which `videos`, `weights` and `stride_s` at the top are written out.

    They stand for a data set of kind folder and the section `features`. Unreadable files do not stop such a run,
    unless the section `index` says so. Raises ConfigError where they contradict the rest of the configuration.
    """
    if KEY not in values:
        return dict(values)
    own = {key: values[key] for key in ("weights", "stride_s") if key in values}
    rest = {key: value for key, value in values.items() if key != KEY and key not in own}
    data, index = _section(rest, "data"), _section(rest, "index")
    if "weights" not in own:
        raise ConfigError(f"weights: missing; `{KEY}` asks for features, so add weights=FILE of a trained network")
    for key, declared in (("features", "features" in rest), (f"data.{KEY}", KEY in data)):
        if declared:
            raise ConfigError(f"{key}: declared, and asked for by `{KEY}` at the top too; leave one of them out")
    return {
        "name": KEY,
        **rest,
        "data": {**data, KEY: {"kind": "folder", "root": values[KEY]}},
        "index": {"max_unusable": 1.0, **index},
        "features": {"data": KEY, **own},
    }


def _section(values: Mapping[str, Any], key: str) -> Mapping[str, Any]:
    given = values.get(key) or {}
    if not isinstance(given, Mapping):
        raise ConfigError(f"{key}: should be a section of keys (given: {given!r:.80})")
    return given
