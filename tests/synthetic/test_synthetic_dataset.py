"""The folder as a whole: bytes that only the seed decides, official formats, and what happens to older content."""

from pathlib import Path

import av
import pytest

from hico import files
from hico.annotations.manifest import parse
from hico.config.data import DataSet, Synthetic
from hico.errors import ConfigError
from hico.synthetic import FPS, SIDE, dataset
from hico.synthetic.actions import ACTIONS
from hico.synthetic.dataset import make_dataset


def _bytes(folder: Path) -> dict[str, str]:
    return {str(path.relative_to(folder)): files.sha256(path) for path in folder.rglob("*") if path.is_file()}


def _shape(path: Path) -> tuple[int, int, int, int]:
    """Frames, height, width, frames a second."""
    with av.open(str(path)) as container:
        stream = container.streams.video[0]
        assert stream.average_rate is not None
        return sum(1 for _ in container.decode(stream)), stream.height, stream.width, int(stream.average_rate)


def test_worker_count_changes_no_byte(tiny: Synthetic, tiny_dir: Path, tmp_path: Path) -> None:
    make_dataset(tiny, tmp_path / "synthetic", workers=2)
    assert _bytes(tmp_path / "synthetic") == _bytes(tiny_dir)


def test_unwritten_memory_changes_no_byte(
    tiny: Synthetic, tiny_dir: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # The spawned processes start with every fresh allocation filled, which an encoder that reads it would show.
    monkeypatch.setenv("MALLOC_PERTURB_", "85")
    make_dataset(tiny, tmp_path / "synthetic", workers=2)
    assert _bytes(tmp_path / "synthetic") == _bytes(tiny_dir)


def test_another_seed_changes_every_video(tiny: Synthetic, tiny_dir: Path, tmp_path: Path) -> None:
    make_dataset(tiny.model_copy(update={"seed": 4}), tmp_path / "synthetic")
    first, other = _bytes(tiny_dir), _bytes(tmp_path / "synthetic")
    videos = [name for name in first if name.endswith((".mp4", ".avi"))]
    assert first.keys() == other.keys()
    assert all(first[name] != other[name] for name in videos)


def test_more_videos_keep_the_first_ones(tiny: Synthetic) -> None:
    more = tiny.model_copy(update={"videos": 50, "test_clips": 5})
    assert dataset._video_jobs(more)[:2] == dataset._video_jobs(tiny)
    assert set(dataset._clip_jobs(tiny)) < set(dataset._clip_jobs(more))


def test_untrimmed_videos_parse_as_hacs_segments(tiny_dir: Path) -> None:
    untrimmed = tiny_dir / "untrimmed"
    settings = DataSet(
        kind="hacs_segments", root=untrimmed / "videos", annotations=[untrimmed / "HACS_segments_v1.1.1.json"]
    )
    manifest = parse("videos", settings)
    assert manifest.groupby("video_id")["label"].unique().map(list).to_dict() == {
        "demo0000000": ["Bar"],
        "demo0000001": ["Square"],
    }
    assert set(manifest["subset"]) == {"training"}
    for path, rows in manifest.groupby("path"):
        frames, height, width, fps = _shape(Path(str(path)))
        assert (height, width, fps) == (SIDE, SIDE, FPS)
        assert 300 <= frames <= 400
        assert rows["start_s"].min() == 0
        assert rows["end_s"].max() <= frames / FPS


def test_clips_parse_as_ucf101(tiny_dir: Path) -> None:
    clips = tiny_dir / "clips"
    settings = DataSet(kind="ucf101", root=clips / "videos", annotations=[clips / "ucfTrainTestlist"])
    manifest = parse("clips", settings)
    assert manifest["subset"].value_counts().to_dict() == {"training": 18, "testing": 18}
    assert manifest["path"].notna().all()
    labels = manifest.drop_duplicates("label_id").set_index("label_id")["label"]
    assert labels.sort_index().tolist() == [action.name for action in ACTIONS]
    groups = manifest["video_id"].str.extract(r"_g(\d\d)_c\d\d$")[0].astype(int)
    assert not set(groups[manifest["subset"] == "training"]) & set(groups[manifest["subset"] == "testing"])
    assert _shape(Path(manifest["path"].iloc[0])) == (24, SIDE, SIDE, FPS)


def test_lists_end_their_lines_like_the_official_ones(tiny_dir: Path) -> None:
    lists = tiny_dir / "clips/ucfTrainTestlist"
    assert (lists / "classInd.txt").read_bytes().startswith(b"1 BarBounce\r\n2 BarShake\r\n")
    assert (lists / "trainlist01.txt").read_bytes().startswith(b"BarBounce/v_BarBounce_g08_c01.avi 1\r\n")
    assert (lists / "testlist01.txt").read_bytes().startswith(b"BarBounce/v_BarBounce_g01_c01.avi\r\n")


def test_refuses_a_folder_of_other_files(tiny: Synthetic, tmp_path: Path) -> None:
    (tmp_path / "thesis.tex").write_text("precious")
    with pytest.raises(ConfigError, match=r"thesis\.tex"):
        make_dataset(tiny, tmp_path)
    with pytest.raises(ConfigError, match="is a file"):
        make_dataset(tiny, tmp_path / "thesis.tex")
    assert [path.name for path in tmp_path.iterdir()] == ["thesis.tex"]


def test_refuses_a_folder_that_holds_only_a_repository(tiny: Synthetic, tmp_path: Path) -> None:
    (tmp_path / ".git").mkdir()
    with pytest.raises(ConfigError, match=r"holds '\.git', which is no part of a synthetic data set"):
        make_dataset(tiny, tmp_path)
    assert [path.name for path in tmp_path.iterdir()] == [".git"]


def test_refuses_no_workers(tiny: Synthetic, tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="--workers"):
        make_dataset(tiny, tmp_path / "synthetic", workers=0)


def test_replaces_old_parts_only_on_success(tiny: Synthetic, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "synthetic/clips/old.txt"
    old.parent.mkdir(parents=True)
    old.touch()
    (tmp_path / "synthetic/.snakemake_timestamp").touch()
    with monkeypatch.context() as patch:
        patch.setattr(dataset, "_make", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            make_dataset(tiny, tmp_path / "synthetic")
    assert old.exists()
    assert [path.name for path in tmp_path.iterdir()] == ["synthetic"]
    monkeypatch.setattr(dataset, "_make", lambda *_: None)
    make_dataset(tiny, tmp_path / "synthetic")
    assert not old.exists()
