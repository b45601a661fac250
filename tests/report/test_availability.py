import pandas as pd
import pytest

from hico.errors import ReportError
from hico.report.availability import Coverage, Reason, read_coverage, read_dropped, read_reasons


def test_coverage_of_all_lists(tmp_path):
    path = tmp_path / "coverage.csv"
    path.write_text("dataset,split,subset,listed,present,usable,share\nucf101,1,testing,10,9,8,0.8\n")
    (row,) = read_coverage([path])
    assert row == Coverage("ucf101", 1, "testing", 10, 9, 8)
    assert row.name == "ucf101 split 1, testing"


def test_reasons_are_counted_and_sorted(tmp_path):
    states, reasons = ["ok", "quarantined", "quarantined", "quarantined", "missing"], ["", "b", "a", "b", ""]
    index = pd.DataFrame({"video_id": list("abcde"), "path": list("abcde"), "status": states, "reason": reasons})
    index.to_parquet(tmp_path / "index.parquet")
    assert read_reasons([("hacs", tmp_path / "index.parquet")]) == [Reason("hacs", "b", 2), Reason("hacs", "a", 1)]


def test_dropped_videos_are_counted_once_a_run_and_reason(tmp_path):
    path = tmp_path / "pretrain/hico/seed0/dropped.csv"
    path.parent.mkdir(parents=True)
    path.write_text("step,video_id,path,reason\n3,a,a.mp4,damaged\n9,a,a.mp4,damaged\n9,b,b.mp4,damaged\n")
    assert read_dropped([path]) == [Reason("pretrain hico seed0, dropped in training", "damaged", 2)]
    with pytest.raises(ReportError, match="table of dropped videos"):
        read_dropped([tmp_path / "dropped.csv"])


def test_bad_inputs_are_named(tmp_path):
    with pytest.raises(ReportError, match="coverage table"):
        read_coverage([tmp_path / "coverage.csv"])
    (tmp_path / "coverage.csv").write_text("dataset,split\nx,1\n")
    with pytest.raises(ReportError, match="lacks the columns subset, listed, present, usable"):
        read_coverage([tmp_path / "coverage.csv"])
    with pytest.raises(ReportError, match="not readable as an index"):
        read_reasons([("hacs", tmp_path / "index.parquet")])
