"""The same through the rule that Snakemake runs, and with two processes: killed, asked to stop, gone on."""

import contextlib
import json
import os
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from hico.config.experiments import Pretrain
from hico.stages import pretrain

Tables = Callable[[str], dict[str, Path]]
LONGER = {"epochs": 16}
OUT = Path("results/tiny/pretrain/hico/seed0")


@pytest.fixture
def python_first(monkeypatch: pytest.MonkeyPatch) -> None:
    """`python` is the one that runs the tests."""
    monkeypatch.setenv("PATH", os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]]))


@contextlib.contextmanager
def started(command: list[Any], folder: Path) -> Iterator["subprocess.Popen[bytes]"]:
    """A process with its own group, of which nothing is left behind."""
    with (folder / "output").open("wb") as output:
        process = subprocess.Popen(
            list(map(str, command)), cwd=folder, stdout=output, stderr=output, start_new_session=True
        )
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


def newest(out: Path) -> str:
    return max((path.name for path in out.glob("checkpoints/step*.ckpt")), default="")


def wait_for_checkpoint(out: Path, after: str = "") -> None:
    end = time.monotonic() + 120
    while newest(out) <= after:
        assert time.monotonic() < end, (out.parents[len(OUT.parents) - 1] / "output").read_text()
        time.sleep(0.01)


def owner(out: Path) -> int:
    """The process that holds a run's lock."""
    return int((out / "checkpoints/process0/lock").read_text().split()[1])


@pytest.fixture
def project(tmp_path: Path, root: Path, synthetic: Path, tables: Tables, tiny_pretrain: Any) -> list[Any]:
    """Snakemake's command for one pre-training run; what the rule reads is there already. It works in `tmp_path`."""
    for name, table in tables("untrimmed").items():
        target = tmp_path / "results/tiny/data/untrimmed" / f"{name}{table.suffix}"
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(table, target)
    data = {"kind": "folder", "root": f"{synthetic}/synthetic/untrimmed/videos"}
    settings = {"name": "tiny", "data": {"untrimmed": data}, "pretrain": {"hico": tiny_pretrain | LONGER}}
    (tmp_path / "config.json").write_text(json.dumps(settings))
    snakemake = [sys.executable, "-m", "snakemake", "--snakefile", root / "Snakefile", "--directory", tmp_path]
    options = ["--configfile", tmp_path / "config.json", "--cores", 1, "--rerun-triggers", "mtime"]
    return [*snakemake, *options, "--rerun-incomplete", "--retries", 2, OUT / "weights.safetensors"]


def test_through_the_rule(
    project: list[Any], tmp_path: Path, tiny_pretrain: Any, tables: Tables, stage: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The stage is killed, then Snakemake and all that it has started; the same command brings it to its end."""
    out = tmp_path / OUT
    monkeypatch.setenv("HICO_CHECKPOINT_MINUTES", "0")
    with started(project, tmp_path) as snakemake:
        wait_for_checkpoint(out)
        os.kill(owner(out), signal.SIGKILL)
        wait_for_checkpoint(out, after=newest(out))
        os.killpg(snakemake.pid, signal.SIGKILL)
        with contextlib.suppress(ProcessLookupError):
            os.kill(owner(out), signal.SIGKILL)
    assert not (out / "weights.safetensors").exists()
    subprocess.run([*map(str, project), "--unlock"], cwd=tmp_path, check=True, capture_output=True)
    done = subprocess.run(list(map(str, project)), cwd=tmp_path, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    said = (tmp_path / "logs/tiny/pretrain/hico/seed0.log").read_text()
    assert "resuming from" in said
    assert re.findall(r"^--- .*: (\w+)$", said, re.MULTILINE) == ["pretrain"] * 3
    settings = Pretrain.check(tiny_pretrain | LONGER, "test").model_dump(mode="json")
    given = {"experiment": "hico", "settings": settings, "seed": 0, "data_title": "untrimmed", **tables("untrimmed")}
    stage(pretrain, **given, workers=0, out_dir=tmp_path / "undisturbed")
    for name in ("weights.safetensors", "metrics.csv", "topics.npz"):
        assert (out / name).read_bytes() == (tmp_path / "undisturbed" / name).read_bytes(), name


@pytest.mark.parametrize("number", [signal.SIGUSR1, signal.SIGTERM])
def test_two_processes(
    number: signal.Signals,
    root: Path,
    tmp_path: Path,
    tiny_pretrain: Any,
    tables: Tables,
    monkeypatch: pytest.MonkeyPatch,
    python_first: None,
) -> None:
    """A signal to the launcher reaches both; they save, say try again, and go on from there; the log has it all."""
    out, log = tmp_path / OUT, tmp_path / "log"
    monkeypatch.setenv("HICO_CHECKPOINT_MINUTES", "0")
    settings = tiny_pretrain | LONGER
    given = {"experiment": "hico", "settings": json.dumps(settings), "seed": 0, **tables("untrimmed"), "workers": 0}
    words = [word for name, value in given.items() for word in (f"--{name}", value)]
    command = ["bash", root / "workflow/scripts/hico-stage", log, 2, "pretrain", *words, "--out-dir", out]
    with started(command, tmp_path) as launcher:
        wait_for_checkpoint(out)
        launcher.send_signal(number)
        assert launcher.wait(timeout=60) == 75, log.read_text()
    log.unlink()  # as Snakemake does before each attempt
    with started(command, tmp_path) as launcher:
        assert launcher.wait(timeout=120) == 0, log.read_text()
    words = log.read_text()
    assert list(tmp_path.glob("log*")) == [log]
    assert words.index(f"stopped by {number.name} after step") < words.index("resuming from")
    assert words.count("\n--- ") + words.startswith("--- ") == 2
    assert len((out / "metrics.csv").read_text().splitlines()) == 1 + LONGER["epochs"]
