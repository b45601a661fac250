"""The pages say what is so: links, stages, options, error messages, floors."""

import ast
import re
from pathlib import Path

import pytest

from hico.code_digest import find_modules
from hico.config.section import read_yaml

PAGES = ("README.md", "CONTRIBUTING.md", "config/README.md", "results/README.md", "docs/*.md")
FLOORS = (
    {"stages", "api", "parity", "bench"},
    {"report"},
    {"training", "evaluation"},
    {"nets", "losses", "optim", "augment", "data"},
    {"clips", "video", "annotations", "synthetic"},
    {"config", "errors", "rng", "files", "code_digest", "provenance"},
)
FROM_ELSEWHERE = {
    "CUDA out of memory",
    "Killed",
    "bus error",
    "Directory cannot be locked",
    "Nothing to be done",
    "is not present or accessible",
    "Error running conda info",
    "Config file is not valid JSON or YAML",
    "FileNotFoundError",
    "_load_configfile",
}


def pages(root: Path) -> list[Path]:
    return sorted(page for pattern in PAGES for page in root.glob(pattern))


def stages(root: Path) -> set[str]:
    return {file.stem for file in root.glob("src/hico/stages/*.py")}


def strings(root: Path) -> str:
    """All text that the package and the workflow hold in strings, neighboring pieces of one string joined."""
    texts = []
    for file in sorted(root.glob("src/hico/**/*.py")):
        for node in ast.walk(ast.parse(file.read_bytes())):
            if isinstance(node, ast.JoinedStr):
                texts.append("".join(str(part.value) for part in node.values if isinstance(part, ast.Constant)))
            elif isinstance(node, ast.Constant) and isinstance(node.value, str):
                texts.append(node.value)
    others = [*root.glob("workflow/rules/*.smk"), root / "workflow/scripts/hico-stage"]
    return "\n".join(texts + [file.read_text(encoding="utf-8") for file in others])


def test_links_lead_somewhere(root: Path) -> None:
    for page in pages(root):
        for link in re.findall(r"\]\(([^)#\s]+)[^)]*\)", page.read_text(encoding="utf-8")):
            if "://" not in link:
                assert (page.parent / link).exists(), f"{page}: {link}"


def test_named_stages_exist_and_all_stages_have_a_section(root: Path) -> None:
    for page in pages(root):
        for name in re.findall(r"hico\.stages\.([a-z_]+)", page.read_text(encoding="utf-8")):
            assert name in stages(root), f"{page}: {name}"
    text = (root / "docs/stages.md").read_text(encoding="utf-8")
    titles = " ".join(re.findall(r"^### (.*)$", text, re.MULTILINE)) + " ".join(
        re.findall(r"^\| `(\w+)`", text, re.MULTILINE)
    )
    rules = re.findall(r"^rule (\w+):", "".join(f.read_text("utf-8") for f in root.glob("workflow/rules/*.smk")), re.M)
    runnable = {
        name for name in stages(root) if "run(main)" in (root / f"src/hico/stages/{name}.py").read_text("utf-8")
    }
    assert not [name for name in runnable | set(rules) & stages(root) if name not in titles]


def test_commands_use_options_that_their_stage_has(root: Path) -> None:
    for page in pages(root):
        for line in page.read_text(encoding="utf-8").splitlines():
            found = re.search(r"-m hico\.stages\.(\w+) (.*)", line)
            if found is None or "--help" in line:
                continue
            code = "".join(f.read_text("utf-8") for f in find_modules(f"hico.stages.{found[1]}") if f.suffix == ".py")
            for option in re.findall(r"(?<!\S)--[a-z-]+", found[2]):
                assert f'"{option}"' in code, f"{page}: {found[1]} {option}"


def test_quoted_messages_are_those_of_the_code(root: Path) -> None:
    known = strings(root)
    rows = re.findall(r"^\| (`.*?) \|", (root / "docs/troubleshooting.md").read_text(encoding="utf-8"), re.MULTILINE)
    quoted = [message for row in rows for message in re.findall(r"`([^`]+)`", row)]
    assert len(quoted) > 30
    assert [message for message in quoted if message not in known and message not in FROM_ELSEWHERE] == []


