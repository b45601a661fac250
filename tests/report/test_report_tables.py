from hico.report.frames import run_frame, summary_frame
from hico.report.summary import summarize
from hico.report.tables import paper_table, run_table, summary_table

DEMO = {"dataset": "demo actions", "pretrain_data": "demo", "pretrain_videos": 128, "pretrain_coverage": 1.0}


def column(table, name):
    return [row[table.header.index(name)] for row in table.rows]


def test_the_papers_figure_stands_beside_ours(make_run):
    table = summary_table(summarize([make_run(seed=seed, top1=78.0 + seed) for seed in (0, 1)]), recall=False)
    assert column(table, "Top-1") == ["78.5 ± 0.7"]
    assert column(table, "Paper") == ["77.6"]
    assert column(table, "Difference") == ["+0.9"]
    assert column(table, "Pre-training data") == ["HACS †"]
    assert column(table, "Coverage") == ["81.1 % / 100 %"]


def test_a_demo_has_no_paper_column(make_run):
    table = summary_table(summarize([make_run(**DEMO)]), recall=False)
    assert not {"Paper", "Difference"} & set(table.header)
    assert not any("Paper" in note or "†" in note for note in table.notes)


def test_a_demo_beside_a_real_run_leaves_its_paper_cell_empty(make_run):
    summaries = summarize([make_run(), make_run(task="demo", **DEMO)])
    table = summary_table(summaries, recall=False)
    assert dict(zip(column(table, "Data set"), column(table, "Paper"), strict=True)) == {
        "UCF101": "77.6",
        "demo actions": "\N{EN DASH}",
    }
    frame = summary_frame(summaries, recall=False).set_index("task")
    assert frame.loc["demo", ["paper_method", "paper_top1", "difference_top1"]].tolist() == ["", "", ""]


def test_run_rows(make_run):
    runs = [make_run(protocol="linear_probe", batchnorm="strict", width=0.25, split=0, top5=None)]
    table = run_table(runs, recall=False)
    assert column(table, "Protocol") == ["linear probe (strict BN)"]
    assert column(table, "Backbone") == ["S3D-G x 0.25"]
    assert column(table, "Split") == ["\N{EN DASH}"]
    assert "Top-5" not in table.header
    row = run_frame(runs, recall=False).iloc[0]
    assert (row.top1, row.top5, row.coverage, row.pretrain_coverage, row.incomplete) == (
        "78.00", "", "1.0000", "0.8112", "yes",
    )  # fmt: skip


def test_columns_of_data_files_are_fixed(make_run):
    run = make_run(protocol="retrieval", **{"r@1": 10.0, "r@3": 20.0})
    assert list(run_frame([run], recall=True).columns)[-6:] == ["r@1", "r@3", "r@5", "r@10", "r@20", "r@50"]
    assert list(summary_frame([], recall=True).columns) == [
        column for column in summary_frame(summarize([run]), recall=True).columns if "r@3" not in column
    ]


def test_retrieval_compares_rank_by_rank(make_run):
    long = {
        "pretrain_data": "UK400",
        "pretrain_videos": 157_000,
        "pretrain_settings": {"method": "hico", "data": "x", "epochs": 500},
    }
    ranks = {"r@1": 60.0, "r@5": 77.0, "r@10": 83.0, "r@20": 89.4}
    table = summary_table(summarize([make_run(protocol="retrieval", **long, **ranks)]), recall=True)
    assert column(table, "Paper") == ["62.5 / 76.4 / 82.9 / 89.4"]
    assert column(table, "Difference") == ["\N{MINUS SIGN}2.5 / +0.6 / +0.1 / 0.0"]
    assert "R@50" not in table.header


def test_the_papers_rows_are_all_listed():
    recognition, retrieval = paper_table(recall=False), paper_table(recall=True)
    assert recognition.header == (
        "Method", "Backbone", "Pre-training data", "Pre-training input", "Input", "Protocol", "UCF101", "HMDB51",
    )  # fmt: skip
    assert ("rhoSimCLR", "R3D-50", "K400", "8x224", "8x224", "fine-tuning", "88.9", "\N{EN DASH}") in recognition.rows
    assert retrieval.header[4:6] == ("UCF101 R@1", "UCF101 R@5")
    assert len(retrieval.rows) == 8
