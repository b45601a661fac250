"""What `--config` says of a section: Snakemake leaves whatever is inside as text."""

from collections.abc import Mapping
from typing import Any

import yaml


def retyped(values: Any, said: Any) -> Any:
    """`values` with the texts that stand in `said` at the same place read as a configuration file would have them.

    `said` is what the command line gave, key by key; texts right at the top are left as Snakemake has typed them.
    """
    if isinstance(values, Mapping) and isinstance(said, Mapping):
        return {key: _inside(value, said[key]) if key in said else value for key, value in values.items()}
    return values


def _inside(value: Any, said: Any) -> Any:
    if isinstance(value, Mapping) and isinstance(said, Mapping):
        return {key: _leaf(one, said[key]) if key in said else one for key, one in value.items()}
    return value


def _leaf(value: Any, said: Any) -> Any:
    if isinstance(value, str) and value == said:
        return _scalar(value)
    if isinstance(value, list) and value == said:
        return [_leaf(one, one) for one in value]
    return _inside(value, said)


def _scalar(text: str) -> Any:
    try:
        value = yaml.safe_load(text)
    except yaml.YAMLError:
        return text
    return value if isinstance(value, bool | int | float) or text in ("null", "~") else text
