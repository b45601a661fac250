"""The successor's released configurations (HiCo++), key by key beside config/paper/hico-plus-plus.yaml."""

import json
from pathlib import Path
from typing import Any

import pytest
import torch
from snakemake.utils import update_config
from torch import nn
from torch.utils.flop_counter import FlopCounterMode

from hico.augment.apply import MEAN, STD
from hico.config.experiments import Finetune, LinearProbe, Pretrain
from hico.config.root import Config
from hico.config.section import read_yaml
from hico.config.training import TUBELET, Augment, Clip, Optimizer
from hico.nets import build_pretrain_model
from hico.nets.vit import DEPTH, GRID, HEADS, MLP_RATIO, ViTS

ROOT = Path(__file__).parents[2]
FAMILY = ROOT / "config/paper/hico-plus-plus.yaml"
RELEASED: dict[str, Any] = json.loads((ROOT / "tests/reference/hico_plus_plus.json").read_text())
DATA = {"longvideo": "uk400", "kinetics400": "k400", "UCF101": "ucf101", "HMDB51": "hmdb51"}
CLASSES = {"ucf101": 101, "hmdb51": 51}

# Released file -> where it stands here: section, key.
STANDS = {
    "pt-k400/s3dg-hico++m6.yaml": ("pretrain", "m6-k400"),
    "pt-k400f/s3dg-hico++m2.yaml": ("pretrain", "m2-uk400"),
    "pt-k400f/s3dg-hico++m6.yaml": ("pretrain", "m6-uk400"),
    "pt-k400f/vit-s-hico++m6.yaml": ("pretrain", "m6-vit-uk400"),
    "ft-hmdb51/ft_hico++_uk400_s3dg_16x112.yaml": ("finetune", "hmdb51"),
    "ft-hmdb51/ft_hico++_uk400_s3dg_32x224.yaml": ("finetune", "hmdb51-32x224"),
    "ft-hmdb51/lft_hico++_uk400_s3dg_16x112.yaml": ("linear_probe", "hmdb51-adapt"),
    "ft-ucf101/ft_hico++_uk400_s3dg_16x112.yaml": ("finetune", "ucf101"),
    "ft-ucf101/ft_hico++_uk400_s3dg_32x224.yaml": ("finetune", "ucf101-32x224"),
    "ft-ucf101/ft_hico++_uk400_vit-s_16x112.yaml": ("finetune", "ucf101-vit"),
    "ft-ucf101/lft_hico++_uk400_s3dg_16x112.yaml": ("linear_probe", "ucf101-adapt"),
    "ft-ucf101/lft_hico++_uk400_vit-s_16x112.yaml": ("linear_probe", "ucf101-vit"),
}
VIT_TASKS = {key for key in STANDS if key.startswith("ft-") and "vit" in key}

