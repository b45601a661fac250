import pytest

from hico.config.experiments import Pretrain
from hico.report.recipe import PAPERS_METHOD, recipe


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({}, PAPERS_METHOD),
        ({"loss": {"tcl": 0}, "sampling": {"gradual": False}}, "VCL"),
        ({"loss": {"vcl": 0}}, "TCL + GS"),
        (
            {"sampling": {"near_pairs": 2, "distance_s": [0.2, 1.5]}},
            "VCL + TCL + GS, 2 near pairs, from 0.2 s, to 1.5 s",
        ),
        (
            {"loss": {"tcl": 0.5, "gamma": 2}, "clip": {"rate": 2}},
            "VCL + TCL + GS, TCL x 0.5, gamma 2, clips of 1.07 s",
        ),
        ({"loss": {"tcl": 0}, "sampling": {"far_clip": False}}, "VCL + GS, no far clip"),
        ({"sampling": {"distance_s": [86_400, 86_400]}}, "VCL + TCL + GS, pairs anywhere"),
        ({"sampling": {"distance_s": [0, 86_400], "gradual": False}}, "VCL + TCL, pairs anywhere"),
        ({"clip": {"frames": 8, "rate": 8}}, PAPERS_METHOD),
        ({"clip": {"frames": 8}}, "VCL + TCL + GS, clips of 1.07 s"),
        ({"loss": {"temperature": 0.2}}, "VCL + TCL + GS, temperature 0.2"),
        ({"optimizer": {"warmup_epochs": 60, "exclude_batchnorm": True}}, PAPERS_METHOD),
        (
            {"head": {"hidden": 256}, "augment": {"hue": 0.1}, "optimizer": {"name": "adamw", "rate_per_clips": None}},
            "VCL + TCL + GS, head.hidden 256, augment.hue 0.1, optimizer.name adamw, optimizer.rate_per_clips None",
        ),
        ({"method": "simclr"}, ""),
    ],
)
def test_parts_and_departures_from_the_paper(changes, words):
    assert recipe(Pretrain.model_validate({"method": "hico", "data": "x"} | changes)) == words


def test_nothing_known():
    assert recipe(None) == ""
