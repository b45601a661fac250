"""Which files and folders a configuration names, and a check that they are there before any job starts."""

from collections.abc import Iterator
from pathlib import Path

from hico.config.data import DataSet
from hico.config.official import annotation_files, expanded
from hico.config.root import Config
from hico.errors import ConfigError


def world_folder(config: Config) -> Path:
    """Where the demo world is rendered, relative to the working directory."""
    return Path("results", config.name, "world")


def lies_in_world(config: Config, dataset: DataSet) -> bool:
    """Whether a data set lies in the demo world."""
    return config.world is not None and dataset.root.is_relative_to(world_folder(config))


def check_files(config: Config, origin: str) -> None:
    """Every root and annotation file that is read exists, or will be rendered. Raises ConfigError."""
    try:
        faults = [f"{origin}: {fault}" for fault in [*_missing(config), *_with_braces(config)]]
    except OSError as error:
        raise ConfigError(f"{origin}: {error.filename}: cannot be looked for: {error.strerror}") from error
    if faults:
        raise ConfigError("\n".join(faults))


def _missing(config: Config) -> Iterator[str]:
    for key, dataset in config.used_data.items():
        if lies_in_world(config, dataset):
            continue
        if not dataset.root.is_dir():
            yield f"data.{key}.root: {dataset.root}: no such folder; name the folder that holds the videos"
        if not dataset.annotations and dataset.needs_annotations:
            yield f"data.{key}.annotations: missing; name the official files of this data set"
        for given in dataset.annotations:
            files = expanded(given, dataset) if given.exists() else []
            lacking = [str(file) for file in files or [given] if not file.exists()]
            if lacking or not files:
                fault = f"{lacking[0] if lacking else given}: no such file; name the official files"
                yield f"data.{key}.annotations: {fault}"
    for key, experiment in config.pretrain.items():
        if experiment.weights is not None and not experiment.weights.is_file():
            yield f"pretrain.{key}.weights: {experiment.weights}: no such file; name a safetensors file"
    if config.features is not None and not config.features.weights.is_file():
        yield f"features.weights: {config.features.weights}: no such file; name a safetensors file"


def _with_braces(config: Config) -> Iterator[str]:
    """Snakemake would take them for wildcards, and knows no way to write them otherwise."""
    named = [
        (f"data.{key}.annotations", file) for key, data in config.used_data.items() for file in annotation_files(data)
    ]
    named += [(f"pretrain.{key}.weights", one.weights) for key, one in config.pretrain.items() if one.weights]
    named += [("features.weights", config.features.weights)] if config.features else []
    for key, file in named:
        if "{" in str(file):
            yield f"{key}: {file}: Snakemake takes braces in a name for a wildcard; rename the file or its folder"
