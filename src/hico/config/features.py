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
        default=None, gt=0, description="seconds from the start of one clip to the next; null: a clip's length"
    )


def expanded(values: Mapping[str, Any]) -> dict[str, Any]:
    """A configuration in which `videos`, `weights` and `stride_s` at the top are written out.

    They stand for a data set of kind folder and the section `features`. Unreadable files do not stop such a run,
    unless the section `index` says so. Raises ConfigError where they contradict the rest of the configuration.
    """
    if KEY not in values:
        return dict(values)
    rest = {key: value for key, value in values.items() if key not in (KEY, *Features.model_fields)}
    for taken, there in (("features", rest), (f"data.{KEY}", rest.get("data") or {})):
        if taken.rsplit(".", maxsplit=1)[-1] in there:
            raise ConfigError(f"{taken}: declared, and asked for by `{KEY}` at the top too; leave one of them out")
    own = {key: values[key] for key in ("weights", "stride_s") if key in values}
    return {
        "name": KEY,
        **rest,
        "data": {**(rest.get("data") or {}), KEY: {"kind": "folder", "root": values[KEY]}},
        "index": {"max_unusable": 1.0, **(rest.get("index") or {})},
        "features": {"data": KEY, **own},
    }
