"""Every figure stage, from its command line to files."""

import json
from importlib import import_module
from xml.etree import ElementTree

import av
import numpy as np
import pandas as pd
import pytest

from hico.config.data import Synthetic
from hico.errors import ReportError
from hico.report.training_runs import COLUMNS
from hico.synthetic.dataset import make_dataset
from hico.video.probe import probe
from hico.video.table import to_table, write_index

EXPERIMENTS = json.dumps({"hico": {"title": "HiCo", "method": "hico"}})
FACTS = {
    "experiment": "hico", "title": "HiCo", "method": "hico", "seed": 0, "split": 0, "pretrain_data": "demo",
    "pretrain_videos": 8, "pretrain_coverage": 1.0, "backbone": "s3dg", "width": 0.125, "dataset": "demo",
    "input": "8x32", "train_videos": 4, "test_videos": 4, "coverage": 1.0,
}  # fmt: skip
PROBE = FACTS | {"protocol": "linear_probe", "task": "probe", "top1": 40.0, "classes": ["a", "b"]}
NEAREST = FACTS | {"protocol": "retrieval", "task": "nearest", "r@1": 20.0, "r@5": 50.0}


def stage(name, *arguments):
    import_module(f"hico.stages.figure_{name}").main([str(argument) for argument in arguments])


@pytest.fixture
def drawn(tmp_path):
    """Run one figure stage twice; both files must come out the same, and be read by an XML parser and as PNG."""

    def draw(name, *arguments):
        for out in ("one.svg", "two.svg"):
            stage(name, *arguments, "--out", tmp_path / "out" / out)
        for ending in (".svg", ".png"):
            one, two = (tmp_path / "out" / f"{number}{ending}" for number in ("one", "two"))
            assert one.read_bytes() == two.read_bytes()
        assert ElementTree.parse(tmp_path / "out/one.svg").getroot().tag.endswith("svg")
        assert (tmp_path / "out/one.png").read_bytes().startswith(b"\x89PNG")

    return draw


@pytest.fixture
def pretrained(tmp_path):
    """What pre-training leaves in its folder, as far as figures read it."""
    folder = tmp_path / "pretrain/hico/seed0"
    folder.mkdir(parents=True)
    pd.DataFrame(dict.fromkeys(COLUMNS, np.linspace(0, 1, 20))).to_csv(folder / "metrics.csv", index=False)
    (folder / "settings.json").write_text(json.dumps({"method": "hico", "data": "demo"}))
    own = np.repeat([0, 1], 3)
    same = own[:, None] == own[None, :]
    arrays = {f"{when}_{what}": same for when in ("first", "last") for what in ("predicted", "same_video")}
    np.savez(folder / "topics.npz", step=20, **arrays)
    return folder


@pytest.fixture
def metrics(tmp_path):
    for name, values in (("probe", PROBE), ("nearest", NEAREST)):
        (tmp_path / f"{name}.json").write_text(json.dumps(values))
    return tmp_path / "probe.json", tmp_path / "nearest.json"


@pytest.fixture
def videos(tmp_path):
    """Two tiny videos and their index; the second file of the index is broken."""
    rows = []
    for name, level in (("v0", 40), ("v1", 200)):
        with av.open(str(tmp_path / f"{name}.mp4"), "w") as container:
            stream = container.add_stream("mpeg4", rate=10, width=32, height=24, pix_fmt="yuv420p")
            frame = av.VideoFrame.from_ndarray(np.full((24, 32, 3), level, np.uint8), format="rgb24")
            for packet in [*(packet for _ in range(4) for packet in stream.encode(frame)), *stream.encode()]:
                container.mux(packet)
        rows.append(probe(str(tmp_path / f"{name}.mp4"), name))
    (tmp_path / "v2.mp4").write_text("not a video")
    rows.append(probe(str(tmp_path / "v2.mp4"), "v2"))
    folder = tmp_path / "data/demo"
    folder.mkdir(parents=True)
    write_index(folder / "index.parquet", to_table(rows))
    (folder / "coverage.csv").write_text(
        "dataset,split,subset,listed,present,usable,share\ndemo,0,training,4,3,2,0.5\n"
    )
    return folder


def test_pretraining_figures(drawn, pretrained):
    settings = ("--settings", pretrained / "settings.json")
    drawn("curves", "--experiments", EXPERIMENTS, "--metrics", pretrained / "metrics.csv")
    drawn("sampling", "--metrics", pretrained / "metrics.csv", *settings)
    drawn("topics", "--topics", pretrained / "topics.npz", "--title", "HiCo")


def test_figures_of_measured_runs(drawn, metrics):
    drawn("bars", "--experiments", EXPERIMENTS, "--metrics", *metrics)
    drawn("ranks", "--experiments", EXPERIMENTS, "--metrics", *metrics)


def test_coverage(drawn, videos):
    drawn("coverage", "--coverage", videos / "coverage.csv", "--index", videos / "index.parquet")


def test_retrieval_sheet(drawn, metrics, videos, tmp_path):
    nearest = {"neighbors": [["v1", "v0"], ["v0"]], "neighbor_labels": [["b", "a"], ["a"]]}
    table = pd.DataFrame({"video_id": ["v0", "v1"], "label": ["a", "b"]} | nearest)
    table.to_parquet(tmp_path / "predictions.parquet")
    files = ("--predictions", tmp_path / "predictions.parquet", "--index", videos / "index.parquet")
    drawn("neighbors", "--metrics", metrics[1], *files)


def test_confusion(drawn, metrics, tmp_path):
    pd.DataFrame({"label_id": [0, 0, 1], "predicted_id": [0, 1, 1]}).to_parquet(tmp_path / "predictions.parquet")
    drawn("confusion", "--metrics", metrics[0], "--predictions", tmp_path / "predictions.parquet")


def test_method(drawn):
    drawn("method")


def test_synthetic_dataset(drawn, tmp_path):
    make_dataset(Synthetic(videos=2, train_clips=1, test_clips=1), tmp_path / "synthetic", 1)
    drawn("pairs", "--world", tmp_path / "synthetic", "--distance-s", 1, "--clip-s", 1.6)
    stage("world", "--world", tmp_path / "synthetic", "--out", tmp_path / "world.svg")
    assert (tmp_path / "world.png").stat().st_size > 10_000


def test_nothing_to_draw_is_said(metrics, tmp_path):
    out = ("--experiments", EXPERIMENTS, "--out", tmp_path / "out.svg")
    with pytest.raises(ReportError, match="no retrieval run is named"):
        stage("ranks", *out, "--metrics", metrics[0])
    with pytest.raises(ReportError, match="no downstream run is named"):
        stage("bars", *out)
    assert not (tmp_path / "out.svg").exists()


def test_inputs_that_do_not_belong_together(metrics, videos, tmp_path):
    pd.DataFrame({"label_id": [0]}).to_parquet(tmp_path / "predictions.parquet")
    files = ("--predictions", tmp_path / "predictions.parquet", "--out", tmp_path / "out.svg")
    with pytest.raises(ReportError, match=r"runs of 2 experiments or tasks"):
        stage("confusion", "--metrics", *metrics, *files)
    with pytest.raises(ReportError, match=r"predictions\.parquet: not predictions of a classification run"):
        stage("confusion", "--metrics", metrics[0], *files)
    with pytest.raises(ReportError, match=r"predictions\.parquet: not predictions of a retrieval run"):
        stage("neighbors", "--metrics", metrics[1], *files, "--index", videos / "index.parquet")
