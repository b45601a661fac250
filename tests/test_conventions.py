"""Linters, as tests."""

import subprocess
import sys
from pathlib import Path

import pytest

BIN = Path(sys.executable).parent


@pytest.mark.parametrize(
    "command",
    [
        ["ruff", "check", "."],
        ["ruff", "format", "--check", "."],
        ["mypy"],
        ["snakefmt", "--check", "Snakefile", "workflow"],
        ["snakemake", "--lint", "--configfile", "config/config.yaml"],
    ],
    ids=" ".join,
)
def test_linter_is_content(root: Path, command: list[str]) -> None:
    done = subprocess.run([BIN / command[0], *command[1:]], cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_generated_files_are_in_step_with_the_configuration_model(root: Path) -> None:
    command = [sys.executable, "-m", "hico.config.reference", "--check"]
    done = subprocess.run(command, cwd=root, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def test_every_rule_says_what_it_does_and_where_it_runs(root: Path) -> None:
    for file in root.glob("workflow/rules/*.smk"):
        for rule in file.read_text(encoding="utf-8").split("\nrule ")[1:]:
            name, body = rule.split(":", 1)
            assert body.lstrip().startswith('"""'), f"{name}: no docstring"
            assert "log:" in body, f"{name}: no log"
            assert "conda:" in body, f"{name}: no environment"
