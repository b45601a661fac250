"""The annotations stage, from its command line."""

import json
import logging
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from hico.errors import AnnotationError
from hico.stages import annotations


@pytest.fixture
def settings(tmp_path: Path) -> dict[str, object]:
    root = tmp_path / "it's a [root]"
    root.mkdir()
    (root / "x.mp4").touch()
    (tmp_path / "train.txt").write_text("x.mp4 wave\ngone.mp4 wave\n")
    (tmp_path / "test.txt").write_text("y.mp4 wave\n")
    files = [str(tmp_path / name) for name in ("train.txt", "test.txt")]
    return {"kind": "path_list", "root": str(root), "annotations": files}


def test_manifest_and_counts(settings: dict[str, object], tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    out = tmp_path / "results/data/mine/manifest.parquet"
    with caplog.at_level(logging.INFO):
        annotations.main(["--key", "mine", "--settings", json.dumps(settings), "--out", str(out)])
    table = pd.read_parquet(out)
    assert table["path"].notna().tolist() == [True, False, False]
    assert caplog.messages == [
        "mine training: 2 videos, 1 present (50.0 %), 2 annotations",
        "mine testing: 1 videos, 0 present (0.0 %), 1 annotations",
    ]


def test_the_same_input_gives_the_same_bytes(settings: dict[str, object], tmp_path: Path) -> None:
    for name in ("one.parquet", "two.parquet"):
        annotations.main(["--key", "mine", "--settings", json.dumps(settings), "--out", str(tmp_path / name)])
    assert (tmp_path / "one.parquet").read_bytes() == (tmp_path / "two.parquet").read_bytes()


def test_nothing_is_written_on_bad_input(settings: dict[str, object], tmp_path: Path) -> None:
    (tmp_path / "test.txt").write_text("y.mp4\n")
    out = tmp_path / "out/manifest.parquet"
    with pytest.raises(AnnotationError, match=r"data.mine: .*test.txt:1: expected `video_path label`"):
        annotations.main(["--key", "mine", "--settings", json.dumps(settings), "--out", str(out)])
    assert not out.parent.exists()


def test_command_line_prints_one_message(settings: dict[str, object], tmp_path: Path) -> None:
    (Path(str(settings["root"])) / "x.mp4").unlink()
    command = [sys.executable, "-m", "hico.stages.annotations", "--key", "mine", "--settings", json.dumps(settings)]
    done = subprocess.run([*command, "--out", str(tmp_path / "m.parquet")], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.startswith("error: data.mine: none of the 3 listed videos was found under ")
    assert "Traceback" not in done.stderr
