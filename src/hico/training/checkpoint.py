"""Rolling checkpoints of a run, each with its own checksum, and the lock that gives a run one writer.

Layout of a file: one line `hico-checkpoint 2 <sha256 of the rest>`, then a torch archive of tensors and plain
values: `TrainState.state_dict()` with the run's identity and this package's version. Loading it runs no code.
"""

import hashlib
import io
import logging
import pickle
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch

import hico
from hico.config.section import Section
from hico.data.videos import Videos
from hico.errors import CheckpointError
from hico.files import replacing
from hico.provenance import settings_digest

MAGIC = b"hico-checkpoint 2 "
PATTERN = "step*.ckpt"
LOG = logging.getLogger(__name__)


@dataclass(frozen=True)
class Checkpoints:
    """The checkpoints of one run, which belong to what `run_identity` gives."""

    folder: Path
    identity: dict[str, Any]
    keep: int = 2

    def save(self, state: dict[str, Any]) -> Path:
        """Write a `TrainState.state_dict()`, flush, rename; then remove all but the newest `keep`."""
        payload = io.BytesIO()
        origin = {"identity": self.identity, "digest": settings_digest(self.identity), "version": hico.__version__}
        torch.save({**state, **origin}, payload)
        body = payload.getvalue()
        path = self.folder / f"step{state['step']:09d}.ckpt"
        with replacing(path) as temporary:
            temporary.write_bytes(MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        for old in self._newest_first()[self.keep :]:
            old.unlink()
        return path

    def load_newest(self) -> dict[str, Any] | None:
        """The newest checkpoint that is intact, or None. Damaged ones are reported, unfinished ones removed.

        Raises CheckpointError when it belongs to a run with other settings.
        """
        for unfinished in self.folder.glob(f".{PATTERN}"):
            unfinished.unlink(missing_ok=True)  # the other processes of the run do the same
        for path in self._newest_first():
            try:
                content = read_checkpoint(path)
            except CheckpointError as error:
                LOG.warning("%s; passed over", error)
                continue
            self._check_identity(path, content["identity"])
            if content["version"] != hico.__version__:
                LOG.warning("%s was written by version %s, this is %s", path, content["version"], hico.__version__)
            LOG.info("resuming from %s (step %d)", path, content["step"])
            return content
        if self._newest_first():
            LOG.warning("%s: no checkpoint is whole; training starts from the beginning", self.folder)
        return None

    def _newest_first(self) -> list[Path]:
        return sorted(self.folder.glob(PATTERN), reverse=True)

    def _check_identity(self, path: Path, theirs: dict[str, Any]) -> None:
        differing = list(_differences(theirs, self.identity))
        if differing:
            raise CheckpointError(
                f"{path} belongs to another configuration; it differs in {'; '.join(differing)}. "
                f"Restore these settings to go on, or remove {self.folder} to start afresh"
            )


def remove_checkpoints(folder: Path) -> None:
    """Remove all checkpoints of a finished run, so that running it again starts from the beginning."""
    for path in folder.glob(PATTERN):
        path.unlink()


def run_identity(settings: Section, seed: int, videos: Videos, processes: int, **more: Any) -> dict[str, Any]:
    """What must not change while a run is resumed. Its title and its policy for bad videos may."""
    return {
        "settings": settings.model_dump(mode="json", exclude={"media", "title"}),
        "seed": seed,
        "processes": processes,
        "videos": {"count": len(videos), "digest": videos.digest},
        **more,
    }


def read_checkpoint(path: Path) -> dict[str, Any]:
    """Check and load one file. Raises CheckpointError if it is truncated, altered or of another program."""
    header, _, body = path.read_bytes().partition(b"\n")
    if not header.startswith(MAGIC):
        raise CheckpointError(f"{path}: not a checkpoint of this program")
    if hashlib.sha256(body).hexdigest().encode() != header.removeprefix(MAGIC):
        raise CheckpointError(f"{path}: truncated or altered, its checksum does not match")
    try:
        content: dict[str, Any] = torch.load(io.BytesIO(body), map_location="cpu", weights_only=True)
    except pickle.UnpicklingError as error:
        raise CheckpointError(f"{path}: holds more than tensors and plain values, and was not loaded") from error
    return content


def _differences(theirs: Any, ours: Any, key: str = "") -> Any:
    if isinstance(theirs, dict) and isinstance(ours, dict):
        for name in sorted(theirs.keys() | ours.keys()):
            yield from _differences(theirs.get(name), ours.get(name), f"{key}.{name}" if key else name)
    elif theirs != ours:
        yield f"{key} (checkpoint: {theirs!r}, now: {ours!r})"
