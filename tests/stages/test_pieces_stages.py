"""The release's own data format, from its list of pieces to trained weights and features: samples are whole videos."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow.parquet as pq
import pytest

from hico.config.experiments import Pretrain
from hico.data.clips import PretrainClips
from hico.data.order import Turn
from hico.data.videos import usable_videos
from hico.errors import MediaError
from hico.stages import annotations, features, index, index_shard, pretrain, transcode
from hico.synthetic import FPS
from hico.synthetic.codec import UNTRIMMED, write_video
from hico.video.record import OK, QUARANTINED, SCHEMA, Video
from hico.video.table import read_index

Stage = Callable[..., None]
ENDS_MS = {"--0edUL8zmA": 92_120, "--8jh-DkPK4": 220_420}
"""The two videos of the release's README; here with pictures of noise, every tenth frame a new one."""


@pytest.fixture(scope="module")
def release(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """videos/training/v_ID_START_END.mp4 and training.txt, as the release's README has them."""
    root, rng, lines = tmp_path_factory.mktemp("release"), np.random.default_rng(0), []
    (root / "videos/training").mkdir(parents=True)
    for video_id, end_ms in ENDS_MS.items():
        for start in range(0, end_ms, 5000):
            times = f"{start:07d}", f"{min(start + 5000, end_ms):07d}"
            frames = round((int(times[1]) - start) * FPS / 1000)
            still = rng.integers(0, 256, (frames // 10 + 1, 32, 48, 3), np.uint8)
            write_video(
                root / f"videos/training/v_{'_'.join([video_id, *times])}.mp4", still.repeat(10, 0)[:frames], UNTRIMMED
            )
            lines.append(",".join([video_id, *times]))
    (root / "training.txt").write_text("\n".join(lines) + "\n")
    return root


def run_data_stages(stage: Stage, root: Path, out: Path, max_unusable: float = 0.05) -> dict[str, Path]:
    """Manifest, index and coverage, as options of later stages."""
    dataset = {"kind": "pieces", "root": f"{root}/videos", "annotations": [f"{root}/training.txt"]}
    tables = {name: out / name for name in ("manifest", "index", "coverage")}
    stage(annotations, key="hacs", settings=dataset, out=tables["manifest"])
    settings = {"shards": 2, "max_unusable": max_unusable}
    for shard in range(2):
        stage(index_shard, manifest=tables["manifest"], settings=settings, shard=shard, out=out / f"{shard}", workers=2)
    words = ["--manifest", str(tables["manifest"]), "--shards", str(out / "0"), str(out / "1"), "--settings"]
    words += [
        f'{{"max_unusable": {max_unusable}}}',
        "--out",
        str(tables["index"]),
        "--coverage",
        str(tables["coverage"]),
    ]
    index.main(words)
    return tables


@pytest.fixture(scope="module")
def tables(release: Path, stage: Stage) -> dict[str, Path]:
    return run_data_stages(stage, release, release)


def test_64_pieces_are_two_samples_of_the_stated_lengths(tables: dict[str, Path]) -> None:
    videos = [Video.from_row(row) for row in read_index(tables["index"]).to_pylist()]
    assert [(video.video_id, video.status, video.duration_s) for video in videos] == [
        ("--0edUL8zmA", OK, 92.12), ("--8jh-DkPK4", OK, 220.42),
    ]  # fmt: skip
    assert [len(video.files) for video in videos] == [19, 45]
    assert pd.read_csv(tables["coverage"])[["listed", "present", "usable"]].to_numpy().tolist() == [[2, 2, 2]]


def test_clips_lie_anywhere_in_the_whole_video_and_cross_files(tables: dict[str, Path]) -> None:
    videos = usable_videos(tables["manifest"], tables["index"], "training")
    settings = Pretrain(method="hico", data="hacs", clip={"frames": 4, "rate": 15, "size": 16})
    clips = PretrainClips(videos, settings, 0)
    windows = np.stack([clips[Turn(epoch, video, 0.5)].windows for epoch in range(20) for video in range(2)])
    far_s = np.abs(windows[:, 0, 0] - windows[:, 2, 0])
    assert far_s.max() > 60
    assert np.median(far_s) > 10
    assert windows[1::2].max() > 200
    assert (windows[..., 0] // 5 != windows[..., 1] // 5).any()


def test_training_and_features_take_them(
    tables: dict[str, Path], release: Path, stage: Stage, tiny_pretrain: dict[str, Any]
) -> None:
    out, settings = release / "hico", tiny_pretrain | {"data": "hacs", "batch_videos": 2}
    stage(pretrain, experiment="hico", settings=settings, seed=0, **tables, data_title="HACS", out_dir=out, workers=1)
    assert len(pd.read_csv(out / "metrics.csv")) == 3
    weights, table = out / "weights.safetensors", release / "features.parquet"
    stage(
        features, settings={"data": "hacs", "weights": str(weights), "stride_s": 4}, weights=weights,
        index=tables["index"], out=table, unusable_out=release / "unusable.csv", workers=1,
    )  # fmt: skip
    rows = pd.read_parquet(table)
    assert rows.groupby("video_id", sort=False)["end_s"].max().round(2).to_dict() == {
        "--0edUL8zmA": 88.8, "--8jh-DkPK4": 220.42,
    }  # fmt: skip
    assert pd.read_csv(release / "unusable.csv").empty


def test_the_store_has_one_copy_a_video(tables: dict[str, Path], release: Path, stage: Stage) -> None:
    folder = release / "store"
    stage(
        transcode, **tables | {"coverage": release / "store.csv"}, settings={"short_side": 16}, out_dir=folder,
        out=release / "store.parquet",
    )  # fmt: skip
    assert pq.read_schema(release / "store.parquet").names == SCHEMA.names
    copies = [Video.from_row(row) for row in read_index(release / "store.parquet").to_pylist()]
    assert sorted(str(copy.path) for copy in copies) == sorted(map(str, folder.glob("*/*.mp4")))
    assert [copy.duration_s for copy in copies] == [92.12, 220.42]
    assert len(usable_videos(tables["manifest"], release / "store.parquet", "training")) == 2


def test_a_video_that_lacks_a_piece_is_set_aside_and_counted(release: Path, tmp_path: Path, stage: Stage) -> None:
    shutil.copytree(release / "videos", tmp_path / "videos")
    shutil.copy(release / "training.txt", tmp_path)
    (tmp_path / "videos/training/v_--0edUL8zmA_0015000_0020000.mp4").unlink()
    tables = run_data_stages(stage, tmp_path, tmp_path, max_unusable=0.5)
    bad, good = read_index(tables["index"]).to_pylist()
    assert (bad["status"], good["status"]) == (QUARANTINED, OK)
    assert bad["reason"] == "1 of 19 pieces are missing, the first of them that from 15000 to 20000 ms"
    assert pd.read_csv(tables["coverage"])[["listed", "present", "usable"]].to_numpy().tolist() == [[2, 2, 1]]
    with pytest.raises(MediaError, match=r"1 of 2 present videos are unusable.*\n.*0edUL8zmA.*: 1 of 19 pieces"):
        run_data_stages(stage, tmp_path, tmp_path)
