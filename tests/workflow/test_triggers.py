"""What re-runs what: code, a key, a seed; a touch, a comment and a message re-run nothing."""

import json
import os
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Any

import pytest
import yaml

TRAINING = {"pretrain"}
MEASURES = {"finetune", "linear_probe", "retrieval"}
STAGES = {"finetune": "classify", "linear_probe": "classify"}
"""Of rules that are not called by the name of their stage."""
RESULT_FIGURES = {"figure_bars", "figure_ranks", "figure_confusion", "figure_neighbors"}
TRAINING_FIGURES = {"figure_curves", "figure_sampling", "figure_topics"}
AFTER_TRAINING = {"figure_coverage"}
AFTER_RUNS = {"tables", "origins", "report", *RESULT_FIGURES}
AFTER_PRETRAIN = TRAINING_FIGURES | MEASURES | AFTER_RUNS | AFTER_TRAINING
AFTER_INDEX = TRAINING | AFTER_PRETRAIN
AFTER_MANIFEST = {"index_shard", "index"} | AFTER_INDEX
EVERYTHING = {"synthetic_dataset", "annotations", "figure_world", "figure_pairs", "figure_method"} | AFTER_MANIFEST


@contextmanager
def edited(path: Path, text: str) -> Iterator[None]:
    """The file with other contents; afterwards again as it was."""
    before = path.read_text(encoding="utf-8")
    path.write_text(text, encoding="utf-8")
    try:
        yield
    finally:
        path.write_text(before, encoding="utf-8")


def test_nothing_is_left_to_do(stubbed: Any) -> None:
    assert "Nothing to be done" in stubbed.snakemake("--cores", "2").stdout


def test_touching_every_source_file_re_runs_nothing(stubbed: Any) -> None:
    for path in [*stubbed.folder.glob("src/**/*.py"), *stubbed.folder.glob("workflow/**/*.*")]:
        os.utime(path)
    assert stubbed.plan() == set()


@pytest.mark.parametrize(
    ("file", "rules"),
    [
        ("stages/command.py", EVERYTHING),
        ("synthetic/scenes.py", EVERYTHING - {"figure_method"}),
        ("annotations/hmdb51.py", {"annotations"} | AFTER_MANIFEST),
        ("stages/index.py", {"index"} | AFTER_INDEX),
        ("losses/topical.py", TRAINING | AFTER_PRETRAIN),
        (
            "stages/classify.py",
            {"finetune", "linear_probe", "tables", "origins", "report", "figure_bars", "figure_confusion"}
            | AFTER_TRAINING,
        ),
        (
            "stages/retrieval.py",
            {"retrieval", "tables", "origins", "report", "figure_bars", "figure_ranks", "figure_neighbors"},
        ),
        ("report/latex.py", {"tables", "report"}),
        ("report/figures/curves.py", {"figure_curves", "report"}),
        ("stages/explain.py", set()),
        ("config/root.py", set()),
    ],
)
def test_editing_a_source_file_re_runs_the_stages_that_import_it(stubbed: Any, file: str, rules: set[str]) -> None:
    path = stubbed.folder / "src/hico" / file
    with edited(path, path.read_text(encoding="utf-8") + "\nEDITED = True\n"):
        assert stubbed.rules() == rules


@pytest.mark.parametrize("profile", ["default", "local-gpu", "slurm"])
def test_touching_a_large_file_re_runs_nothing(stubbed: Any, tmp_path: Path, profile: str) -> None:
    large, target = tmp_path / "train.txt", f"results/{profile}/data/own/manifest.parquet"
    large.write_text("".join(f"{number:0100d}.mp4 a\n" for number in range(15_000)), encoding="utf-8")
    settings = {"name": profile, "pretrain": {"random": {"method": "random", "data": "own"}}}
    settings["data"] = {"own": {"kind": "path_list", "root": str(tmp_path), "annotations": [str(large)]}}
    (tmp_path / "config.json").write_text(json.dumps(settings), encoding="utf-8")
    options = ["--workflow-profile", f"profiles/{profile}", "--executor", "local"]
    options += ["--configfile", str(tmp_path / "config.json")]
    done = stubbed.snakemake("--cores", "1", *options, "--", target)
    assert done.returncode == 0, done.stdout
    later = time.time() + 1
    os.utime(large, (later, later))
    assert stubbed.plan(*options, "--", target) == set()
    large.write_text("other", encoding="utf-8")
    os.utime(large, (later, later))
    assert {rule for rule, _ in stubbed.plan(*options, "--", target)} == {"annotations"}


