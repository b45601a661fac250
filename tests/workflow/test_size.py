"""Plans do not grow with the number of videos, and the whole paper is planned in seconds."""

import resource
from pathlib import Path
from typing import Any

import pytest
import yaml

LIMIT_S = 15.0
SIZED = """
name: sized
world: {{ videos: {videos} }}
data:
  untrimmed:
    kind: hacs_segments
    root: results/sized/world/untrimmed/videos
    annotations: [results/sized/world/untrimmed/HACS_segments_v1.1.1.json]
pretrain: {{ hico: {{ method: hico, data: untrimmed }} }}
"""


@pytest.fixture(scope="module")
def project(new_project: Any) -> Any:
    return new_project()


def test_the_number_of_jobs_does_not_depend_on_the_number_of_videos(project: Any) -> None:
    plans = []
    for videos in (10, 10_000):
        settings = project.folder / f"config/{videos}.yaml"
        settings.write_text(SIZED.format(videos=videos), encoding="utf-8")
        plans.append(project.plan("--configfile", str(settings)))
    assert plans[0] == plans[1]


def test_the_whole_paper_is_planned_in_seconds(project: Any, tmp_path: Path) -> None:
    base = placeholders(project, tmp_path)
    settings = yaml.safe_load(base.read_text(encoding="utf-8"))
    settings |= {"name": "paper", "seeds": [0, 1, 2], "pretrain": {}}
    for family in sorted((project.folder / "config/paper").glob("*.yaml")):
        experiments = yaml.safe_load(family.read_text(encoding="utf-8")).get("pretrain", {})
        settings["pretrain"] |= {f"{family.stem}-{key}": experiment for key, experiment in experiments.items()}
    whole = tmp_path / "whole.yaml"
    whole.write_text(yaml.safe_dump(settings), encoding="utf-8")
    before = cpu_s()
    jobs = project.plan("--configfile", str(whole))
    assert len(jobs) > 500
    assert cpu_s() - before < LIMIT_S


def cpu_s() -> float:
    """Processor time of all children so far; a busy machine does not lengthen it much."""
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


def placeholders(project: Any, folder: Path) -> Path:
    """The paper's data sets as empty folders and files, and the base configuration that names them."""
    for name in ("HACS/videos", "kinetics400/train", "kinetics400-untrimmed", "UCF-101", "hmdb51"):
        (folder / name).mkdir(parents=True)
    files = ["HACS/HACS_segments_v1.1.1.json", "kinetics400/train.csv", "testTrainMulti/wave_test_split1.txt"]
    files += [f"ucfTrainTestlist/{name}.txt" for name in ("classInd", "trainlist01", "testlist01")]
    for name in files:
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).touch()
    text = (project.folder / "config/paper/base.yaml").read_text(encoding="utf-8")
    base = folder / "base.yaml"
    text = text.replace("/path/to", str(folder)).replace("testTrainMulti_7030_splits", "testTrainMulti")
    base.write_text(text, encoding="utf-8")
    return base
