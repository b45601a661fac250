"""Which files and folders a configuration names, and a check that they are there before any job starts."""

import json
import sys
from collections.abc import Iterator
from importlib.machinery import PathFinder
from pathlib import Path

from hico.config.data import DataSet
from hico.config.official import annotation_files, single_files
from hico.config.outside import is_outside
from hico.config.root import Config
from hico.errors import ConfigError


def synthetic_folder(config: Config) -> Path:
    """Where the synthetic data set is rendered, relative to the working directory."""
    return Path("results", config.name, "synthetic")


def is_synthetic(config: Config, dataset: DataSet) -> bool:
    """Whether a data set lies in the synthetic data set."""
    return config.synthetic is not None and dataset.root.is_relative_to(synthetic_folder(config))


def check_files(config: Config, origin: str) -> None:
    """All files, folders and modules that are read exist, or will be rendered. Raises ConfigError."""
    try:
        found = [*_missing(config), *_wrong_weights(config), *_modules(config), *_with_braces(config)]
        faults = [f"{origin}: {fault}" for fault in found]
    except OSError as error:
        raise ConfigError(f"{origin}: {error.filename}: cannot be looked for: {error.strerror}") from error
    if faults:
        raise ConfigError("\n".join(faults))


def _missing(config: Config) -> Iterator[str]:
    for key, dataset in config.used_data.items():
        if is_synthetic(config, dataset):
            continue
        if not dataset.root.is_dir():
            rendered = f", or {synthetic_folder(config)}/…, which the workflow renders" if config.synthetic else ""
            yield f"data.{key}.root: {dataset.root}: no such folder; name the folder that holds the videos{rendered}"
        if not dataset.annotations and dataset.needs_annotations:
            yield f"data.{key}.annotations: missing; name the official files of this data set"
        for given in dataset.annotations:
            files = single_files(given, dataset) if given.exists() else []
            lacking = [str(file) for file in files or [given] if not file.exists()]
            if lacking or not files:
                fault = f"{lacking[0] if lacking else given}: no such file; name the official files"
                yield f"data.{key}.annotations: {fault}"


def _wrong_weights(config: Config) -> Iterator[str]:
    for where, file in _weights(config):
        if not file.is_file():
            yield f"{where}: {file}: no such file; name a safetensors file"
        elif not _is_safetensors(file):
            convert = "python -m hico.stages.import_upstream converts the authors' checkpoints"
            yield f"{where}: {file}: no safetensors file; name a weights.safetensors ({convert})"


def _weights(config: Config) -> list[tuple[str, Path]]:
    named = [(f"pretrain.{key}.weights", one.weights) for key, one in config.pretrain.items() if one.weights]
    return named + ([("features.weights", config.features.weights)] if config.features else [])


def _is_safetensors(file: Path) -> bool:
    """Whether it begins as such files do: the length of a JSON header, and the header."""
    with file.open("rb") as stream:
        length = int.from_bytes(stream.read(8), "little")
        try:
            return length < file.stat().st_size and isinstance(json.loads(stream.read(length)), dict)
        except ValueError:
            return False


def _modules(config: Config) -> Iterator[str]:
    """Code of one's own is looked for, but not run: a slip would else show hours later."""
    named = [(f"data.{key}.kind", dataset.kind) for key, dataset in config.used_data.items()]
    for key, experiment in config.pretrain.items():
        named += [
            (f"pretrain.{key}.method", experiment.method),
            (f"pretrain.{key}.backbone.name", experiment.backbone.name),
        ]
    for where, name in named:
        module = name.partition(":")[0].partition(".")[0]
        if is_outside(name) and PathFinder.find_spec(module, [str(Path.cwd()), *sys.path]) is None:
            yield f"{where}: {name}: no module {module!r}; name an installed module, or a file in the working directory"


def _with_braces(config: Config) -> Iterator[str]:
    """Snakemake would take them for wildcards, and knows no way to write them otherwise."""
    named = [
        (f"data.{key}.annotations", file) for key, data in config.used_data.items() for file in annotation_files(data)
    ]
    for key, file in named + _weights(config):
        if "{" in str(file):
            yield f"{key}: {file}: Snakemake takes braces in a name for a wildcard; rename the file or its folder"
