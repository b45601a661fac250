"""Trimmed beside untrimmed, on made-up runs."""

import json

import pandas as pd
import pytest

from hico.report.summary import summarize
from hico.report.trimming import trimming_frame, trimming_pairs, trimming_table
from hico.stages.trimming import main

TRIMMED, UNTRIMMED = ("simclr-k400", "hico-k400", "other-k400"), ("simclr-uk400", "hico-uk400", "hico-r3d18-uk400")
DATA = {"k400": ("K400", 200), "uk400": ("UK400", 500)}
TOP1 = {
    "simclr-k400": (70.0, 74.0),
    "simclr-uk400": (60.0, 61.0),
    "hico-k400": (80.0, 81.0),
    "hico-uk400": (83.0, 84.0),
    "other-k400": (50.0, 50.0),
    "hico-r3d18-uk400": (87.0, 87.0),
}


@pytest.fixture
def made_up(facts):
    """metrics.json of two seeds of each experiment."""

    def of(experiment: str, seed: int) -> dict:
        method, data = experiment.split("-")[0], experiment.split("-")[-1]
        title, epochs = DATA[data]
        settings = {"method": method if method != "other" else "hico", "data": data, "epochs": epochs}
        if method == "other":
            settings["loss"] = {"gamma": 2}
        return facts(
            experiment=experiment, title=method, method=settings["method"], seed=seed, pretrain_data=title,
            pretrain_settings=settings, backbone="r3d_18" if "r3d18" in experiment else "s3dg",
            top1=TOP1[experiment][seed],
        )  # fmt: skip

    return [of(experiment, seed) for experiment in TOP1 for seed in (0, 1)]


def test_each_method_stands_on_both_kinds_of_videos(made_up, write_facts, tmp_path):
    paths = [str(write_facts(values)) for values in made_up]
    looks = {key: {"title": key.split("-")[0].upper(), "method": "hico"} for key in TOP1}
    options = ["--experiments", json.dumps(looks), "--trimmed", *TRIMMED, "--untrimmed", *UNTRIMMED]
    for name, order in (("a", paths), ("b", paths[::-1])):
        main([*options, "--metrics", *order, "--out-dir", str(tmp_path / name)])
    table = pd.read_csv(tmp_path / "a/trimming.csv").set_index("title")
    assert table[["trimmed_mean", "untrimmed_mean", "difference"]].T.to_dict("list") == {
        "SIMCLR": [72.0, 60.5, -11.5],
        "HICO": [80.5, 83.5, 3.0],
    }
    text = (tmp_path / "a/trimming.md").read_text()
    for cell in ("72.0 ± 2.8", "60.5 ± 0.7", "\N{MINUS SIGN}11.5", "+3.0", "K400, 200 epochs / UK400, 500 epochs"):
        assert cell in text
    for file in (tmp_path / "a").iterdir():
        assert file.read_bytes() == (tmp_path / "b" / file.name).read_bytes()


def test_nothing_to_compare_is_said(make_run):
    pairs = list(trimming_pairs(summarize([make_run()]), ["hico"], ["simclr"]))
    assert pairs == []
    assert trimming_table(pairs).rows == ()
    assert list(trimming_frame(pairs).columns)[-1] == "difference"
