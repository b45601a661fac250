"""The paper's experiments, key by key beside the released configurations.

Deliberate differences are in docs/deviations.md; whatever else differs fails here.
"""

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from snakemake.utils import update_config

from hico.augment.apply import MEAN, STD
from hico.config.experiments import Finetune, LinearProbe, Pretrain, Task
from hico.config.root import Config
from hico.config.section import read_yaml
from hico.config.training import Augment, Clip, Optimizer
from hico.nets.heads import ProjectionHead
from hico.optim import base_rate, build_optimizer, learning_rate
from hico.report.paper.rows import OFFICIAL_VIDEOS, published, recognition, retrieval
from hico.report.runs import Run

ROOT = Path(__file__).parents[2]
FAMILIES = sorted(path for path in (ROOT / "config/paper").glob("*.yaml") if path.name != "base.yaml")
RELEASED: dict[str, Any] = json.loads((ROOT / "tests/reference/reference.json").read_text())["experiments"]

# Released file -> where it stands here: family, section, key.
STANDS = {
    "pt-hacs/s3dg-baseline-s.yaml": ("hacs-short", "pretrain", "simclr"),
    "pt-hacs/s3dg-hico-s.yaml": ("hacs-short", "pretrain", "hico"),
    "pt-hacs/s3dg-e001.yaml": ("hacs-short", "pretrain", "hico"),
    # Made up for the recording, S3D-G's with another network: no configuration of R(2+1)D-10 was released (row 15).
    "tmpx/r2p1d-hico-s.yaml": ("hacs-short", "pretrain", "hico-r2plus1d"),
    "pt-hacs/s3dg-hico-l.yaml": ("hacs-long", "pretrain", "hico"),
    "pt-k400/s3dg-hico-l.yaml": ("k400-long", "pretrain", "hico-k400"),
    "pt-k400f/s3dg-hico-l.yaml": ("uk400-long", "pretrain", "hico-uk400"),
    "ft-hmdb/ft-s3dg-baseline-s.yaml": ("hacs-short", "finetune", "hmdb51"),
    "ft-hmdb/ft-s3dg-hico-s.yaml": ("hacs-short", "finetune", "hmdb51"),
    "ft-hmdb/ft-s3dg-hico-l.yaml": ("hacs-long", "finetune", "hmdb51"),
    "ft-hmdb/lft-s3dg-baseline-s.yaml": ("hacs-short", "linear_probe", "hmdb51-adapt"),
    "ft-hmdb/lft-s3dg-hico-s.yaml": ("hacs-short", "linear_probe", "hmdb51-adapt"),
    "ft-ucf101/ft-s3dg-baseline-s.yaml": ("hacs-short", "finetune", "ucf101"),
    "ft-ucf101/ft-s3dg-hico-s.yaml": ("hacs-short", "finetune", "ucf101"),
    "ft-ucf101/lft-s3dg-baseline-s.yaml": ("hacs-short", "linear_probe", "ucf101-adapt"),
    "ft-ucf101/lft-s3dg-hico-s.yaml": ("hacs-short", "linear_probe", "ucf101-adapt"),
}


FORWARD_FLOP = 8.95e9
"""S3D-G over one clip of 16 x 112 x 112, multiply and add counted apart."""

# What no code of ours stands for, with its value in every released file; rows are those of docs/deviations.md.
NOT_OURS: dict[str, Any] = {
    "num_folds": {10, 30},  # row 4
    "bn.SYNC": {False},  # row 19
    "bn.SYNC_BN": {True},  # row 19: in pre-training alone
    "bn.WB_LOCK": {False},
    "bn.FREEZE": {False},  # row 2
    "augmentation.BLUR": {0.5},  # row 1
    "augmentation.CONSISTENT": {True},  # row 9
    "augmentation.SHUFFLE": {True},  # row 9
    "augmentation.USE_GPU": {True},  # row 9
    "augmentation.GRAY_FIRST": {True},  # row 18; compared in fine-tuning
    "augmentation.SSV2_FLIP": {False},
    "data.TEST_SCALE": {224},  # row 10
    "data.MULTI_LABEL": {False},
    "data.MINUS_INTERVAL": {False},
}
SWITCHED_OFF = ("augmentation.MIXUP.", "augmentation.CUTMIX.", "augmentation.RANDOM_ERASING.")