def messages(file: Path) -> list[tuple[int, str]]:
    """(line, text) of every error of ours that a file raises; its own pieces of text only."""
    found = []
    for node in ast.walk(ast.parse(file.read_bytes())):
        if isinstance(node, ast.Raise) and isinstance(node.exc, ast.Call):
            raised = ast.unparse(node.exc.func)
            # Errors about a line of an annotation file end with what to do, for want of words of their own.
            words = "correct this line " if raised.endswith(".error") and "remedy" not in ast.unparse(node.exc) else ""
            texts = (part.value for part in ast.walk(node.exc) if isinstance(part, ast.Constant))
            words += " ".join(text for text in texts if isinstance(text, str))
            if re.search(r"[a-z]{3,} [a-z]{2,}", words) and not raised.startswith(("Pydantic", "yaml.")):
                found.append((node.lineno, words))
    return found


@pytest.mark.parametrize("room", ["annotations", "config", "data", "files", "training", "video"])
def test_messages_that_a_run_can_end_with_have_a_row(root: Path, room: str) -> None:
    text = (root / "docs/troubleshooting.md").read_text(encoding="utf-8")
    quoted = [
        part for row in re.findall(r"^\| (`.*?) \|", text, re.MULTILINE) for part in re.findall(r"`([^`]+)`", row)
    ]
    for file in [*root.glob(f"src/hico/{room}/**/*.py"), *root.glob(f"src/hico/{room}.py")]:
        lacking = [message for message in messages(file) if not any(part in message[1] for part in quoted)]
        assert not lacking, f"{file}: {lacking}"


@pytest.mark.parametrize("floor", range(len(FLOORS)), ids=lambda floor: f"{len(FLOORS) - 1 - floor}")
def test_imports_only_go_down(root: Path, floor: int) -> None:
    above = {room for rooms in FLOORS[:floor] for room in rooms}
    for room in FLOORS[floor]:
        for file in [*root.glob(f"src/hico/{room}/**/*.py"), *root.glob(f"src/hico/{room}.py")]:
            text = file.read_text(encoding="utf-8")
            needed = set(re.findall(r"^\s*(?:from|import) hico\.(\w+)", text, re.MULTILINE))
            needed |= set(re.findall(r"^\s*from hico import (\w+)", text, re.MULTILINE))
            assert not needed & above, f"{file}: {needed & above}"


def test_every_room_stands_on_a_floor_of_the_picture(root: Path) -> None:
    picture = (root / "docs/images/house.svg").read_text(encoding="utf-8")
    rooms = {path.stem for path in (root / "src/hico").iterdir() if path.suffix == ".py" or path.is_dir()}
    known = {room for rooms in FLOORS for room in rooms}
    assert rooms - known <= {"__init__", "__pycache__", "py"}
    assert [room for room in known - {"parity", "bench"} if room not in picture] == []


def test_the_model_zoo_has_a_row_for_what_is_made(root: Path) -> None:
    """Every family of the paper, and every experiment of the demo; and nothing that does not exist."""
    demo, paper = (root / "docs/models.md").read_text(encoding="utf-8").split("## The paper's experiments")
    families = {path.stem for path in root.glob("config/paper/*.yaml")} - {"base"}
    named = re.findall(r"^\| `([\w-]+)` \| (\w+)", paper, re.MULTILINE)
    assert {family for family, _ in named} == families
    assert {experiments for _, experiments in named} == {"all"}
    rows = re.findall(r"^\| `([\w-]+)` \| `(\S+)` \| .* \| `([0-9a-f]{64})` \|$", demo, re.MULTILINE)
    made = read_yaml(root / "config/config.yaml")["pretrain"]
    assert [experiment for experiment, _, _ in rows] == list(made)
    for experiment, path, _ in rows:
        assert path == f"results/demo/pretrain/{experiment}/seed0/weights.safetensors"
