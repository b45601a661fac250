"""Checkpoints that are damaged are passed over, those of another run refused; and a run has one writer."""

import errno
import fcntl
import logging
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from hico.errors import CheckpointError, RunLockedError
from hico.files import hold_lock, replacing
from hico.training.checkpoint import Checkpoints, read_checkpoint

IDENTITY = {"settings": {"epochs": 3, "optimizer": {"rate": 0.1}}, "seed": 0}


def test_the_newest_comes_back(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, IDENTITY)
    for step in (1, 2, 3):
        checkpoints.save({"step": step, "model": {"w": torch.full((2,), float(step))}})
    newest = checkpoints.load_newest()
    assert newest is not None
    assert newest["step"] == 3
    assert newest["model"]["w"].tolist() == [3.0, 3.0]
    assert len(list(tmp_path.iterdir())) == 2


@pytest.mark.parametrize("damage", ["truncate", "flip", "foreign", "empty"])
def test_a_damaged_newest_is_passed_over(tmp_path: Path, damage: str, caplog: pytest.LogCaptureFixture) -> None:
    checkpoints = Checkpoints(tmp_path, IDENTITY)
    checkpoints.save({"step": 1, "model": {}})
    newest = checkpoints.save({"step": 2, "model": {}})
    body = bytearray(newest.read_bytes())
    body[-1] ^= 1
    newest.write_bytes(
        {"truncate": newest.read_bytes()[:-5], "flip": body, "foreign": b"PK\x03\x04", "empty": b""}[damage]
    )
    with caplog.at_level(logging.WARNING):
        found = checkpoints.load_newest()
    assert found is not None
    assert found["step"] == 1
    assert newest.name in caplog.text
    assert "from the beginning" not in caplog.text


def test_no_intact_checkpoint_is_reported(tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    checkpoints = Checkpoints(tmp_path, IDENTITY)
    for step in (1, 2):
        checkpoints.save({"step": step}).write_bytes(b"")
    assert checkpoints.load_newest() is None
    assert caplog.messages[-1] == f"{tmp_path}: no checkpoint is whole; training starts from the beginning"


def test_another_configuration_raises_by_key(tmp_path: Path) -> None:
    Checkpoints(tmp_path, IDENTITY).save({"step": 1})
    other = {"settings": {"epochs": 4, "optimizer": {"rate": 0.1}}, "seed": 0}
    with pytest.raises(CheckpointError, match=r"settings\.epochs \(checkpoint: 3, now: 4\)"):
        Checkpoints(tmp_path, other).load_newest()


def test_unfinished_checkpoints_are_removed(tmp_path: Path) -> None:
    checkpoints = Checkpoints(tmp_path, IDENTITY)
    whole = checkpoints.save({"step": 1})
    with replacing(tmp_path / "step000000002.ckpt") as temporary:
        name = temporary.name
    (tmp_path / "step000000002.ckpt").rename(tmp_path / name)
    assert checkpoints.load_newest() is not None
    assert list(tmp_path.iterdir()) == [whole]


def test_no_checkpoint_is_no_error(tmp_path: Path) -> None:
    assert Checkpoints(tmp_path, IDENTITY).load_newest() is None


def test_code_in_a_checkpoint_does_not_run(tmp_path: Path) -> None:
    class Hostile:
        def __reduce__(self) -> tuple[object, tuple[str]]:
            return (Path.touch, (tmp_path / "ran",))  # type: ignore[return-value]

    path = Checkpoints(tmp_path, IDENTITY).save({"step": 1, "model": Hostile()})
    with pytest.raises(CheckpointError, match="holds more than tensors"):
        read_checkpoint(path)
    assert not (tmp_path / "ran").exists()


HOLD = """
import sys, time
from pathlib import Path
from hico.files import hold_lock
with hold_lock(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_lock_names_its_holder_and_ends_with_it(tmp_path: Path) -> None:
    with subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"
        with pytest.raises(RunLockedError, match=f"process {holder.pid} on "), hold_lock(tmp_path):
            pass
        holder.kill()
    with hold_lock(tmp_path):
        pass


def test_a_file_system_without_locks(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "lockf", refuse)
    with (
        pytest.raises(RunLockedError, match=f"^{tmp_path}/lock: cannot be locked: No locks available"),
        hold_lock(tmp_path),
    ):
        pass
