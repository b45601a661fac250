"""Every recorded figure agrees: the command as a user runs it."""

import json
import shutil
import subprocess
import sys

import pytest

from hico.parity import __main__ as command
from hico.parity import lars, losses, trajectories
from hico.parity.figures import FILES, FiguresError, read_folder


@pytest.mark.slow
def test_every_figure_agrees(reference):
    run = [sys.executable, "-m", "hico.parity", str(reference)]
    done = subprocess.run(run, capture_output=True, text=True, timeout=1200)
    assert done.returncode == 0, done.stdout + done.stderr
    lines = done.stdout.splitlines()
    assert all(line.endswith("ok") for line in lines[:-1])
    assert lines[-1] == f"{len(lines) - 1} of {len(lines) - 1} checks hold"
    networks = ("S3D-G: pooled", "R(2+1)D-10: topic logits", "SimCLR: losses", "classifier: softmax")
    for subject in (*networks, "LARS", "start", "pretrain_short"):
        assert any(subject in line for line in lines)


@pytest.fixture
def folder(reference, tmp_path):
    """A copy to damage."""
    return shutil.copytree(reference, tmp_path / "figures")


@pytest.mark.parametrize("name", FILES)
def test_a_missing_or_damaged_file_is_named(folder, name):
    (folder / name).write_bytes((folder / name).read_bytes()[:50])
    with pytest.raises(FiguresError, match=name):
        read_folder(folder)
    (folder / name).unlink()
    with pytest.raises(FiguresError, match=name):
        read_folder(folder)


@pytest.mark.parametrize("name", [name for name in FILES if name.endswith(".json")])
def test_a_file_of_another_form_is_named(folder, name):
    (folder / name).write_text("[1, 2]")
    with pytest.raises(FiguresError, match=f"{name}: not reference figures by name but a list"):
        read_folder(folder)


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("shape",), [3, 3], r"case 'plain' has tensors that are not of shape \[3, 3\]"),
        (("rates",), [0.1], "case 'plain' has not the 1 steps that `rates` has"),
        (("nesterov",), False, "nesterov"),
        (("cases", 2, "start"), "none", r"cases\.2\.start"),
        (("cases",), [{}], r"cases\.0\.name: Field required"),
        (("more",), 1, "more: Extra inputs"),
    ],
)
def test_lars_of_another_form_is_named(figures, changed, keys, value, said):
    name = "reference_lars.json"
    with pytest.raises(FiguresError, match=f"{name}: .*{said}"):
        list(lars.cases(changed(figures[name], value, *keys)))


@pytest.mark.parametrize(
    ("keys", "value", "said"),
    [
        (("input", "pretrain_shape"), [3, 3], "input: .*pretrain_shape"),
        (("pretrain_short", "losses"), [1.0, "high"], r"pretrain_short: .*losses\.1"),
        (("linear_hmdb51",), [], "linear_hmdb51: .*as a whole"),
        (("finetune_hmdb51", "config"), "nowhere.yaml", "finetune_hmdb51: .*nowhere.yaml"),
        (("finetune_hmdb51", "rates"), [0.1], "finetune_hmdb51: .*6 losses and 1 rates"),
    ],
)
def test_a_trajectory_of_another_form_is_named(figures, changed, keys, value, said):
    """Before any step is made."""
    name = "reference_trajectories.json"
    with pytest.raises(FiguresError, match=f"{name}: {said}"):
        next(trajectories.trajectories(changed(figures[name], value, *keys), figures["reference.json"]))


def test_one_wrong_figure_fails_the_command(folder, monkeypatch, capsys):
    path = folder / "reference_near_pairs.json"
    figures = json.loads(path.read_text())
    figures["near_pair_loss_cases"][0]["vcl"] *= 1.001
    path.write_text(json.dumps(figures))
    monkeypatch.setattr(command, "all_checks", lambda files: losses.near_pairs(files[path.name]))
    monkeypatch.setattr(sys, "argv", ["parity", str(folder)])
    with pytest.raises(SystemExit) as stop:
        command.main()
    assert stop.value.code == 1
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[-1] for line in lines] == ["FAILED", "ok", "ok", "ok", "hold"]
    assert lines[-1] == "3 of 4 checks hold"


def test_a_figure_that_is_gone_is_named(folder, monkeypatch):
    path = folder / "reference_near_pairs.json"
    figures = json.loads(path.read_text())
    del figures["near_pair_loss_cases"][0]["generator_seed"]
    path.write_text(json.dumps(figures))
    monkeypatch.setattr(command, "all_checks", lambda files: losses.near_pairs(files[path.name]))
    monkeypatch.setattr(sys, "argv", ["parity", str(folder)])
    with pytest.raises(FiguresError, match="generator_seed"):
        command.main()
