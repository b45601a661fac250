"""Data sets whose splits are several text files, named as one folder or one by one."""

from pathlib import Path

from hico.errors import AnnotationError


def split_files(annotations: list[Path]) -> dict[str, Path]:
    """Text files by name, sorted, of the one folder or the files given. Raises AnnotationError."""
    if len(annotations) == 1 and not annotations[0].is_file():
        return _folder_files(annotations[0])
    files = {path.name: path for path in annotations}
    if len(files) < len(annotations):
        raise AnnotationError("`annotations` names two files of one name; name each split file once")
    return dict(sorted(files.items()))


def _folder_files(folder: Path) -> dict[str, Path]:
    if not folder.is_dir():
        raise AnnotationError(f"{folder}: no such folder of split files; correct `annotations` of this data set")
    return {path.name: path for path in sorted(folder.glob("[!.]*.txt"))}


def required(files: dict[str, Path], name: str) -> Path:
    """The file of that name. Raises AnnotationError."""
    if name not in files:
        given = ", ".join(list(files)[:4]) + (" …" if len(files) > 4 else "") if files else "no .txt file"
        raise AnnotationError(
            f"{name} is not among the annotation files ({given}); add it, or correct `annotations` or `splits`"
        )
    return files[name]