# What no code of ours stands for, with its value wherever it stands; the same rows as in test_paper.py, and some more.
NOT_OURS: dict[str, Any] = {
    "TRAIN.ENABLE": True,
    "TRAIN.LR_REDUCE": False,
    "TRAIN.HALF_PRECISION": False,
    "TEST.NUM_SPATIAL_CROPS": 1,
    "TEST.SPATIAL_CROPS": "cc",
    "DATA.ENSEMBLE_METHOD": "sum",
    "TEST.NUM_ENSEMBLE_VIEWS": 1,  # ours is beside the 10 views: top-1, 1 view
    "DATA.SAMPLING_MODE": "interval_based",
    "DATA.MINUS_INTERVAL": False,
    "DATA.TEST_SCALE": 224,
    "DATA.DECORD_RESOLUTION_SCALE": 1.0,
    "MODEL.EMA.ENABLE": False,
    "MODEL.EMA.DECAY": 0.99996,  # of EMA, which is off
    "VIDEO.BACKBONE.NUM_FILTERS": None,
    "VIDEO.BACKBONE.KERNEL_SIZE": None,
    "VIDEO.BACKBONE.DOWNSAMPLING": None,
    "VIDEO.BACKBONE.DOWNSAMPLING_TEMPORAL": None,
    "VIDEO.BACKBONE.NUM_STREAMS": 1,
    "VIDEO.BACKBONE.EXPANSION_RATIO": 2,
    "VIDEO.BACKBONE.INITIALIZATION": None,
    "BN.WB_LOCK": False,
    "BN.FREEZE": False,
    "BN.SYNC": False,
    "BN.SYNC_BN": True,
    "MODEL.SYNC_BN": False,  # ViT-S has no BatchNorm to synchronize
    "AUGMENTATION.CONSISTENT": True,
    "AUGMENTATION.SHUFFLE": True,
    "AUGMENTATION.USE_GPU": False,
    "AUGMENTATION.BLUR": 0.5,
    "AUGMENTATION.SSV2_FLIP": False,
    "AUGMENTATION.LABEL_SMOOTHING": 0.0,
    "AUGMENTATION.RANDOM_ERASING.ENABLE": False,
    "PRETRAIN.GENERATOR": "ContrastiveGenerator",
    "PRETRAIN.CONTRASTIVE.WITH_ONE": True,
    "PRETRAIN.CONTRASTIVE.MODE": 1,
    "PRETRAIN.CONTRASTIVE.HEAD_BN": True,
    "PRETRAIN.CONTRASTIVE.FINAL_BN": False,
    "PRETRAIN.CONTRASTIVE.SIM_FUNC_POS": "linear",
    "PRETRAIN.CONTRASTIVE.SIM_FUNC_NEG": "linear",
    "PRETRAIN.CONTRASTIVE.POS_OPTIM_TARGET": 1.0,
    "PRETRAIN.CONTRASTIVE.INS_MIL": False,
    "OPTIMIZER.MIN_LR_RATE": 0.0,
    "HICO.VCL.ENABLE": False,  # another rule of sampling; gradual sampling wins over it
    "HICO.VCL.MAX_DIS": 1.0,
    "VIDEO.HEAD.PRE_LOGITS": False,  # of a head that is not built
    "VIDEO.HEAD.INIT_STD": "2e-5",
}
ANY = ("TRAIN.NUM_FOLDS", "TEST.ENABLE", "TEST.DATASET", "TEST.BATCH_SIZE", "AUGMENTATION.RANDOM_ERASING.")
# Of the tasks of ViT-S: what the head of our file calls missing, and what contradicts the network.
MISSING = {
    "VIDEO.BACKBONE.DROP_PATH": "drop path 0.1",
    "OPTIMIZER.BIAS_LR_MULT": "tenfold rate of biases",
    "OPTIMIZER.LAYER_LRDECAY.ENABLE": "layer-wise decay of the rate",
    "OPTIMIZER.LAYER_LRDECAY.DECAY_WEIGHT": "(0.65; probe 0.75)",
    "AUGMENTATION.AUTOAUGMENT.ENABLE": "RandAugment",
    "AUGMENTATION.AUTOAUGMENT.BEFORE_CROP": "RandAugment",
    "AUGMENTATION.AUTOAUGMENT.TYPE": "rand-m9-mstd0.5-inc1",
}
OF_ANOTHER_NETWORK = {
    "MODEL.NAME", "VIDEO.BACKBONE.META_ARCH", "VIDEO.BACKBONE.NUM_OUT_FEATURES", "VIDEO.BACKBONE.BRANCH.NAME",
    "VIDEO.BACKBONE.BRANCH.GATING", "VIDEO.BACKBONE.STEM.NAME", "VIDEO.BACKBONE.DEPTH", "VIDEO.HEAD.NUM_CLASSES",
}  # fmt: skip


def family() -> Config:
    values: dict[str, Any] = {}  # As Snakemake begins: into base.yaml itself, anchors would share what is overridden.
    for path in (ROOT / "config/paper/base.yaml", FAMILY):
        update_config(values, read_yaml(path))
    return Config.check(values, FAMILY.name)


def test_the_facts_are_those_recorded(shared: Path) -> None:
    ours = (ROOT / "tests/reference/hico_plus_plus.json").read_text()
    assert ours == (shared / "paper/hico_plus_plus.json").read_text()


def test_every_released_file_stands_somewhere() -> None:
    assert STANDS.keys() == RELEASED["files"].keys()


@pytest.mark.parametrize("released", STANDS)
def test_agrees_with_the_released_configuration(released: str) -> None:
    section, key = STANDS[released]
    settings: Pretrain | Finetune = getattr(family(), section)[key]
    theirs = RELEASED["common"] | RELEASED["files"][released]
    ours = NOT_OURS | shared_keys(settings)
    ours |= pretrain_keys(settings) if isinstance(settings, Pretrain) else task_keys(settings)
    for name, value in theirs.items():
        if released in VIT_TASKS and name in MISSING:
            assert MISSING[name] in " ".join(FAMILY.read_text().replace("\n#", " ").split())
        elif not (released in VIT_TASKS and name in OF_ANOTHER_NETWORK) and not name.startswith(ANY):
            assert name in ours, f"{name}: {value} is neither compared nor explained"
            assert ours[name] == pytest.approx(_number(value)), name


def _number(value: Any) -> Any:
    """YAML reads 1e-3 as text."""
    return float(value) if isinstance(value, str) and value[:1].isdigit() else value


NOT_OURS = {name: _number(value) for name, value in NOT_OURS.items()}


