import pytest

from hico.errors import ReportError
from hico.report.runs import measure_keys, read_run, read_runs


def test_reads_what_the_stages_write(facts, write_facts):
    run = read_run(write_facts(facts(classes=["a", "b"], top5=None)))
    assert run.measures == {"top1": 78.0, "mean_class_accuracy": 77.4, "top1_single_view": 74.0}
    assert run.main_measure == "top1"
    assert run.incomplete


def test_random_network_has_no_pretraining_data(facts, write_facts):
    nothing = dict.fromkeys(("pretrain_data", "pretrain_videos", "pretrain_coverage"))
    assert not read_run(write_facts(facts(method="random", **nothing))).incomplete


def test_order_does_not_depend_on_the_order_of_reading(facts, write_facts):
    paths = [write_facts(facts(seed=seed, split=split)) for seed in (2, 0) for split in (3, 1)]
    assert read_runs(paths) == read_runs(reversed(paths))
    assert [(run.seed, run.split) for run in read_runs(paths)] == [(0, 1), (0, 3), (2, 1), (2, 3)]


def test_measures_are_in_a_fixed_order(make_run):
    retrieval = make_run(protocol="retrieval", **{"r@20": 3.0, "r@5": 2.0, "r@1": 1.0})
    assert measure_keys([retrieval, make_run()]) == [
        "top1", "top5", "mean_class_accuracy", "top1_single_view", "r@1", "r@5", "r@20",
    ]  # fmt: skip


def test_the_same_run_twice_is_an_error(facts, write_facts):
    with pytest.raises(ReportError, match=r"metrics1\.json: finetune/ucf101/hico, seed 0, split 1 is already in"):
        read_runs([write_facts(facts()), write_facts(facts(top1=1.0))])


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"top1": 178.0}, "top1"),
        ({"top1": float("nan")}, "top1"),
        ({"top1": None}, "top1: missing"),
        ({"protocol": "guess"}, "protocol"),
        ({"seed": "first"}, "seed"),
        ({"coverage": 1.2}, "coverage"),
    ],
)
def test_wrong_values_name_file_and_key(facts, write_facts, changes, message):
    with pytest.raises(ReportError, match=rf"metrics0\.json: .*{message}"):
        read_run(write_facts(facts(**changes)))


def test_missing_and_broken_files(tmp_path):
    with pytest.raises(ReportError, match=r"none\.json: no such file"):
        read_run(tmp_path / "none.json")
    (tmp_path / "cut.json").write_text('{"top1": ')
    with pytest.raises(ReportError, match=r"cut\.json: not readable as JSON"):
        read_run(tmp_path / "cut.json")
    (tmp_path / "list.json").write_text("[]")
    with pytest.raises(ReportError, match=r"list\.json: .*no JSON object"):
        read_run(tmp_path / "list.json")
