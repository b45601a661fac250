"""Rolling checkpoints: each a whole file with its own checksum, never trusted further than that.

Layout of a file: one line `hico-checkpoint 2 <sha256 of the rest>`, then a torch archive of
tensors and plain values, read back without unpickling code.
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
    """The checkpoints of one run; `identity` is the settings and seed that they belong to."""

    folder: Path
    identity: dict[str, Any]
    keep: int = 2

    def save(self, step: int, content: dict[str, Any]) -> Path:
        """Write, flush, rename; then drop all but the newest `keep`."""
        payload = io.BytesIO()
        about = {"identity": self.identity, "digest": settings_digest(self.identity), "version": hico.__version__}
        torch.save({**content, "step": step, **about}, payload)
        body = payload.getvalue()
        path = self.folder / f"step{step:09d}.ckpt"
        with replacing(path) as temporary:
            temporary.write_bytes(MAGIC + hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
        for old in self._newest_first()[self.keep :]:
            old.unlink()
        return path

    def newest(self) -> dict[str, Any] | None:
        """The newest whole checkpoint, or None. Broken ones are reported and passed over, unfinished ones removed.

        Raises CheckpointError when it belongs to a run with other settings.
        """
        for unfinished in self.folder.glob(f".{PATTERN}"):
            unfinished.unlink(missing_ok=True)  # the other processes of the run do the same
        for path in self._newest_first():
            try:
                content = read(path)
            except CheckpointError as error:
                LOG.warning("%s; passed over", error)
                continue
            self._refuse_foreign(path, content["identity"])
            if content["version"] != hico.__version__:
                LOG.warning("%s was written by version %s, this is %s", path, content["version"], hico.__version__)
            LOG.info("resuming from %s (step %d)", path, content["step"])
            return content
        if self._newest_first():
            LOG.warning("%s: no checkpoint is whole; training starts from the beginning", self.folder)
        return None

    def _newest_first(self) -> list[Path]:
        return sorted(self.folder.glob(PATTERN), reverse=True)

    def _refuse_foreign(self, path: Path, theirs: dict[str, Any]) -> None:
        differing = list(_differences(theirs, self.identity))
        if differing:
            raise CheckpointError(
                f"{path} belongs to another configuration; it differs in {'; '.join(differing)}. "
                f"Restore these settings to go on, or remove {self.folder} to start afresh"
            )


def clear(folder: Path) -> None:
    """Remove all checkpoints of a run that is finished: to run it again means from the start."""
    for path in folder.glob(PATTERN):
        path.unlink()


def identity(settings: Section, seed: int, videos: Videos, processes: int, **more: Any) -> dict[str, Any]:
    """What a run's checkpoints belong to. What becomes of bad videos may change on the way, and so may the title."""
    return {
        "settings": settings.model_dump(mode="json", exclude={"media", "title"}),
        "seed": seed,
        "processes": processes,
        "videos": {"count": len(videos), "digest": videos.digest},
        **more,
    }


def read(path: Path) -> dict[str, Any]:
    """Check and load one file. Raises CheckpointError if it is truncated, altered or foreign."""
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
