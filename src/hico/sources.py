"""Which source files a stage depends on, found from its imports; standard library only.

A rule declares these files as an input, so that an edited loss retrains and an edited
figure does not. Nothing is imported or run: the files are only parsed.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "hico"


def closure(module: str, root: Path = ROOT) -> list[Path]:
    """Sorted files that `module` needs: itself, every module of the package that it imports, directly or
    not, the `__init__` of every package on the way, and data files that those modules name.

    `root` is the folder that holds the package. Raises ModuleNotFoundError if it has no such module.
    """
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        file = _file(name, root)
        if file is None:
            raise ModuleNotFoundError(f"{root}: no module {name}")
        found[name] = file
        waiting += [needed for needed in _needs(name, file, root) if needed not in found]
    data = {file for path in found.values() for file in _data_files(path)}
    return sorted({*found.values(), *data})


def digest(module: str, root: Path = ROOT) -> str:
    """Hex SHA-256 over names and contents of the closure of `module`."""
    total = hashlib.sha256()
    for file in closure(module, root):
        content = hashlib.sha256(file.read_bytes()).hexdigest()
        total.update(f"{file.relative_to(root).as_posix()} {content}\n".encode())
    return total.hexdigest()


def _file(module: str, root: Path) -> Path | None:
    """The file of a module of the package; None for anything else."""
    path = root.joinpath(*module.split("."))
    for candidate in (path / "__init__.py", path.with_name(f"{path.name}.py")):
        if candidate.is_file():
            return candidate
    return None


@cache
def _needs(module: str, file: Path, root: Path) -> list[str]:
    """The packages above a module, and what it imports from its own package."""
    parts = module.split(".")
    above = [".".join(parts[:end]) for end in range(1, len(parts))]
    package = module if file.name == "__init__.py" else ".".join(parts[:-1])
    named = {name for name in _mentioned(file, package) if name.split(".")[0] == PACKAGE}
    return above + [name for name in named if _file(name, root) is not None]


@cache
def _tree(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes(), filename=str(file))


def _mentioned(file: Path, package: str) -> Iterator[str]:
    """Names that may be modules: imported ones, and strings such as those of `python -m` or a lazy import."""
    for node in ast.walk(_tree(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _absolute(node, package)
            yield base
            yield from (f"{base}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Constant) and _is_dotted(node.value):
            yield str(node.value)


def _absolute(node: ast.ImportFrom, package: str) -> str:
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _is_dotted(value: object) -> bool:
    return isinstance(value, str) and value.startswith(f"{PACKAGE}.") and value.replace(".", "_").isidentifier()


@cache
def _data_files(file: Path) -> list[Path]:
    """Files beside a module whose names stand in it as strings."""
    beside = [path for path in file.parent.iterdir() if path.suffix != ".py" and path.is_file()]
    names = {node.value for node in ast.walk(_tree(file)) if isinstance(node, ast.Constant)} if beside else set()
    return [path for path in beside if path.name in names]