class Recorded(dict[str, Any]):
    """A released configuration that takes down what is read of it."""

    def __init__(self, values: dict[str, Any], path: str = "", read: set[str] | None = None) -> None:
        super().__init__(values)
        self.path, self.read = path, set() if read is None else read

    def __getitem__(self, key: str) -> Any:
        value = super().__getitem__(key)
        if isinstance(value, dict):
            return Recorded(value, f"{self.path}{key}.", self.read)
        self.read.add(f"{self.path}{key}")
        return value

    def unread(self) -> dict[str, Any]:
        return {key: value for key, value in leaves(self, self.path) if key not in self.read}


def leaves(values: dict[str, Any], path: str = "") -> Iterator[tuple[str, Any]]:
    for key, value in values.items():
        if isinstance(value, dict):
            yield from leaves(value, f"{path}{key}.")
        else:
            yield f"{path}{key}", value


def family(name: str) -> Config:
    values: dict[str, Any] = {}  # As Snakemake begins: into base.yaml itself, anchors would share what is overridden.
    for file in ("base", name):
        update_config(values, read_yaml(ROOT / f"config/paper/{file}.yaml"))
    return Config.check(values, name)


def test_every_released_configuration_stands_somewhere() -> None:
    assert STANDS.keys() == RELEASED.keys()


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_every_family_resolves_and_says_what_it_is(path: Path) -> None:
    assert family(path.stem).name == path.stem
    head = path.read_text().split("\n\nname:")[0]
    for word in ("# Reproduces", "# Expected", "# Cost", "snakemake --cores all", f"config/paper/{path.name}"):
        assert word in head


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_the_head_says_what_s3dg_costs(path: Path) -> None:
    config, head = family(path.stem), path.read_text().split("\n\nname:")[0]
    for settings in config.pretrain.values():
        if (settings.backbone.name, settings.method) == ("s3dg", "hico"):
            videos = settings.epochs * OFFICIAL_VIDEOS[config.data[settings.data].title]
            passes = 3 + (settings.accumulate > 1)  # backward is two; parts are embedded twice
            hours = passes * FORWARD_FLOP * videos * settings.clips_per_video / 30e12 / 3600
            assert re.search(rf" {float(f'{hours:.2g}'):g}( GPU)? hours", re.sub(r"\n# +", " ", head))


def test_every_row_of_the_papers_hico_stands_beside_a_run_of_ours() -> None:
    configs = [family(path.stem) for path in FAMILIES]
    runs = [
        complete_run(config, protocol, task, experiment)
        for config in configs
        for protocol, _, task in config.tasks
        for experiment, _, _ in config.runs(task)
    ]
    found = {(run.protocol, run.dataset, *figure) for run in runs for figure in published(run)[1].items()}
    ours = recognition().query("method.str.startswith('HiCo')")
    wanted = {
        (row["protocol"], dataset, "top1", row[dataset])
        for _, row in ours.iterrows()
        for dataset in ("UCF101", "HMDB51")
    }
    names = [name for name in retrieval().columns if "_r@" in name]
    theirs = retrieval().query("method == 'HiCo'")
    wanted |= {("retrieval", *name.split("_"), row[name]) for _, row in theirs.iterrows() for name in names}
    assert found == wanted


def complete_run(config: Config, protocol: str, task: Task, experiment: str) -> Run:
    """What a run of a configuration says of itself where every listed video is there."""
    settings, dataset = config.pretrain[experiment], config.data[task.data].title
    data = config.data[settings.data].title
    facts = {
        "protocol": protocol,
        "task": task.data,
        "experiment": experiment,
        "title": settings.title,
        "method": settings.method,
        "seed": 0,
        "split": 1,
        "pretrain_data": data,
        "pretrain_videos": OFFICIAL_VIDEOS[data],
        "pretrain_input": f"{settings.clip.frames}x{settings.clip.size}",
        "pretrain_settings": settings.model_dump(mode="json"),
        "backbone": settings.backbone.name,
        "width": settings.backbone.width,
        "dataset": dataset,
        "input": f"{task.clip.frames}x{task.clip.size}",
        "train_videos": 1,
        "test_videos": OFFICIAL_VIDEOS[dataset],
        "coverage": 1,
        "views": task.views,
        "task_settings": task.model_dump(mode="json"),
    }
    return Run.model_validate(facts | {"top1": 50, "r@1": 50})