def test_edited_words_re_run_nothing(stubbed: Any, reword: Callable[[str], str]) -> None:
    """A comment in every module and in the launcher; other docstrings, log lines and messages of errors."""
    with ExitStack() as edits:
        for path in stubbed.folder.glob("src/hico/**/*.py"):
            edits.enter_context(edited(path, reword(path.read_text(encoding="utf-8")) + "\n# edited\n"))
        launcher = stubbed.folder / "workflow/scripts/hico-stage"
        edits.enter_context(edited(launcher, launcher.read_text(encoding="utf-8") + "\n# edited\n"))
        assert stubbed.plan() == set()


def test_every_rule_has_its_code_digest(stubbed: Any) -> None:
    stages = stubbed.stages()
    others = {"transcode", "import_weights", "features", "figure_effects", "trimming"}
    assert set(stages) == EVERYTHING - {"report"} | others
    assert {rule: stage for rule, (stage, _) in stages.items() if rule != stage} == STAGES


def settings_of(project: Any) -> dict[str, Any]:
    """The configuration, each section a dict of its own where YAML shares one."""
    text = (project.folder / "config/config.yaml").read_text(encoding="utf-8")
    return dict(json.loads(json.dumps(yaml.safe_load(text))))


@contextmanager
def configured(project: Any, settings: dict[str, Any]) -> Iterator[None]:
    with edited(project.folder / "config/config.yaml", yaml.safe_dump(settings, sort_keys=False)):
        yield


def change(settings: dict[str, Any], key: str, value: Any) -> None:
    *above, last = key.split(".")
    for part in above:
        settings = settings.setdefault(part, {})
    settings[last] = value


@pytest.mark.parametrize(
    ("key", "value", "rules"),
    [
        ("synthetic.seed", 1, EVERYTHING - {"figure_method"}),
        ("index.full_check", True, {"index_shard", "index"} | AFTER_INDEX),
        ("index.max_unusable", 0.5, {"index"} | AFTER_INDEX),
        ("pretrain.hico.loss.gamma", 1.0, TRAINING | AFTER_PRETRAIN),
        (
            "linear_probe.actions.views",
            2,
            {"linear_probe", "tables", "origins", "report", "figure_bars", "figure_confusion"} | AFTER_TRAINING,
        ),
        (
            "retrieval.actions.ks",
            [1],
            {"retrieval", "tables", "origins", "report", "figure_bars", "figure_ranks", "figure_neighbors"},
        ),
        (
            "pretrain.hico.title",
            "other",
            {"tables", "report", *RESULT_FIGURES, *TRAINING_FIGURES},
        ),
        ("data.actions.title", "other", MEASURES | AFTER_RUNS | AFTER_TRAINING),
        ("data.untrimmed.store", {"gop": 8}, {"transcode"} | TRAINING | AFTER_PRETRAIN),
    ],
)
def test_editing_a_key_re_runs_the_stages_that_read_it(stubbed: Any, key: str, value: Any, rules: set[str]) -> None:
    settings = settings_of(stubbed)
    change(settings, key, value)
    with configured(stubbed, settings):
        assert stubbed.rules() - {"configuration"} == rules


def test_a_key_that_is_only_written_out_re_runs_nothing(stubbed: Any) -> None:
    settings = settings_of(stubbed)
    change(settings, "pretrain.hico.epochs", 1)
    with configured(stubbed, settings):
        assert stubbed.plan() == set()


def test_a_new_seed_runs_only_the_new_part(stubbed: Any) -> None:
    plan = stubbed.plan("--config", "seeds=[0,1]")
    runs = {(rule, wildcards) for rule, wildcards in plan if rule in TRAINING | MEASURES}
    assert {rule for rule, _ in runs} == TRAINING | MEASURES
    assert all("seed=1" in wildcards for _, wildcards in runs)
    assert not {rule for rule, _ in plan} & {"synthetic_dataset", "annotations", "index_shard", "index"}


def test_a_new_experiment_runs_only_the_new_part(stubbed: Any) -> None:
    settings = settings_of(stubbed)
    settings["pretrain"]["simclr"] = {**settings["pretrain"]["hico"], "method": "simclr"}
    settings["linear_probe"]["actions"]["experiments"] = ["hico", "simclr"]
    with configured(stubbed, settings):
        runs = {job for job in stubbed.plan() if job[0] in TRAINING | MEASURES}
    assert {rule for rule, _ in runs} == {"pretrain", "linear_probe", "retrieval"}
    assert all("experiment=simclr" in wildcards for _, wildcards in runs)
