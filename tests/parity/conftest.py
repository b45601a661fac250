"""The reference figures that live beside the tests."""

import copy
from pathlib import Path

import pytest

from hico.parity.figures import Figures, read_folder

REFERENCE = Path(__file__).parents[1] / "reference"


@pytest.fixture(scope="session")
def reference() -> Path:
    """Folder of the recorded figures."""
    return REFERENCE


@pytest.fixture
def figures() -> dict[str, Figures]:
    """Freshly read figures by file."""
    return read_folder(REFERENCE)


@pytest.fixture
def changed():
    """Figures like the given ones, with one value replaced: changed(figures, value, key, key, ...)."""

    def change(figures: Figures, value, *keys) -> Figures:
        values = copy.deepcopy(dict(figures))
        place = values
        for key in keys[:-1]:
            place = place[key]
        place[keys[-1]] = value(place[keys[-1]]) if callable(value) else value
        return Figures(figures.name, values)

    return change
