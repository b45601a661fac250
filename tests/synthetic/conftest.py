"""A synthetic data set as small as the formats allow, made once."""

from pathlib import Path

import pytest

from hico.config.data import Synthetic
from hico.synthetic.dataset import make_dataset

TINY = Synthetic(seed=3, videos=2, train_clips=1, test_clips=1)


@pytest.fixture(scope="package")
def tiny() -> Synthetic:
    return TINY


@pytest.fixture(scope="package")
def tiny_dir(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("tiny") / "synthetic"
    make_dataset(TINY, folder)
    return folder
