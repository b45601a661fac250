"""Differences between experiments, on tables small enough to count by hand."""

from pathlib import Path

import pandas as pd
import pytest
from scipy import stats

from hico.errors import ReportError
from hico.report.differences import differences, main


@pytest.fixture
def table(tmp_path: Path) -> Path:
    path = tmp_path / "recognition.csv"
    rows = [("hico", seed, value) for seed, value in enumerate([10, 12, 17])]
    rows += [("simclr", seed, value) for seed, value in enumerate([9, 10, 11])] + [("vcl", 0, 4)]
    runs = pd.DataFrame(rows, columns=["experiment", "seed", "top1"]).assign(protocol="linear_probe", task="a", split=1)
    runs.to_csv(path, index=False)
    return path


def test_each_seed_gives_one_difference(table: Path) -> None:
    (row,) = differences(table, ["hico:simclr"], "top1").to_dict("records")
    assert row["difference"] == pytest.approx(3)
    by_scipy = stats.ttest_rel([10, 12, 17], [9, 10, 11]).confidence_interval(0.95)
    assert row["difference"] - row["interval"] == pytest.approx(by_scipy.low)
    assert row["seeds"] == 3


def test_only_seeds_of_both_count_and_one_has_no_interval(table: Path) -> None:
    (row,) = differences(table, ["hico:vcl"], "top1").to_dict("records")
    assert (row["difference"], row["seeds"]) == (6, 1)
    assert pd.isna(row["interval"])


def test_splits_are_averaged_before_seeds_are_compared(table: Path) -> None:
    runs = pd.read_csv(table)
    second = runs.assign(split=2, top1=runs["top1"] + 2 * (runs["experiment"] == "hico"))
    pd.concat([runs, second]).to_csv(table, index=False)
    assert differences(table, ["hico:simclr"], "top1")["difference"].tolist() == pytest.approx([4])


def test_pairs_joined_by_commas_are_averaged_within_a_seed(table: Path) -> None:
    (row,) = differences(table, ["hico:simclr,simclr:hico"], "top1").to_dict("records")
    assert (row["difference"], row["interval"], row["seeds"]) == (0, 0, 3)


@pytest.mark.parametrize(
    ("comparison", "measure", "told"),
    [
        ("hico:tcl", "top1", "no experiment 'tcl'; there are hico, simclr, vcl"),
        ("hico", "top1", "write what is compared as hico:simclr"),
        ("hico:simclr", "r@1", "'r@1'; --measure: top1"),
    ],
)
def test_what_is_not_there_is_told(table: Path, comparison: str, measure: str, told: str) -> None:
    with pytest.raises(ReportError, match=told):
        differences(table, [comparison], measure)


def test_no_table_is_told(tmp_path: Path) -> None:
    with pytest.raises(ReportError, match="no such file"):
        differences(tmp_path / "recognition.csv", ["hico:simclr"], "top1")


def test_the_command_prints_one_line_a_pair(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    main([str(table), "hico:simclr", "hico:vcl"])
    printed = [line.split()[2] for line in capsys.readouterr().out.splitlines()]
    assert printed == ["comparison", "hico:simclr", "hico:vcl"]
