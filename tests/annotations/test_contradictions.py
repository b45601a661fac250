"""Settings that no listed video can meet are refused before any job starts, with their key."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from hico.annotations.contradictions import refuse_contradictions
from hico.config.data import DataSet
from hico.config.root import Config
from hico.errors import AnnotationError, ConfigError
from hico.synthetic import CLASSES
from hico.synthetic.actions import ACTIONS

MakeDataSet = Callable[..., DataSet]
CLIPS = {"frames": 16, "rate": 6}
"""3.2 s."""
KINETICS = "label,youtube_id,time_start,time_end,split\n"


def segments(*durations: Any) -> str:
    facts = [{"subset": "training", "annotations": [], "duration": duration} for duration in durations]
    return json.dumps({"database": {f"id{number}": one for number, one in enumerate(facts)}})


def config(dataset: DataSet, task: bool = False, **more: Any) -> Config:
    values = {"name": "x", "data": {"d": dataset.model_dump()}, "pretrain": {"p": {"method": "random", "data": "d"}}}
    values["pretrain"]["p"]["clip"] = CLIPS  # type: ignore[index]
    return Config.check(values | ({"retrieval": {"r": {"data": "d"}}} if task else {}) | more, "x.yaml")


@pytest.mark.parametrize(
    ("kind", "content", "longest"),
    [
        ("hacs_segments", segments("2.5", 1), "2.50"),
        ("activitynet", segments("0.1"), "0.10"),
        ("kinetics", f"{KINETICS}a,id,10,12,train\na,id,7,8,train\n", "2.00"),
        ("pieces", "a,0,1500\na,1500,2500\nb,0,1500\n", "2.50"),
    ],
)
def test_a_clip_longer_than_every_listed_video(data_set: MakeDataSet, kind: str, content: str, longest: str) -> None:
    dataset = data_set(kind, {"list": content}, [])
    with pytest.raises(ConfigError) as refused:
        refuse_contradictions(config(dataset), "x.yaml")
    assert str(refused.value) == (
        f"x.yaml: pretrain.p.clip: a clip lasts 3.20 s (frames x rate / 30), but the longest of all that "
        f"{dataset.annotations[0]} lists lasts {longest} s; lower clip.frames or clip.rate"
    )


@pytest.mark.parametrize(
    ("kind", "content"),
    [
        ("hacs_segments", segments(1, 3.2)),
        ("hacs_segments", segments(1, 0)),
        ("activitynet", '{"database": {"a": {"subset": "training", "annotations": []}}}'),
        ("kinetics", f"{KINETICS}a,id,10,20,train\nnot read any further\n"),
        ("kinetics_untrimmed", f"{KINETICS}a,id,10,11,train\n"),
        ("folder", ""),
    ],
)
def test_one_video_that_is_or_may_be_long_enough_will_do(data_set: MakeDataSet, kind: str, content: str) -> None:
    dataset = data_set(kind, {"list": content} if content else {}, [])
    refuse_contradictions(config(dataset), "x.yaml")


def test_synthetic_videos_have_known_lengths(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("results/x/synthetic")
    clips = DataSet(kind="ucf101", root=folder / "clips/videos", annotations=[folder / "clips/ucfTrainTestlist"])
    videos = DataSet(kind="hacs_segments", root=folder / "untrimmed/videos", annotations=[folder / "none.json"])
    with pytest.raises(ConfigError, match=r"pretrain\.p\.clip: .* longest of all videos of data\.d lasts 2\.40 s"):
        refuse_contradictions(config(clips, synthetic={}), "x.yaml")
    refuse_contradictions(config(videos, synthetic={}), "x.yaml")
    # The default of tasks, 2.1 s, fits.
    refuse_contradictions(config(clips, synthetic={}, task=True, pretrain={"i": IMPORTED}), "x.yaml")


def test_a_step_of_more_videos_than_rendered(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    folder = Path("results/x/synthetic")
    videos = DataSet(kind="hacs_segments", root=folder / "untrimmed/videos", annotations=[folder / "none.json"])
    refuse_contradictions(config(videos, synthetic={"videos": 32}), "x.yaml")
    said = (
        r"^x\.yaml: pretrain\.p\.batch_videos: a step takes 32 videos but only 31 are rendered \(synthetic\.videos\)$"
    )
    with pytest.raises(ConfigError, match=said):
        refuse_contradictions(config(videos, synthetic={"videos": 31}), "x.yaml")
    clips = DataSet(kind="ucf101", root=folder / "clips/videos", annotations=[folder / "clips/ucfTrainTestlist"])
    probe = {"linear_probe": {"l": {"data": "d", "batch_videos": 37}}, "pretrain": {"i": IMPORTED}}
    refuse_contradictions(config(clips, synthetic={"train_clips": 3}, **probe), "x.yaml")
    with pytest.raises(ConfigError, match=r"linear_probe\.l\.batch_videos: .* 37 .* only 36 are .*train_clips"):
        refuse_contradictions(config(clips, synthetic={"train_clips": 2}, **probe), "x.yaml")
    assert len(ACTIONS) == CLASSES


@pytest.mark.parametrize("kind", ["folder", "my_parser:read"])
def test_a_subset_that_no_manifest_has(data_set: MakeDataSet, kind: str) -> None:
    values = config(data_set("folder", {}, [])).model_dump()
    values["data"]["d"]["kind"], values["pretrain"]["p"]["subset"] = kind, "train"
    if kind == "folder":
        with pytest.raises(ConfigError, match=r"pretrain\.p\.subset: 'train' is none of the subsets training, "):
            Config.check(values, "x.yaml")
    else:
        Config.check(values, "x.yaml")


IMPORTED = {"method": "imported", "weights": "w.safetensors"}
HALF_LISTED = {
    "classInd.txt": "1 Archery\n2 Boxing\n3 Zumba\n",
    "trainlist01.txt": "Archery/v_Archery_g08_c01.avi 1\n",
    "testlist01.txt": "Zumba/v_Zumba_g01_c01.avi\n",
}


@pytest.mark.parametrize(
    ("kind", "files"),
    [
        ("ucf101", HALF_LISTED),
        ("hmdb51", {f"{name}_test_split1.txt": f"a.avi {used}\n" for name, used in (("a", 1), ("b", 0), ("c", 2))}),
        ("path_list", {"train.txt": "a.mp4 0\nb.mp4 2\n"}),
    ],
)
def test_more_classes_than_labels(data_set: MakeDataSet, kind: str, files: dict[str, str]) -> None:
    dataset = data_set(kind, files, [])
    said = r"^x\.yaml: retrieval\.r\.data: classes are numbered up to 2 from 0, but only 2 of them .* and 1 has none;"
    with pytest.raises(ConfigError, match=said):
        refuse_contradictions(config(dataset, task=True), "x.yaml")
    refuse_contradictions(config(dataset), "x.yaml")


@pytest.mark.parametrize("files", [{"train.txt": "a.mp4 0\nb.mp4 1\n"}, {"train.txt": "a.mp4 wave\nb.mp4 walk\n"}])
def test_classes_with_labels_will_do(data_set: MakeDataSet, files: dict[str, str]) -> None:
    refuse_contradictions(config(data_set("path_list", files, []), task=True), "x.yaml")


def test_a_broken_file_is_named_with_its_data_set(data_set: MakeDataSet) -> None:
    with pytest.raises(AnnotationError, match=r"^x\.yaml: data\.d: .*list: not readable as JSON"):
        refuse_contradictions(config(data_set("hacs_segments", {"list": "{"}, [])), "x.yaml")
