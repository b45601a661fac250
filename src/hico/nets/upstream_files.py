"""The authors' checkpoint files (`.pyth`): read without running anything in them, and written."""

import pickle
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import torch
from torch import Tensor

from hico.errors import WeightsError
from hico.files import replacing
from hico.nets.weights import State


def read(path: Path) -> tuple[State, Mapping[str, Any]]:
    """Tensors by upstream name, and the whole checkpoint. Raises WeightsError."""
    checkpoint = _load(path)
    if not isinstance(checkpoint, Mapping) or not isinstance(checkpoint.get("model_state"), Mapping):
        raise WeightsError(f"{path}: not a checkpoint of the authors' code: it has no dictionary 'model_state'")
    state: State = dict(checkpoint["model_state"])
    foreign = [str(name) for name, value in state.items() if not (isinstance(name, str) and isinstance(value, Tensor))]
    if foreign:
        raise WeightsError(f"{path}: entries of 'model_state' that are not named tensors: {', '.join(foreign[:20])}")
    # A counter is a whole number, however it was written.
    tensors = {name: one.long() if name.endswith("num_batches_tracked") else one for name, one in state.items()}
    return tensors, checkpoint


def write(path: Path, state: State, epoch: int | None, notes: Mapping[str, Any]) -> None:
    """A checkpoint in their form; the optimizer's state is empty, and `notes` stand in place of their settings."""
    with replacing(path) as temporary:
        torch.save(
            {"epoch": epoch, "model_state": state, "optimizer_state": {}, "cfg": {"hico": dict(notes)}}, temporary
        )


def _load(path: Path) -> Any:
    """The unpickled file, tensors and plain values only."""
    if not path.is_file():
        raise WeightsError(f"{path}: no such file")
    try:
        return torch.load(path, map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise WeightsError(
            f"{path}: holds more than tensors and plain values, or is damaged; nothing in it was run: {_reason(error)}"
        ) from error
    except Exception as error:  # The unpickler raises whatever a damaged byte leads it to.
        raise WeightsError(f"{path}: truncated or not a PyTorch file: {type(error).__name__}: {error}") from error


def _reason(error: pickle.UnpicklingError) -> str:
    """What was found: PyTorch's message without its advice to load the file unsafely."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return next((line for line in lines if "GLOBAL" in line or "WeightsUnpickler" in line), "")
