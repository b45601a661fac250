"""Code that stands outside the package, as a user's would: files in the working directory."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from hico.stages import annotations, index, index_shard, pretrain
from hico.synthetic import FPS
from hico.synthetic.codec import UNTRIMMED, write_video

OUTSIDE = Path(__file__).parent / "outside"
SETTINGS = """{"data": "own", "backbone": {"name": "%s", "width": 0.0625},
 "head": {"hidden": 8, "embedding": 4, "predictor": 8},
 "clip": {"frames": 4, "rate": 7.5, "size": 16}, "optimizer": {"warmup_epochs": 0}, "method": "%s",
 "loss": {"tcl": %d}, "compute": {"precision": "float32"}, "epochs": 1, "batch_videos": 2}"""


@pytest.fixture(autouse=True)
def outside(monkeypatch: pytest.MonkeyPatch) -> Path:
    """The folder of that code, on Python's path."""
    monkeypatch.syspath_prepend(str(OUTSIDE))
    return OUTSIDE


@pytest.fixture(scope="session")
def videos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two videos of 4 s, and a list of them."""
    folder = tmp_path_factory.mktemp("own")
    for number, name in enumerate(("a.mp4", "b.mp4")):
        pixels = np.random.default_rng(number).integers(0, 256, (4 * FPS, 32, 32, 3), np.uint8)
        write_video(folder / name, pixels, UNTRIMMED)
    (folder / "list.csv").write_text("file,label,subset\na.mp4,run,training\nb.mp4,jump,training\n", encoding="utf-8")
    return folder


@pytest.fixture
def manifest(videos: Path, tmp_path: Path) -> Path:
    """Manifest of the videos, made by the stage with the parser from outside."""
    settings = f'{{"kind": "csv_list:read", "root": "{videos}", "annotations": ["{videos}/list.csv"]}}'
    annotations.main(["--key", "own", "--settings", settings, "--out", str(tmp_path / "manifest.parquet")])
    return tmp_path / "manifest.parquet"


@pytest.fixture
def train(manifest: Path) -> Callable[..., Path]:
    """train(backbone, method, tcl) runs the stages index and pretrain, and gives the folder of results."""
    folder = manifest.parent
    listed, found, covered, shard = (
        str(folder / name) for name in ("manifest.parquet", "i.parquet", "c.csv", "s.parquet")
    )
    index_shard.main(["--manifest", listed, "--settings", '{"shards": 1}', "--shard", "0", "--out", shard])
    index.main(["--manifest", listed, "--shards", shard, "--settings", "{}", "--out", found, "--coverage", covered])

    def trained(backbone: str = "s3dg", method: str = "hico", tcl: int = 1) -> Path:
        command = ["--experiment", "own", "--settings", SETTINGS % (backbone, method, tcl), "--seed", "0"]
        tables = ["--manifest", listed, "--index", found, "--coverage", covered]
        options = ["--out-dir", str(folder / "run"), "--workers", "0"]
        pretrain.main([*command, *tables, *options])
        return folder / "run"

    return trained
