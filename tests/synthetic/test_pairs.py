"""Shares of pair kinds, on tables small enough to count by hand."""

from pathlib import Path

import pandas as pd
import pytest

from hico import files
from hico.rng import rng
from hico.synthetic import annotations, pairs, scenes


def _table(folder: Path, shots: list[tuple[float, float, int, str, str]]) -> Path:
    table = pd.DataFrame(shots, columns=["start_s", "end_s", "scene", "kind", "shows"]).assign(video_id="v")
    files.write_parquet(folder / "scenes.parquet", table)
    return folder


def test_one_scene_is_always_the_same(tmp_path: Path) -> None:
    shares = pairs.pair_shares(_table(tmp_path, [(0, 30, 0, "action", "BarSpin")]))
    assert shares["same scene"].tolist() == pytest.approx([1, 1])


def test_halves_of_a_video_meet_only_in_far_pairs(tmp_path: Path) -> None:
    halves = [(0.0, 1000.0, 0, "action", "BarSpin"), (1000.0, 2000.0, 1, "distractor", "face")]
    shares = pairs.pair_shares(_table(tmp_path, halves), clip_s=20, step_s=10, distance_s=10)
    assert shares.loc["near", "same scene"] == pytest.approx(0.5, abs=0.02)
    assert shares.loc["far", "same scene"] == pytest.approx(0.25, abs=0.02)
    assert shares.loc["far", "distractor"] == pytest.approx(0.75, abs=0.02)


def test_same_action_in_another_scene_is_told_apart(tmp_path: Path) -> None:
    halves = [(0.0, 15.0, 0, "action", "BarSpin"), (15.0, 30.0, 1, "action", "BarSpin")]
    far = pairs.pair_shares(_table(tmp_path, halves)).loc["far"]
    assert far["same scene"] == pytest.approx(0.5, abs=0.02)
    assert far["same action"] == pytest.approx(1.0)


def test_the_premise_holds_near_look_alike_far_share_the_topic(tmp_path: Path) -> None:
    scripts = {
        f"v{number}": scenes.untrimmed(rng(7, "test", sample=number), topic)
        for number, topic in enumerate(scenes.topics("shape") * 10)
    }
    files.write_parquet(tmp_path / "scenes.parquet", annotations.ground_truth(scripts))
    shares = pairs.pair_shares(tmp_path)
    assert shares[pairs.KINDS].sum(axis=1).tolist() == pytest.approx([1, 1])
    assert shares.loc["near", "same action"] == pytest.approx(0.76, abs=0.06)
    assert shares.loc["far", "same action"] == pytest.approx(0.44, abs=0.08)


def test_command_prints_the_table(tiny_dir: Path, capsys: pytest.CaptureFixture[str]) -> None:
    pairs.main([str(tiny_dir), "--distance", "0.5"])
    assert [line.split()[0] for line in capsys.readouterr().out.splitlines()[1:]] == ["near", "far"]
