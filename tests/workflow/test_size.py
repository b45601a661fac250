"""Plans do not grow with the number of videos, and the whole paper is planned in seconds."""

import resource
from pathlib import Path
from typing import Any

import pytest
import yaml

LIMIT_S = 15.0
SIZED = """
name: sized
synthetic: {{ videos: {videos} }}
data:
  untrimmed:
    kind: hacs_segments
    root: results/sized/synthetic/untrimmed/videos
    annotations: [results/sized/synthetic/untrimmed/HACS_segments_v1.1.1.json]
pretrain: {{ hico: {{ method: hico, data: untrimmed }} }}
"""


@pytest.fixture(scope="module")
def project(new_project: Any) -> Any:
    return new_project()


def test_the_number_of_jobs_does_not_depend_on_the_number_of_videos(project: Any) -> None:
    plans = []
    for videos in (100, 10_000):
        settings = project.folder / f"config/{videos}.yaml"
        settings.write_text(SIZED.format(videos=videos), encoding="utf-8")
        plans.append(project.plan("--configfile", str(settings)))
    assert plans[0] == plans[1]


def test_the_whole_paper_is_planned_in_seconds(project: Any, paper_base: Path, tmp_path: Path) -> None:
    settings = yaml.safe_load(paper_base.read_text(encoding="utf-8"))
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
