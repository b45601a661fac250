"""The recorded figures of one folder, with a memory of which were looked at."""

import json
import zipfile
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import numpy.typing as npt
from pydantic import BaseModel, ValidationError

from hico.errors import HicoError

Array = npt.NDArray[np.float64]
Form = TypeVar("Form", bound=BaseModel)

FILES = (
    "reference.json",
    "reference.npz",
    "reference_r2p1d.json",
    "reference_r2p1d.npz",
    "reference_near_pairs.json",
    "reference_lars.json",
    "reference_trajectories.json",
)


class FiguresError(HicoError):
    """A folder of reference figures is incomplete or unreadable."""


class Figures(Mapping[str, Any]):
    """Figures of one file by key; remembers the keys that were read."""

    def __init__(self, name: str, values: Mapping[str, Any]) -> None:
        self.name, self._values = name, values
        self._read: set[str] = set()

    def __getitem__(self, key: str) -> Any:
        if key not in self._values:
            raise FiguresError(f"{self.name}: has no figure {key!r}; record the reference again")
        self._read.add(key)
        return self._values[key]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)

    @property
    def unread(self) -> list[str]:
        return [key for key in self._values if key not in self._read]


def read_folder(folder: Path) -> dict[str, Figures]:
    """All files by name. Raises FiguresError if one is missing or unreadable."""
    return {name: Figures(name, _read(folder / name)) for name in FILES}


def _read(path: Path) -> Mapping[str, Any]:
    try:
        if path.suffix == ".npz":
            with np.load(path, allow_pickle=False) as arrays:
                return {name: arrays[name] for name in arrays.files}
        values = json.loads(path.read_text(encoding="utf-8"))
    except (OSError, ValueError, zipfile.BadZipFile) as error:
        raise FiguresError(f"{path}: not a readable file of reference figures: {error}") from error
    if not isinstance(values, dict):
        raise FiguresError(f"{path}: not reference figures by name but a {type(values).__name__}; copy the file again")
    return values


def parsed(form: type[Form], values: Any, origin: str) -> Form:
    """Figures in their form. Raises FiguresError that names each figure of another form, below `origin`."""
    try:
        return form.model_validate(values)
    except ValidationError as error:
        faults = (f"{'.'.join(map(str, fault['loc'])) or 'as a whole'}: {fault['msg']}" for fault in error.errors())
        told = "; ".join(faults)
        raise FiguresError(f"{origin}: not in the form of the reference: {told}; copy the file again") from error
