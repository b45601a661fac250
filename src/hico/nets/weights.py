"""Weights files: safetensors with their settings inside; nothing in them can run code."""

import json
from pathlib import Path
from typing import Any

from safetensors import SafetensorError, safe_open
from safetensors.torch import save_file
from torch import Tensor, nn

from hico.errors import WeightsError
from hico.files import replacing

State = dict[str, Tensor]


def save(path: Path, state: State, metadata: dict[str, Any]) -> None:
    """Write tensors and JSON-able `metadata` as one file, whole or not at all."""
    tensors = {name: tensor.detach().cpu().contiguous() for name, tensor in state.items()}
    with replacing(path) as temporary:
        save_file(tensors, temporary, {"hico": json.dumps(metadata, sort_keys=True)})


def load(path: Path) -> tuple[State, dict[str, Any]]:
    """Tensors by name, and the metadata that `save` was given. Raises WeightsError."""
    try:
        with safe_open(path, framework="pt") as stream:
            state = {name: stream.get_tensor(name) for name in stream.keys()}  # noqa: SIM118
            return state, _metadata(path, stream.metadata())
    except (SafetensorError, OSError) as error:
        raise _unreadable(path, error) from error


def read_metadata(path: Path) -> dict[str, Any]:
    """The metadata alone, without reading tensors. Raises WeightsError."""
    try:
        with safe_open(path, framework="pt") as stream:
            return _metadata(path, stream.metadata())
    except (SafetensorError, OSError) as error:
        raise _unreadable(path, error) from error


def load_backbone(backbone: nn.Module, path: Path) -> None:
    """Fill a backbone from the `backbone.` tensors of a weights file, strictly. Raises WeightsError."""
    state, _ = load(path)
    prefix = "backbone."
    own = {name.removeprefix(prefix): tensor for name, tensor in state.items() if name.startswith(prefix)}
    load_strictly(backbone, own, str(path))


def load_strictly(module: nn.Module, state: State, origin: str) -> None:
    """Fill a module; names, types and shapes must agree exactly. Raises WeightsError that lists what differs."""
    problems = differences(described(module.state_dict()), described(state))
    if problems:
        raise WeightsError(
            f"{origin}: not the weights of this network ({type(module).__name__}); use weights of the same backbone "
            "and width:\n" + "\n".join(problems)
        )
    module.load_state_dict(state)


def described(state: State) -> dict[str, str]:
    """Type and shape of each tensor, such as `float32 [64, 3, 1, 7, 7]`."""
    return {name: f"{str(one.dtype).removeprefix('torch.')} {list(one.shape)}" for name, one in state.items()}


def differences(wanted: dict[str, str], given: dict[str, str]) -> list[str]:
    """One line for each tensor that is missing, left over, or of another shape; the first 20 of each kind."""
    missing = [f"  missing: {name}, {wanted[name]}" for name in wanted if name not in given]
    extra = [f"  left over: {name}, {given[name]}" for name in given if name not in wanted]
    other = [
        f"  differs: {name} is {given[name]}, needs {form}"
        for name, form in wanted.items()
        if given.get(name, form) != form
    ]
    return [line for kind in (missing, extra, other) for line in _first(kind)]


def _first(lines: list[str], count: int = 20) -> list[str]:
    rest = len(lines) - count
    return [*lines[:count], f"  … and {rest} more of this kind"] if rest > 0 else lines


def _metadata(path: Path, header: dict[str, str] | None) -> dict[str, Any]:
    try:
        metadata = json.loads((header or {}).get("hico", ""))
    except json.JSONDecodeError:
        metadata = None
    if not isinstance(metadata, dict):
        raise WeightsError(
            f"{path}: safetensors without this package's metadata (key 'hico'); the authors' checkpoints need "
            "`python -m hico.stages.import_upstream` first"
        )
    return metadata


def _unreadable(path: Path, error: Exception) -> WeightsError:
    return WeightsError(f"{path}: not a readable safetensors file (missing, truncated or of another format): {error}")
