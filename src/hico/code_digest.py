"""Digest of the code behind a stage, found from its imports; standard library only.

A rule has this digest as a parameter, so that an edited loss retrains. Nothing is imported or run: files are only
parsed, and what cannot change a result is left out of the digest:

- comments, blank lines, line breaks (they are not in a syntax tree), docstrings and other bare strings;
- log lines: statements `LOG.info(...)`, `LOG.warning(...)` and so on;
- texts in `raise SomeError("...")`, except those of `MediaError`: they are written into tables as reasons.
"""

import ast
import hashlib
from collections.abc import Iterator
from functools import cache
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = "hico"
RECORDED_ERRORS = {"MediaError"}
"""Exceptions whose messages are results: the index and dropped.csv have them in their column `reason`."""


def code_digest(*modules: str, root: Path = ROOT) -> str:
    """Hex SHA-256 over the code of these modules and of all that they import from the package.

    Data files (CSV, JSON) that the code names count with all their bytes. `root` is the folder that holds the package.
    Raises ModuleNotFoundError if it has no such module.
    """
    files = sorted({file for module in modules for file in find_modules(module, root)})
    total = hashlib.sha256()
    for file in files:
        total.update(f"{file.relative_to(root).as_posix()} {_digest_file(file)}\n".encode())
    return total.hexdigest()


def find_modules(module: str, root: Path = ROOT) -> list[Path]:
    """Sorted files that `module` needs: itself, every module of the package that it imports, directly or
    not, the `__init__` of every package on the way, and data files that those modules name.

    Raises ModuleNotFoundError if `root`, the folder that holds the package, has no such module.
    """
    found: dict[str, Path] = {}
    waiting = [module]
    while waiting:
        name = waiting.pop()
        if name in found:
            continue
        file = _find_file(name, root)
        if file is None:
            raise ModuleNotFoundError(f"{root}: no module {name}")
        found[name] = file
        waiting += [imported for imported in _find_imports(name, file, root) if imported not in found]
    data = {file for path in found.values() for file in _find_data_files(path)}
    return sorted({*found.values(), *data})


def _digest_file(file: Path) -> str:
    """Hex SHA-256 of a module's code, or of the bytes of a data file."""
    content = file.read_bytes()
    return hashlib.sha256(_dump_code(content) if file.suffix == ".py" else content).hexdigest()


@cache
def _dump_code(text: bytes) -> bytes:
    """The syntax tree of a module, less what cannot change a result."""
    return ast.dump(_WithoutMessages().visit(ast.parse(text))).encode()


class _WithoutMessages(ast.NodeTransformer):
    """Removes docstrings and log lines from a syntax tree, and the texts of errors that are only printed."""

    def visit_Expr(self, node: ast.Expr) -> ast.AST | None:
        is_text = isinstance(node.value, ast.Constant) and isinstance(node.value.value, str)
        return None if is_text or _is_log_call(node.value) else self.generic_visit(node)

    def visit_Raise(self, node: ast.Raise) -> ast.AST:
        raised = node.exc.func if isinstance(node.exc, ast.Call) else node.exc
        if raised is not None and ast.unparse(raised) in RECORDED_ERRORS:
            return node
        return _WithoutTexts().visit(node)  # type: ignore[no-any-return]


class _WithoutTexts(ast.NodeTransformer):
    """Empties every string and f-string."""

    def visit_Constant(self, node: ast.Constant) -> ast.AST:
        return ast.Constant("") if isinstance(node.value, str) else node

    def visit_JoinedStr(self, node: ast.JoinedStr) -> ast.AST:
        return ast.Constant("")


def _is_log_call(node: ast.expr) -> bool:
    called = node.func if isinstance(node, ast.Call) else None
    return isinstance(called, ast.Attribute) and ast.unparse(called.value) == "LOG"


def _find_file(module: str, root: Path) -> Path | None:
    """The file of a module of the package; None for anything else."""
    path = root.joinpath(*module.split("."))
    for candidate in (path / "__init__.py", path.with_name(f"{path.name}.py")):
        if candidate.is_file():
            return candidate
    return None


@cache
def _find_imports(module: str, file: Path, root: Path) -> list[str]:
    """The packages above a module, and what it imports from its own package."""
    parts = module.split(".")
    above = [".".join(parts[:end]) for end in range(1, len(parts))]
    package = module if file.name == "__init__.py" else ".".join(parts[:-1])
    named = {name for name in _find_names(file, package) if name.split(".")[0] == PACKAGE}
    return above + [name for name in named if _find_file(name, root) is not None]


@cache
def _parse(file: Path) -> ast.Module:
    return ast.parse(file.read_bytes(), filename=str(file))


def _find_names(file: Path, package: str) -> Iterator[str]:
    """Names that may be modules: imported ones, and strings such as those of `python -m` or a lazy import."""
    for node in ast.walk(_parse(file)):
        if isinstance(node, ast.Import):
            yield from (name.name for name in node.names)
        elif isinstance(node, ast.ImportFrom):
            base = _resolve_import(node, package)
            yield base
            yield from (f"{base}.{name.name}" for name in node.names)
        elif isinstance(node, ast.Constant) and _is_dotted(node.value):
            yield str(node.value)


def _resolve_import(node: ast.ImportFrom, package: str) -> str:
    """Absolute name of the module that `from ... import` reads."""
    if not node.level:
        return node.module or ""
    parts = package.split(".")
    above = parts[: len(parts) - node.level + 1]
    return ".".join([*above, *([node.module] if node.module else [])])


def _is_dotted(value: object) -> bool:
    return isinstance(value, str) and value.startswith(f"{PACKAGE}.") and value.replace(".", "_").isidentifier()


@cache
def _find_data_files(file: Path) -> list[Path]:
    """Files beside a module whose names are strings in it."""
    beside = [path for path in file.parent.iterdir() if path.suffix != ".py" and path.is_file()]
    names = {node.value for node in ast.walk(_parse(file)) if isinstance(node, ast.Constant)} if beside else set()
    return [path for path in beside if path.name in names]
