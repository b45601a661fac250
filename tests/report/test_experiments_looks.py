import json

import pytest

from hico.config.experiments import Pretrain
from hico.errors import ConfigError, ReportError
from hico.report.experiments import GRAY, ORANGE, look_of, read_experiments, titles


def announce(**methods):
    return json.dumps({key: {"title": "", "method": method} for key, method in methods.items()})


def test_colors_follow_the_role_and_never_repeat_while_there_are_some():
    looks = read_experiments(announce(random="random", simclr="simclr", a="hico", b="hico", again="simclr"))
    assert looks["random"].color == GRAY
    assert looks["simclr"].color == ORANGE
    assert len({look.color for look in looks.values()}) == len(looks)
    assert looks["a"].title == "a"


def test_a_variant_has_the_color_of_what_it_varies():
    named = {"title": "", "method": "hico"}
    looks = read_experiments(json.dumps({"hico": named, "far": named | {"varies": "hico"}, "vcl": named}))
    assert looks["far"].color == looks["hico"].color != looks["vcl"].color
    assert looks["far"].marker != looks["hico"].marker


def test_experiments_of_one_title_are_told_apart_by_network_then_by_key():
    made = {"simclr": ("SimCLR", "s3dg"), "a": ("HiCo", "s3dg"), "b": ("HiCo", "r3d_18"), "c": ("HiCo", "r3d_18")}
    experiments = {
        key: Pretrain.check({"method": "hico", "data": "x", "title": title, "backbone": {"name": name}}, key)
        for key, (title, name) in made.items()
    }
    assert titles(experiments) == {
        "simclr": "SimCLR",
        "a": "HiCo, S3D-G",
        "b": "HiCo, R3D-18, b",
        "c": "HiCo, R3D-18, c",
    }


def test_a_color_does_not_depend_on_experiments_after_it():
    long = read_experiments(announce(simclr="simclr", hico="hico", other="hico"))
    assert read_experiments(announce(simclr="simclr", hico="hico"))["hico"] == long["hico"]


def test_many_experiments_still_get_looks():
    assert len(read_experiments(announce(**{f"e{number}": "hico" for number in range(20)}))) == 20


def test_unannounced_experiment_is_named():
    with pytest.raises(ReportError, match="vcl: not among --experiments"):
        look_of("vcl", read_experiments(announce(hico="hico")))


@pytest.mark.parametrize(
    ("text", "error"), [("{", ReportError), ("[]", ReportError), ('{"a": {"titel": ""}}', ConfigError)]
)
def test_unreadable_announcements(text, error):
    with pytest.raises(error, match="--experiments"):
        read_experiments(text)
