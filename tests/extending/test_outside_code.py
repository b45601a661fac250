"""A data set, a backbone and a method of one's own, each in fewer than 40 lines, as docs/extending.md shows them."""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import hico
from hico.config.data import DataSet
from hico.config.experiments import Pretrain
from hico.errors import AnnotationError, ConfigError, WeightsError
from hico.nets import build_backbone

Train = Callable[..., Path]


@pytest.mark.parametrize("name", ["csv_list", "tiny_net", "four_far"])
def test_the_page_shows_this_code_and_it_is_short(root: Path, outside: Path, name: str) -> None:
    code = (outside / f"{name}.py").read_text(encoding="utf-8")
    shown = re.findall(r"```python\n(.*?)```", (root / "docs/extending.md").read_text(encoding="utf-8"), re.DOTALL)
    assert code in shown
    assert code.count("\n") < 40


def test_a_data_set(manifest: Path) -> None:
    rows = pd.read_parquet(manifest)
    assert rows[["video_id", "label", "label_id"]].to_numpy().tolist() == [["a.mp4", "run", 1], ["b.mp4", "jump", 0]]


def test_a_backbone(train: Train) -> None:
    weights = train(backbone="tiny_net:TinyNet") / "weights.safetensors"
    backbone, transform = hico.load(weights)
    assert backbone(transform(np.zeros((4, 32, 32, 3), np.uint8))).shape == (1, 4, 2, 2, 2)


def test_a_method(train: Train) -> None:
    metrics = pd.read_csv(train(method="four_far:METHOD", tcl=0) / "metrics.csv")
    assert metrics["loss"].gt(0).all()
    assert metrics["tcl"].isna().all()


def test_weights_from_elsewhere_do_not_choose_what_is_imported(train: Train, monkeypatch: pytest.MonkeyPatch) -> None:
    weights = train(backbone="tiny_net:TinyNet") / "weights.safetensors"
    monkeypatch.delitem(sys.modules, "tiny_net")
    with pytest.raises(WeightsError, match="import tiny_net first, if you trust it"):
        hico.load(weights)
    assert "tiny_net" not in sys.modules


@pytest.mark.parametrize(
    ("name", "fault"),
    [
        ("absent_module:Net", "No module named 'absent_module'"),
        ("tiny_net:Absent", "no attribute 'Absent'"),
        ("csv_list:read", "is no Module"),
        ("s3dgg", r"Input should be 's3dg', 'r2plus1d_10', 'r3d_18', 'vit_s' or module:name of your own code"),
    ],
)
def test_a_wrong_name_is_told(name: str, fault: str) -> None:
    with pytest.raises(ConfigError, match=fault):
        build_backbone(Pretrain.check({"method": "hico", "data": "x", "backbone": {"name": name}}, "test").backbone)


def test_a_parser_tells_file_and_line(videos: Path, tmp_path: Path) -> None:
    from hico.annotations.manifest import parse

    (tmp_path / "list.csv").write_text("file,label,subset\na.mp4,run,train\n", encoding="utf-8")
    settings = {"kind": "csv_list:read", "root": str(videos), "annotations": [str(tmp_path / "list.csv")]}
    with pytest.raises(AnnotationError, match=r"data\.own: .*list\.csv:2: not a subset .*put training or testing"):
        parse("own", DataSet.check(settings, "test"))