@pytest.mark.parametrize("released", STANDS)
def test_agrees_with_the_released_configuration(released: str) -> None:
    theirs = Recorded(RELEASED[released])
    name, section, key = STANDS[released]
    ours: Pretrain | Finetune = getattr(family(name), section)[key]
    assert_optimizer(ours.optimizer, theirs["optimizer"], ours.epochs)
    assert_rates(ours, theirs)
    assert_augment(ours.augment, theirs["augmentation"], theirs["data"])
    assert_clip(ours.clip, theirs["data"])
    assert_norms(theirs["bn"])
    assert ours.batch_videos == theirs["batch_size"]
    assert isinstance(ours, LinearProbe) == theirs["only_linear"]
    assert (ours.clips_per_video if isinstance(ours, Pretrain) else None) == theirs["clips_per_video"]
    if isinstance(ours, Pretrain):
        assert_method(ours, theirs)
    else:
        assert ours.data == theirs["dataset"].lower()
        assert ours.views == 10
        assert ours.augment.gray_first == theirs["augmentation"]["GRAY_FIRST"]
        assert theirs["hico"] is None
    left = {key: value for key, value in theirs.unread().items() if not key.startswith(SWITCHED_OFF)}
    for key, value in left.items():
        assert value in NOT_OURS.get(key, ()), f"{key}: {value} is neither compared nor explained"


@pytest.mark.parametrize("path", FAMILIES, ids=lambda path: path.stem)
def test_simclr_takes_trimmed_videos_as_the_release_does(path: Path) -> None:
    """Row 23: clips anywhere in trimmed Kinetics, and within a margin in untrimmed videos."""
    config = family(path.stem)
    for key, settings in config.pretrain.items():
        if settings.method == "simclr":
            trimmed = config.data[settings.data].kind == "kinetics"
            assert settings.sampling.margin is not trimmed, f"{key}: sampling.margin"


def test_the_topical_predictor_is_as_wide_as_the_released_one() -> None:
    """Row 24."""
    shape = json.loads((ROOT / "tests/reference/reference.json").read_text())["hico_state"]
    width = shape["head.mlp_tcl.topical_predictor.0.bias"][0]
    heads = [settings.head for path in FAMILIES for settings in family(path.stem).pretrain.values()]
    assert {head.predictor for head in heads} == {width}


def test_rows_of_deviations_that_are_named_here_exist() -> None:
    page = (ROOT / "docs/deviations.md").read_text(encoding="utf-8")
    matters, _, places = page.partition("## Where the release shows it")
    rows, shown = (re.findall(r"^\| (\d+) \|", part, re.MULTILINE) for part in (matters, places))
    assert rows == shown == [str(number) for number in range(1, len(rows) + 1)]
    assert set(re.findall(r"row (\d+)", Path(__file__).read_text(encoding="utf-8"))) <= set(rows)


def assert_optimizer(ours: Optimizer, theirs: dict[str, Any], epochs: int) -> None:
    assert ours.name == theirs["OPTIM_METHOD"]
    assert epochs == theirs["MAX_EPOCH"]
    assert (ours.rate_per_clips is not None) == theirs["ADJUST_LR"]
    assert ours.warmup_epochs == theirs["WARMUP_EPOCHS"]
    assert ours.warmup_rate == theirs["WARMUP_START_LR"]
    assert ours.weight_decay == theirs["WEIGHT_DECAY"]
    assert ours.momentum == theirs["MOMENTUM"]
    assert (theirs["LR_POLICY"], theirs["NESTEROV"], theirs["DAMPENING"]) == ("cosine", True, 0.0)
    assert ours.exclude_batchnorm == (theirs["BN_LARS_EXCLUDE"] if ours.name == "lars" else False)