def shared_keys(settings: Pretrain | Finetune) -> dict[str, Any]:
    optimizer, clip, augment = settings.optimizer, settings.clip, settings.augment
    return optimizer_keys(optimizer) | clip_keys(clip) | augment_keys(augment) | {
        "TRAIN.BATCH_SIZE": settings.batch_videos,
        "OPTIMIZER.MAX_EPOCH": settings.epochs,
        "DATA.TRAIN_JITTER_SCALES": jitter_scales(augment),
        "BN.MOMENTUM": 0.1,
        "BN.EPS": 1e-3,
    }  # fmt: skip


def optimizer_keys(ours: Optimizer) -> dict[str, Any]:
    return {
        "OPTIMIZER.OPTIM_METHOD": ours.name,
        "OPTIMIZER.BASE_LR": ours.rate,
        # The public optimizer grows the rate with the batch for SGD and LARS alone.
        "OPTIMIZER.ADJUST_LR": ours.rate_per_clips is not None or (ours.name == "adamw" and ours.weight_decay == 0.1),
        "OPTIMIZER.LR_POLICY": "cosine",
        "OPTIMIZER.WARMUP_EPOCHS": ours.warmup_epochs,
        "OPTIMIZER.WARMUP_START_LR": ours.warmup_rate,
        "OPTIMIZER.WEIGHT_DECAY": ours.weight_decay,
        "OPTIMIZER.MOMENTUM": ours.momentum,
        "OPTIMIZER.NESTEROV": True,
        "OPTIMIZER.DAMPENING": 0.0,
        "OPTIMIZER.BN_LARS_EXCLUDE": ours.exclude_batchnorm or ours.name == "adamw",
        "BN.WEIGHT_DECAY": 0.0,
    }


def clip_keys(ours: Clip) -> dict[str, Any]:
    return {
        "DATA.NUM_INPUT_FRAMES": ours.frames,
        "DATA.SAMPLING_RATE": ours.rate,
        "DATA.TRAIN_CROP_SIZE": ours.size,
        "DATA.TEST_CROP_SIZE": ours.size,
        "DATA.FPS": ours.frames * ours.rate / ours.seconds,
        "DATA.TARGET_FPS": ours.frames * ours.rate / ours.seconds,
        "DATA.NUM_INPUT_CHANNELS": 3,
        "VIDEO.BACKBONE.NUM_INPUT_CHANNELS": 3,
        "DATA.MEAN": [MEAN] * 3,
        "DATA.STD": [STD] * 3,
    }


def augment_keys(ours: Augment) -> dict[str, Any]:
    always = ours.color_probability == 1
    keys = {
        f"AUGMENTATION.{name.upper()}": getattr(ours, name) for name in ("brightness", "contrast", "saturation", "hue")
    }
    return keys | {
        "AUGMENTATION.RATIO": list(ours.aspect),
        "AUGMENTATION.COLOR_AUG": always,
        "AUGMENTATION.COLOR": ours.color_probability,
        "AUGMENTATION.GRAYSCALE": ours.gray_probability,
        "AUGMENTATION.GRAY_FIRST": ours.gray_first or not always,  # pre-training never reads it
    }  # fmt: skip


def jitter_scales(ours: Augment) -> list[float]:
    """Shares of the frame as they are; sides of a crop of 256 x 340 where the area is not whole."""
    return list(ours.area) if ours.area[1] == 1 else [(share * 256 * 340) ** 0.5 for share in ours.area]


def pretrain_keys(ours: Pretrain) -> dict[str, Any]:
    assert (ours.loss.tcl, ours.loss.gamma) == (1, 0.5)
    vit = ours.backbone.name == "vit_s"
    assert ours.loss.vcl == pytest.approx(2 * ours.loss.temperature if vit else 1)
    return backbone_keys(ours.backbone.name) | {
        "PRETRAIN.ENABLE": True,
        "PRETRAIN.NUM_CLIPS_PER_VIDEO": ours.clips_per_video,
        "PRETRAIN.CONTRASTIVE.TEMPERATURE": ours.loss.temperature,
        "PRETRAIN.CONTRASTIVE.HEAD_MID_DIM": ours.head.hidden,
        "PRETRAIN.CONTRASTIVE.HEAD_OUT_DIM": ours.head.embedding,
        "TRAIN.DATASET": {value: key for key, value in DATA.items()}[ours.data],
        "TRAIN.FINE_TUNE": False,
        "TRAIN.ONLY_LINEAR": False,
        "DATA.HICO_PLUS_PLUS.ENABLE": ours.sampling.near_pairs > 1,
        "MODEL.NAME": "ContrastiveModel",
        "VIDEO.HEAD.NAME": "ContrastiveHeadTopicPredPlusPlus",
        "VIDEO.HEAD.NUM_CLASSES": None,
        "VIDEO.HEAD.ACTIVATION": "softmax",
        "VIDEO.HEAD.DROPOUT_RATE": 0.0,
        "HICO.GRAUDAL_SAMPLING.ENABLE": ours.sampling.gradual,
        "HICO.GRAUDAL_SAMPLING.MAX_DIS": list(ours.sampling.distance_s),
        "HICO.TCL.ENABLE": ours.loss.tcl > 0,
    }  # fmt: skip


