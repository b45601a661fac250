"""Fixtures for all tests."""

import ast
import os
import time
from collections.abc import Callable
from pathlib import Path

import pytest

# One thread a process: test networks are tiny, and threads that wait for each other cost more than they give.
os.environ.setdefault("OMP_NUM_THREADS", "1")

ROOT = Path(__file__).parents[1]


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's root folder."""
    return ROOT


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of real videos and reference figures beside the project; absent on most machines."""
    folder = ROOT.parent / "shared"
    if not folder.is_dir():
        pytest.skip("needs the folder ../shared with real videos and reference figures")
    return folder


@pytest.fixture(scope="session")
def assert_ended() -> Callable[[list[int]], None]:
    """assert_ended(processes): fails where one of them goes on."""

    def check(processes: list[int]) -> None:
        end = time.monotonic() + 10
        while left := [process for process in processes if _alive(process)]:
            assert time.monotonic() < end, f"left behind: {left}"
            time.sleep(0.05)

    return check


def _alive(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[0] != "Z"
    except OSError:
        return False


@pytest.fixture(scope="session")
def tiny_weights(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A weights file of a tiny S3D-G that takes 4 frames of 16 x 16 pixels, over 1 s."""
    # Imported here: the number of threads above has to be set before torch is.
    from hico.config.experiments import Pretrain
    from hico.nets.model import build_pretrain_model
    from hico.nets.weights import save

    tiny = {"backbone": {"width": 0.0625}, "head": {"hidden": 8, "embedding": 4, "predictor": 8}}
    clip = {"frames": 4, "rate": 7.5, "size": 16}
    settings = Pretrain.check({"method": "hico", "data": "toy", "clip": clip, **tiny}, "test")
    path = tmp_path_factory.mktemp("tiny") / "weights.safetensors"
    save(path, build_pretrain_model(settings, 0).state_dict(), {"settings": settings.model_dump(mode="json")})
    return path


@pytest.fixture(scope="session")
def reword() -> Callable[[str], str]:
    """Function that gives a module other docstrings, log lines and messages of errors."""

    def changed(text: str) -> str:
        tree = ast.parse(text)
        for part in [part for node in ast.walk(tree) if is_message(node) for part in ast.walk(node)]:
            if isinstance(part, ast.Constant) and isinstance(part.value, str):
                part.value += " in other words"
        return ast.unparse(tree)

    return changed


def is_message(node: ast.AST) -> bool:
    """Whether a statement holds only words that no result has."""
    if isinstance(node, ast.Raise):
        return "MediaError" not in ast.unparse(node)
    if not isinstance(node, ast.Expr):
        return False
    return isinstance(node.value, ast.Constant) or ast.unparse(node).startswith("LOG.")
