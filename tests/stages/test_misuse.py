"""Stages by hand with the wrong files, or where nothing can be written: one line that names the file, no traceback."""

import json
import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hico.errors import ConfigError, InputError
from hico.nets.weights import save
from hico.stages import command, index, index_shard, pretrain, retrieval, transcode

Tables = Callable[[str], dict[str, Path]]


@pytest.fixture
def wrong(tmp_path: Path, tables: Tables) -> dict[str, Path]:
    """What may stand in a table's place: nothing, a folder, other bytes, half of it, and another stage's table."""
    right = tables("untrimmed")
    content = right["manifest"].read_bytes()
    (tmp_path / "bytes").write_bytes(b"PAR1 and no more")
    (tmp_path / "half").write_bytes(content[: len(content) // 2])
    (tmp_path / "empty").touch()
    return {**{name: tmp_path / name for name in ("absent", "bytes", "half", "empty")}, "folder": tmp_path, **right}


def given(tables: dict[str, Path], settings: dict[str, Any], out: Path) -> dict[str, Any]:
    return {"experiment": "x", "settings": settings, "seed": 0, **tables, "out_dir": out}


KEYS = ("manifest", "index", "coverage")
PLACES = [
    (key, wrong) for key in KEYS for wrong in ("absent", "bytes", "half", "empty", "folder", *KEYS) if wrong != key
]


@pytest.mark.parametrize(("table", "instead"), PLACES)
def test_tables_of_training(
    table: str, instead: str, wrong: dict[str, Path], tables: Tables, stage: Any, tiny_pretrain: Any, tmp_path: Path
) -> None:
    chosen = {**tables("untrimmed"), table: wrong[instead]}
    with pytest.raises(InputError, match=f"^{wrong[instead]}: not the table that this stage reads: "):
        stage(pretrain, **given(chosen, tiny_pretrain, tmp_path / "out"))


@pytest.mark.parametrize("instead", ["absent", "bytes", "folder", "coverage"])
def test_tables_of_indexing(instead: str, wrong: dict[str, Path], tables: Tables, tmp_path: Path) -> None:
    file, out = str(wrong[instead]), str(tmp_path / "out.parquet")
    right = {name: str(path) for name, path in tables("untrimmed").items()}
    settings = ["--settings", "{}", "--out", out]
    coverage = ["--coverage", str(tmp_path / "coverage.csv")]
    store = ["--out-dir", str(tmp_path / "store"), *coverage]
    for module, words in (
        (index_shard, ["--manifest", file, "--shard", "0"]),
        (index, ["--manifest", file, "--shards", right["index"], *coverage]),
        (index, ["--manifest", right["manifest"], "--shards", file, *coverage]),
        (transcode, ["--manifest", right["manifest"], "--index", file, *store]),
        (transcode, ["--manifest", file, "--index", right["index"], *store]),
    ):
        with pytest.raises(InputError, match=f"^{file}: not the table"):
            module.main([*words, *settings])


@pytest.fixture
def read_only(tmp_path: Path) -> Iterator[Path]:
    """A file system that takes nothing."""
    disk = tmp_path / "disk"
    disk.mkdir()
    if subprocess.run(["mount", "-t", "tmpfs", "-o", "ro", "tmpfs", str(disk)], check=False).returncode:
        pytest.skip("needs the right to mount a small file system")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


def test_a_folder_that_cannot_be_written(read_only: Path, tables: Tables, tiny_pretrain: Any) -> None:
    options = {"experiment": "x", "settings": json.dumps(tiny_pretrain), "seed": 0, **tables("untrimmed")}
    words = [word for name, value in options.items() for word in (f"--{name}", str(value))]
    run = [sys.executable, "-m", "hico.stages.pretrain", *words, "--out-dir", str(read_only / "out")]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    done = subprocess.run(run, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert f"error: {read_only}/out: Read-only file system; this file or folder cannot be used" in done.stderr
    assert "Traceback" not in done.stderr


def test_an_oserror_without_a_file_is_raised() -> None:
    def fails() -> None:
        raise OSError("of whatever")

    with pytest.raises(OSError, match="of whatever"):
        command.run(fails)


def test_interrupted_by_hand(capsys: pytest.CaptureFixture[str]) -> None:
    def interrupted() -> None:
        raise KeyboardInterrupt

    with pytest.raises(SystemExit) as leaving:
        command.run(interrupted)
    assert leaving.value.code == 130
    assert "Traceback" not in capsys.readouterr().err


@pytest.mark.parametrize(
    ("option", "value"),
    [("--seed", "-1"), ("--seed", "9" * 20), ("--workers", "-2"), ("--workers", "two"), ("--seed", "²")]
    + [("--checkpoint-minutes", value) for value in ("nan", "inf", "-1", "ten")],
)
def test_arguments_out_of_range(option: str, value: str, capsys: pytest.CaptureFixture[str]) -> None:
    with pytest.raises(SystemExit) as leaving:
        pretrain.main([option, value])
    assert leaving.value.code == 2
    assert f"argument {option}: needs a" in capsys.readouterr().err


def test_minutes_from_the_environment(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tables: Tables, tmp_path: Path
) -> None:
    monkeypatch.setenv("HICO_CHECKPOINT_MINUTES", "often")
    options = {"experiment": "x", "settings": "{}", "seed": 0, **tables("untrimmed"), "out-dir": tmp_path}
    with pytest.raises(SystemExit):
        pretrain.main([word for name, value in options.items() for word in (f"--{name}", str(value))])
    assert "needs a number of minutes (given: 'often'); see also HICO_CHECKPOINT_MINUTES" in capsys.readouterr().err


def test_labels_of_parts_of_a_video(tables: Tables, tiny_task: Any, tmp_path: Path, stage: Any) -> None:
    save(tmp_path / "w.safetensors", {}, {"experiment": "x", "settings": {}, "trained_on": {}})
    settings = {"data": "untrimmed", "clip": tiny_task["clip"]}
    options = {"task": "x", "settings": settings, "weights": tmp_path / "w.safetensors", "seed": 0}
    with pytest.raises(ConfigError, match=r"^retrieval\.x\.data: .* labels are of parts of a video, such as"):
        stage(retrieval, **options, **tables("untrimmed"), out_dir=tmp_path / "out")


def test_a_shard_that_is_none(tables: Tables, tmp_path: Path) -> None:
    manifest = str(tables("untrimmed")["manifest"])
    settings = ["--settings", '{"shards": 2}', "--out", str(tmp_path / "out")]
    with pytest.raises(ConfigError, match="--shard: 2 is none of the 2 shards"):
        index_shard.main(["--manifest", manifest, "--shard", "2", *settings])