def task_keys(ours: Finetune) -> dict[str, Any]:
    network = "vit_s" if ours.experiments == ["m6-vit-uk400"] else "s3dg"
    return backbone_keys(network) | {
        "PRETRAIN.ENABLE": False,
        "TRAIN.DATASET": {value: key for key, value in DATA.items()}[ours.data],
        "TRAIN.FINE_TUNE": True,
        "TRAIN.ONLY_LINEAR": isinstance(ours, LinearProbe),
        "DATA.HICO_PLUS_PLUS.ENABLE": False,
        "MODEL.NAME": "S3DG",
        "VIDEO.HEAD.NAME": "BaseHead",
        "VIDEO.HEAD.NUM_CLASSES": CLASSES[ours.data],
        "VIDEO.HEAD.ACTIVATION": "softmax",
        "VIDEO.HEAD.DROPOUT_RATE": ours.dropout,
    }  # fmt: skip


def backbone_keys(name: str) -> dict[str, Any]:
    if name == "s3dg":
        return {
            "VIDEO.BACKBONE.META_ARCH": "Inception3D",
            "VIDEO.BACKBONE.DEPTH": None,
            "VIDEO.BACKBONE.NUM_OUT_FEATURES": 1024,
            "VIDEO.BACKBONE.BRANCH.NAME": "STConv3d",
            "VIDEO.BACKBONE.BRANCH.GATING": True,
            "VIDEO.BACKBONE.STEM.NAME": "STConv3d",
        }
    with torch.device("meta"):
        net = ViTS()
    return {
        "VIDEO.BACKBONE.META_ARCH": "VitVideoEncoder",
        "VIDEO.BACKBONE.BRANCH.NAME": "BaseTransformerLayer",
        "VIDEO.BACKBONE.STEM.NAME": "TubeletEmbeddingStem",
        "VIDEO.BACKBONE.NUM_OUT_FEATURES": net.features,
        "VIDEO.BACKBONE.NUM_FEATURES": net.positions.shape[1],
        "VIDEO.BACKBONE.DEPTH": len(net.blocks),
        "VIDEO.BACKBONE.NUM_HEADS": net.blocks[0].num_heads,
        "VIDEO.BACKBONE.MLP_MULT": net.blocks[0].mlp[0].out_features // net.features,
        "VIDEO.BACKBONE.TUBELET_SIZE": net.tubelets.kernel_size[0],
        "VIDEO.BACKBONE.PATCH_SIZE": net.tubelets.kernel_size[1],
        "VIDEO.BACKBONE.ATTN_DROPOUT": net.blocks[0].self_attention.dropout,
        "VIDEO.BACKBONE.FF_DROPOUT": net.blocks[0].dropout.p,
        "VIDEO.BACKBONE.DROP_PATH": 0.0,
        "VIDEO.BACKBONE.POS_EMBD_LEARNABLE": net.positions.requires_grad,
        "VIDEO.BACKBONE.FINAL_NORM": isinstance(net.norm, nn.LayerNorm),
        "VIDEO.BACKBONE.USE_CLS_TOKEN": net.class_token.requires_grad,
        "VIDEO.BACKBONE.INIT_APPROACH": "xavier",
        "VIDEO.BACKBONE.FREEZE_CONV1": True,
    }


def test_the_tubelets_of_the_released_vit_are_frozen() -> None:
    with torch.device("meta"):
        model = build_pretrain_model(family().pretrain["m6-vit-uk400"], seed=0)
    assert not model.backbone.tubelets.weight.requires_grad


def test_the_head_says_what_vit_costs() -> None:
    settings = family().pretrain["m6-vit-uk400"]
    with torch.device("meta"):
        net, clip = ViTS(), torch.empty(1, 3, 16, 112, 112)
    with FlopCounterMode(display=False) as counter:
        net(clip)
    tokens, channels = 1 + 392, 384
    attention = DEPTH * 4 * tokens**2 * channels
    products = DEPTH * 2 * tokens * (4 + 2 * MLP_RATIO) * channels**2 + 2 * 392 * 3 * 2 * 16 * 16 * channels
    assert counter.get_total_flops() == pytest.approx(products + attention, rel=0.2)
    assert (products + attention) / 1e9 == pytest.approx(20, rel=0.01)
    assert (GRID, TUBELET, HEADS) == ((8, 7, 7), (2, 16, 16), 12)
    hours = 3 * 20e9 * 157_000 * settings.epochs * settings.clips_per_video / 30e12 / 3600
    assert f"ViT-S, 20 GFLOP a clip: 377 million clips, {float(f'{hours:.2g}'):g} hours" in FAMILY.read_text()
