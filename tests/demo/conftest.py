"""A world as small as the formats allow, made once."""

from pathlib import Path

import pytest

from hico.config.data import World
from hico.demo.world import make_world

TINY = World(seed=3, videos=2, train_clips=1, test_clips=1)


@pytest.fixture(scope="package")
def tiny() -> World:
    return TINY


@pytest.fixture(scope="package")
def tiny_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("demo") / "world"
    make_world(TINY, folder)
    return folder
