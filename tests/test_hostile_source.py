"""Nothing in the package or the workflow unpickles, runs a shell, or loads YAML that can build objects."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

FORBIDDEN_MODULES = {"cloudpickle", "dill", "joblib", "marshal", "shelve"}
FORBIDDEN_CALLS = {
    "eval",
    "exec",
    "os.popen",
    "os.system",
    "pandas.read_pickle",
    "pd.read_pickle",
    "subprocess.getoutput",
    "subprocess.getstatusoutput",
    "yaml.full_load",
    "yaml.load",
    "yaml.load_all",
    "yaml.unsafe_load",
}
NEEDED = {"torch.load": ("weights_only", True), "np.load": ("allow_pickle", False)}


def faults(text: str) -> Iterator[str]:
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.Import | ast.ImportFrom):
            names = [alias.name for alias in node.names] + [getattr(node, "module", None) or ""]
            yield from (name for name in names if name.split(".")[0] in FORBIDDEN_MODULES)
            yield from (name for name in names if isinstance(node, ast.ImportFrom) and name == "pickle")
        elif isinstance(node, ast.Attribute) and ast.unparse(node.value) == "pickle":
            # Writing is harmless; of reading, only the exception may be known.
            yield from [ast.unparse(node)] if node.attr not in {"UnpicklingError", "dumps"} else []
        elif isinstance(node, ast.Call):
            yield from _faults_of_call(node)


def _faults_of_call(node: ast.Call) -> Iterator[str]:
    name = ast.unparse(node.func)
    given = {word.arg: word.value.value for word in node.keywords if isinstance(word.value, ast.Constant)}
    if name in FORBIDDEN_CALLS:
        yield name
    if name in NEEDED:
        key, value = NEEDED[name]
        if given.get(key) is not value:
            yield f"{name} without {key}={value}"
    if given.get("shell") or given.get("allow_pickle"):
        yield ast.unparse(node)


def test_the_check_sees_what_it_should() -> None:
    for bad in (
        "import dill",
        "from pickle import loads",
        "pickle.loads(x)",
        "torch.load(x)",
        "torch.load(x, weights_only=False)",
        "np.load(x)",
        "yaml.load(x)",
        "subprocess.run(x, shell=True)",
        "eval(x)",
    ):
        assert list(faults(bad)), bad


def test_the_package_is_clean(root: Path) -> None:
    files = sorted(root.glob("src/**/*.py"))
    assert len(files) > 100
    found = {str(file): list(faults(file.read_text(encoding="utf-8"))) for file in files}
    assert {file: names for file, names in found.items() if names} == {}


def test_rules_quote_all_that_they_hand_to_the_shell(root: Path) -> None:
    """Numbers and words that a pattern has checked need no quotes."""
    plain = r"resources\.gpu|threads|params\.(workers|gpus|shard|max_unusable|distance|length)|wildcards\.(seed|split)"
    for file in sorted(root.glob("workflow/rules/*.smk")):
        for command in re.findall(r"    shell:\n((?:        .*\n)+)", file.read_text(encoding="utf-8")):
            for name in re.findall(r"(?<!\{)\{([^{}]+)\}", command):
                assert name.endswith(":q") or re.fullmatch(plain, name), f"{file}: {name}"
