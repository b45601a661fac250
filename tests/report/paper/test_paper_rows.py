from importlib.resources import files

import pytest

from hico.errors import ReportError
from hico.report.paper.rows import published, recognition, retrieval
from hico.report.runs import read_run

HICO = {"method": "hico", "data": "x"}
LONG = {"pretrain_data": "UK400", "pretrain_videos": 150_000, "pretrain_settings": HICO | {"epochs": 500}}


def test_the_rows_are_the_papers(shared):
    for name in ("recognition.csv", "retrieval.csv"):
        ours = files("hico.report.paper").joinpath(name).read_text()
        assert ours == (shared / "paper" / name).read_text()


def test_every_row_is_read():
    assert recognition().shape[0] == 33
    assert retrieval().shape[0] == 8
    assert {"S3D-G", "R3D-18", "R(2+1)D-10"} <= set(recognition().backbone)


def test_the_short_run_is_the_model_zoos(make_run):
    assert published(make_run()) == ("HiCo (short, 120 epochs)", {"top1": 77.6})
    probe = make_run(protocol="linear_probe", dataset="HMDB51", test_videos=1530)
    assert published(probe) == ("HiCo (short, 120 epochs)", {"top1": 41.6})


def test_long_schedules_and_inputs_choose_the_row(make_run):
    assert published(make_run(**LONG)) == ("HiCo", {"top1": 83.6})
    settings = LONG["pretrain_settings"] | {"clip": {"frames": 8, "rate": 8}}
    r3d = make_run(**LONG | {"pretrain_settings": settings}, backbone="r3d_18", pretrain_input="8x112")
    assert published(r3d) == ("HiCo", {"top1": 87.2})


def test_the_large_input_is_fine_tuned_by_the_nearest_public_recipe(make_run):
    clip = {"clip": {"frames": 32, "rate": 2, "size": 224}}
    nearest = {"data": "UCF101", "batch_videos": 32, "optimizer": {"rate": 1e-4, "warmup_rate": 2e-5}}
    assert published(make_run(**LONG, input="32x224", task_settings=nearest | clip)) == ("HiCo", {"top1": 91.0})
    assert published(make_run(**LONG, input="32x224", task_settings={"data": "UCF101"} | clip)) == ("", {})
    assert published(make_run(**LONG, task_settings=nearest)) == ("", {})


def test_retrieval_has_all_ranks_of_the_row(make_run):
    run = make_run(**LONG, protocol="retrieval", **{"r@1": 60.0})
    assert published(run) == ("HiCo", {"r@1": 62.5, "r@5": 76.4, "r@10": 82.9, "r@20": 89.4})


@pytest.mark.parametrize(
    "changes",
    [
        {"method": "simclr"},
        {"pretrain_settings": HICO | {"loss": {"tcl": 0}}},
        {"pretrain_settings": HICO | {"loss": {"gamma": 2}}},
        {"pretrain_settings": HICO | {"sampling": {"near_pairs": 2}}},
        {"pretrain_settings": HICO | {"sampling": {"gradual": False}}},
        {"pretrain_settings": HICO | {"sampling": {"distance_s": [0, 4]}}},
        {"pretrain_settings": HICO | {"epochs": 120, "optimizer": {"name": "adamw"}}},
        {"pretrain_settings": HICO | {"epochs": 120, "augment": {"color_probability": 0}}},
        {"pretrain_settings": None},
        {"width": 0.25},
        {"pretrain_settings": HICO | {"epochs": 100}},
        {"pretrain_data": "demo"},
        {"pretrain_data": None},
        {"pretrain_videos": 128},
        {"pretrain_videos": None},
        {"pretrain_input": "8x112"},
        {"dataset": "actions"},
        {"test_videos": 540},
        {"split": 2},
        {"input": "8x32"},
        {"backbone": "other"},
    ],
)
def test_anything_else_has_no_row_in_the_paper(make_run, changes):
    assert published(make_run(**changes)) == ("", {})


@pytest.mark.parametrize(
    "changes",
    [
        {"epochs": 50},
        {"batch_videos": 64},
        {"dropout": 0.5},
        {"views": 1},
        {"optimizer": {"name": "sgd"}},
        {"optimizer": {"rate": 0.001}},
        {"augment": {"color_probability": 0.8}},
        {"clip": {"rate": 2}},
    ],
)
def test_another_recipe_of_the_task_has_no_row(make_run, changes):
    assert published(make_run(task_settings={"data": "u"} | changes)) == ("", {})
    probe = {"data": "u", "batchnorm": "adapt"} | changes
    assert published(make_run(protocol="linear_probe", task_settings=probe)) == ("", {})


def test_each_data_set_and_protocol_has_a_recipe_of_its_own(make_run):
    ucf101, hmdb51 = {"data": "u"}, {"dataset": "HMDB51", "test_videos": 1530}
    assert published(make_run(task_settings=None)) == ("", {})
    assert published(make_run(**hmdb51))[1]
    assert published(make_run(**hmdb51, task_settings=ucf101)) == ("", {})
    assert published(make_run(protocol="linear_probe"))[1]
    assert published(make_run(protocol="linear_probe", task_settings=ucf101)) == ("", {})
    nearest = LONG | {"protocol": "retrieval", "r@1": 60.0}
    assert published(make_run(**nearest, task_settings=ucf101 | {"ks": [1], "views": 2}))[1]
    assert published(make_run(**nearest, task_settings=ucf101 | {"clip": {"rate": 2}})) == ("", {})


def test_how_a_task_is_computed_is_no_recipe(make_run):
    settings = {"data": "other", "experiments": ["hico"], "compute": {"precision": "float32"}}
    settings |= {"media": {"on_error": "drop"}, "clip": {"frames": 32, "rate": 2}}
    assert published(make_run(task_settings=settings))[1] == {"top1": 77.6}


def test_task_settings_of_another_version_are_refused_with_the_file(facts, write_facts):
    path = write_facts(facts(task_settings={"data": "ucf101", "gone": 1}))
    with pytest.raises(ReportError, match=rf"{path}: not a metrics file .* task_settings.gone: Extra"):
        read_run(path)
