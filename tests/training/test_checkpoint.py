"""Checkpoints: whole or passed over, and never another run's."""

import logging
from pathlib import Path

import pytest
import torch

from hico.errors import CheckpointError
from hico.files import replacing
from hico.training.checkpoint import Checkpoints, read

IDENTITY = {"settings": {"epochs": 3, "optimizer": {"rate": 0.1}}, "seed": 0}


def test_the_newest_comes_back(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, IDENTITY)
    for step in (1, 2, 3):
        checkpoints.save(step, {"model": {"w": torch.full((2,), float(step))}})
    newest = checkpoints.newest()
    assert newest is not None
    assert newest["step"] == 3
    assert newest["model"]["w"].tolist() == [3.0, 3.0]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["truncate", "flip", "foreign", "empty"])
def test_a_broken_newest_is_reported_and_passed_over(
    tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture
) -> None:
    checkpoints = Checkpoints(tmp_path, IDENTITY)
    checkpoints.save(1, {"model": {}})
    newest = checkpoints.save(2, {"model": {}})
    body = bytearray(newest.read_bytes())
    body[-1] ^= 1
    newest.write_bytes(
        {"truncate": newest.read_bytes()[:-5], "flip": body, "foreign": b"PK\x03\x04", "empty": b""}[damage]
    )
    with caplog.at_level(logging.WARNING):
        found = checkpoints.newest()
    assert found is not None
    assert found["step"] == 1
    assert newest.name in caplog.text
    assert "from the beginning" not in caplog.text


def test_that_nothing_is_left_to_go_on_from_is_said(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    checkpoints = Checkpoints(tmp_path, IDENTITY)
    for step in (1, 2):
        checkpoints.save(step, {}).write_bytes(b"")
    assert checkpoints.newest() is None
    assert caplog.messages[-1] == f"{tmp_path}: no checkpoint is whole; training starts from the beginning"


def test_another_configuration_is_refused_by_key(tmp_path: Path) -> None:
    Checkpoints(tmp_path, IDENTITY).save(1, {})
    other = {"settings": {"epochs": 4, "optimizer": {"rate": 0.1}}, "seed": 0}
    with pytest.raises(CheckpointError, match=r"settings\.epochs \(checkpoint: 3, now: 4\)"):
        Checkpoints(tmp_path, other).newest()


def test_what_a_killed_run_left_unfinished_is_removed(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, IDENTITY)
    whole = checkpoints.save(1, {})
    with replacing(tmp_path / "step000000002.ckpt") as temporary:
        name = temporary.name
    (tmp_path / "step000000002.ckpt").rename(tmp_path / name)
    assert checkpoints.newest() is not None
    assert list(tmp_path.iterdir()) == [whole]


def test_no_checkpoint_is_no_error(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path, IDENTITY).newest() is None


def test_code_in_a_checkpoint_does_not_run(tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "ran",))  # type: ignore[return-value]

    path = Checkpoints(tmp_path, IDENTITY).save(1, {"model": Hostile()})
    with pytest.raises(CheckpointError, match="holds more than tensors"):
        read(path)
    assert not (tmp_path / "ran").exists()
