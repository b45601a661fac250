"""Which video files lie below a data root: listed once, then asked by name."""

import hashlib
import os
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import cached_property
from pathlib import Path
from typing import Self

from hico.errors import AnnotationError

# The first wins where one name has several. Each is a container that `hico.video.media` opens.
EXTENSIONS = (
    *(".mp4", ".mkv", ".webm", ".avi", ".mov"),
    *(".m4v", ".mpg", ".mpeg", ".ts", ".mts", ".flv", ".wmv", ".ogv", ".3gp"),
)


class VideoFiles:
    """The video files below `root`; hidden files and folders are left out.

    A path is `str(root / relative)`, with `root` as it was given. `left_out` counts other files by extension.
    """

    def __init__(self, root: Path, relative_paths: list[str], left_out: Mapping[str, int] | None = None) -> None:
        self.root = root
        self.relative_paths = relative_paths
        self.left_out = Counter(left_out)
        self.first_missed = ""
        self._prefix = "" if root == Path() else os.path.join(root, "")  # joining Path objects is ten times slower

    @classmethod
    def scan(cls, root: Path) -> Self:
        """List every folder below `root` once. Raises AnnotationError."""
        try:
            if not root.is_dir():
                raise AnnotationError(f"{root}: no such folder of videos; correct `root` of this data set")
            left_out: Counter[str] = Counter()
            return cls(root, sorted(_below(root, left_out)), left_out)
        except OSError as error:
            raise AnnotationError(f"{root}: cannot be listed: {error}; make all of it readable") from error

    def fingerprint(self) -> str:
        """Hex SHA-256 of the files' names, sizes and times of change. Raises AnnotationError."""
        digest = hashlib.sha256()
        for relative in self.relative_paths:
            try:
                state = os.stat(self.path(relative))
            except OSError as error:
                raise AnnotationError(f"{self.root}: cannot be listed: {error}; make all of it readable") from error
            digest.update(f"{relative}\0{state.st_size}\0{state.st_mtime_ns}\0".encode(errors="surrogateescape"))
        return digest.hexdigest()

    def path(self, relative: str) -> str:
        return self._prefix + relative

    def at(self, relative: str) -> str | None:
        """Path of the video at `relative`, which may have another of the extensions; None when missing."""
        if relative in self._existing:
            return self.path(relative)
        return self._found(self._by_base.get(_base(relative)), relative)

    def named(self, *stems: str) -> str | None:
        """Path of the video in any folder whose name without extension is the first of `stems` that exists."""
        relative = next((self._by_stem[stem] for stem in stems if stem in self._by_stem), None)
        return self._found(relative, f"{stems[0]}{EXTENSIONS[0]}")

    def _found(self, relative: str | None, wanted: str) -> str | None:
        if relative is None:
            self.first_missed = self.first_missed or wanted
            return None
        return self.as_text(self.path(relative))

    @staticmethod
    def as_text(path: str) -> str:
        """The same path, which tables can hold. Raises AnnotationError where it is not UTF-8."""
        try:
            path.encode()
        except UnicodeEncodeError as error:
            raise AnnotationError(f"{path!a}: the file name is not UTF-8; rename the file or its folder") from error
        return path

    @cached_property
    def _existing(self) -> set[str]:
        return set(self.relative_paths)

    @cached_property
    def _by_base(self) -> dict[str, str]:
        return {_base(relative): relative for relative in self._worst_first}

    @cached_property
    def _by_stem(self) -> dict[str, str]:
        return {_base(relative).rsplit("/", 1)[-1]: relative for relative in self._worst_first}

    @property
    def _worst_first(self) -> list[str]:
        """So that the best extension, then the first folder, is what a dictionary keeps."""
        return sorted(self.relative_paths, key=lambda path: (EXTENSIONS.index(_extension(path)), path), reverse=True)


def _extension(path: str) -> str:
    return os.path.splitext(path)[1].lower()


def _base(path: str) -> str:
    return path[: -len(_extension(path))] if _extension(path) in EXTENSIONS else path


def _below(root: Path, left_out: Counter[str]) -> Iterator[str]:
    """Paths of video files relative to `root`, by one listing a folder; other files are counted."""
    real_root = os.path.realpath(root)
    pending = [""]
    while pending:
        folder = pending.pop()
        with os.scandir(os.path.join(root, folder)) as entries:
            for entry in entries:
                if entry.name.startswith("."):
                    continue
                if entry.is_dir():
                    # A linked folder inside the root is listed under its own name already.
                    if _is_own(entry, real_root):
                        pending.append(f"{folder}{entry.name}/")
                elif _extension(entry.name) not in EXTENSIONS:
                    left_out[_extension(entry.name)] += 1
                elif entry.is_file():
                    _is_own(entry, real_root)
                    yield folder + entry.name


def _is_own(entry: os.DirEntry[str], real_root: str) -> bool:
    """False for a symbolic link. Raises AnnotationError where it leaves the root."""
    if not entry.is_symlink():
        return True
    if os.path.commonpath([real_root, os.path.realpath(entry.path)]) != real_root:
        raise AnnotationError(
            f"{entry.path}: a symbolic link to {os.path.realpath(entry.path)}, outside the data root; "
            "move the videos below the root, or let `root` name the folder where they are"
        )
    return False