def assert_rates(ours: Pretrain | Finetune, theirs: dict[str, Any]) -> None:
    """The same rate for 8 GPUs. The steps are not the same (row 21): ours has 8 x 32 videos for it, as theirs has on
    eight machines; on one machine theirs has 32, and ours takes this rate at 4 a process only when it is told to.
    """
    clips = ours.batch_videos * (8 * ours.clips_per_video if isinstance(ours, Pretrain) else 1)
    base = base_rate(ours.optimizer, clips)
    if isinstance(ours, Pretrain):
        one_machine = ours.optimizer.model_copy(update={"rate": 8 * ours.optimizer.rate})
        assert base_rate(one_machine, theirs["batch_size"] * ours.clips_per_video) == pytest.approx(base, rel=1e-12)
    assert base == pytest.approx(theirs["effective_base_lr_8gpus"], rel=1e-12)
    assert base == pytest.approx(theirs["optimizer"]["BASE_LR"], rel=1e-12)
    for epoch, rate in theirs["lr_at_epoch"]:
        assert learning_rate(ours.optimizer, epoch, ours.epochs, base) == pytest.approx(rate, rel=1e-9)


def assert_clip(ours: Clip, theirs: dict[str, Any]) -> None:
    assert (ours.frames, ours.rate) == (theirs["NUM_INPUT_FRAMES"], theirs["SAMPLING_RATE"])
    assert ours.size == theirs["TRAIN_CROP_SIZE"] == theirs["TEST_CROP_SIZE"]
    assert ours.seconds == ours.frames * ours.rate / theirs["FPS"] == ours.frames * ours.rate / theirs["TARGET_FPS"]
    assert ([MEAN] * theirs["NUM_INPUT_CHANNELS"], [STD] * 3) == (theirs["MEAN"], theirs["STD"])
    assert (theirs["SAMPLING_MODE"], theirs["ENSEMBLE_METHOD"]) == ("interval_based", "sum")


def assert_norms(theirs: dict[str, Any]) -> None:
    head = ProjectionHead(8, 8, 8)
    for norm in (head.first_norm, head.second_norm):
        assert (norm.momentum, norm.eps) == (theirs["MOMENTUM"], theirs["EPS"])
    _, norms = build_optimizer(head, Optimizer()).param_groups
    assert len(norms["params"]) == 4
    assert norms["weight_decay"] == theirs["WEIGHT_DECAY"]


def assert_augment(ours: Augment, theirs: dict[str, Any], data: dict[str, Any]) -> None:
    low, high = data["TRAIN_JITTER_SCALES"]
    assert ours.area == pytest.approx((low**2 / (256 * 340), high**2 / (256 * 340)))
    assert ours.aspect == pytest.approx(theirs["RATIO"])
    for key in ("brightness", "contrast", "saturation", "hue"):
        assert getattr(ours, key) == theirs[key.upper()]
    assert ours.gray_probability == theirs["GRAYSCALE"]
    assert ours.color_probability == (1.0 if theirs["COLOR_AUG"] else theirs["COLOR"])
    assert ours.flip_probability == 0.5
    for kind in ("MIXUP", "CUTMIX", "RANDOM_ERASING"):
        assert not theirs[kind]["ENABLE"]
    assert theirs["LABEL_SMOOTHING"] == 0


def assert_method(ours: Pretrain, theirs: dict[str, Any]) -> None:
    switches = theirs["hico"]
    assert (ours.method == "hico") == switches["TCL"]["ENABLE"] == switches["GRAUDAL_SAMPLING"]["ENABLE"]
    assert not switches["VCL"]["ENABLE"]  # the near pair at a fixed distance
    assert ours.sampling.gradual
    assert list(ours.sampling.distance_s) == switches["GRAUDAL_SAMPLING"]["MAX_DIS"]
    assert ours.sampling.distance_s[1] == switches["VCL"]["MAX_DIS"]
    if ours.method == "hico":
        weights = switches["LOSS"]
        assert (ours.loss.vcl, ours.loss.tcl, ours.loss.gamma) == (
            weights["VCL_WEIGHT"], weights["TCL_WEIGHT"], weights["GAMA"],
        )  # fmt: skip
    assert theirs["dataset"].startswith({"hacs": "long", "uk400": "long", "k400": "kinetics"}[ours.data])
