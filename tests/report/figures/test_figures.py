"""What each figure says, read from its own artists."""

import json
from dataclasses import replace

import matplotlib as mpl
import numpy as np
import pandas as pd
import pytest
from matplotlib.text import Text

from hico.config.experiments import Pretrain
from hico.errors import ReportError
from hico.report.availability import Coverage, Reason
from hico.report.experiments import read_experiments
from hico.report.figures import (
    bars,
    confusion,
    coverage,
    curves,
    effects,
    neighbors,
    pairs,
    ranks,
    sampling,
    style,
    topics,
)
from hico.report.runs import Run
from hico.report.summary import summarize
from hico.report.training_runs import COLUMNS, TrainingRun

HICO = {"method": "hico", "data": "x"}
FACTS = {
    "protocol": "finetune", "task": "ucf101", "experiment": "hico", "title": "HiCo", "method": "hico",
    "seed": 0, "split": 1, "pretrain_data": "HACS", "pretrain_videos": 37_613,
    "pretrain_coverage": 1.0, "pretrain_settings": HICO, "pretrain_input": "16x112", "backbone": "s3dg", "width": 1.0,
    "dataset": "UCF101", "input": "16x112", "train_videos": 9537, "test_videos": 3783, "coverage": 1.0, "top1": 70.0,
    "views": 10, "task_settings": {"data": "ucf101"},
}  # fmt: skip
NAMES = {"simclr": {"title": "SimCLR", "method": "simclr"}, "hico": {"title": "HiCo $1", "method": "hico"}}
LOOKS = read_experiments(json.dumps(NAMES))


def run_of(**changes):
    return Run.model_validate(FACTS | changes)


def texts(figure):
    return [text.get_text() for text in figure.findobj(Text) if text.get_text()]


def training(experiment, tcl, seed=0):
    steps = pd.DataFrame(dict.fromkeys(COLUMNS, np.linspace(0, 1, 40))).assign(tcl=tcl)
    return TrainingRun(experiment, seed, steps)


def test_bars_show_the_mean_and_the_papers_figure():
    runs = [run_of(seed=seed, top1=70.0 + 2 * seed) for seed in (0, 1)]
    simclr = {"experiment": "simclr", "method": "simclr", "title": "SimCLR", "top1": 50.0}
    shown = texts(bars.draw(summarize([*runs, *(run_of(seed=seed, **simclr) for seed in (0, 1))]), LOOKS))
    assert {"71.0", "50.0", "77.6", "HiCo $1, paper", "Fine-tuning on UCF101"} <= set(shown)


def test_bars_name_the_input_of_tasks_that_are_alike_otherwise():
    runs = [run_of(), run_of(task="ucf101-large", input="32x224"), run_of(protocol="retrieval", **{"r@1": 40.0})]
    headings = [axes.get_title() for axes in bars.draw(summarize(runs), LOOKS).axes[:3]]
    assert headings == ["Fine-tuning on UCF101, 16x112", "Fine-tuning on UCF101, 32x224", "Retrieval on UCF101"]


def test_headings_of_bars_stay_inside_the_figure():
    looks = {"hico": replace(LOOKS["hico"], title="HiCo (short, 120 epochs), R(2+1)D-10")}
    runs = [
        run_of(protocol="linear_probe", batchnorm=kind, task=kind, dataset="HMDB51") for kind in ("strict", "adapt")
    ]
    with mpl.rc_context(style.RC):
        figure = bars.draw(summarize(runs), looks)
        figure.draw_without_rendering()
    ends = [text.get_window_extent().x1 for text in figure.findobj(Text) if text.get_text().startswith("Linear")]
    assert len(ends) == 2
    assert max(ends) <= figure.bbox.width


def test_bars_of_a_demo_have_no_paper():
    shown = texts(bars.draw(summarize([run_of(dataset="demo")]), LOOKS))
    assert not any("paper" in text.lower() for text in shown)
    assert "70.0" in shown


def test_effects_put_alike_experiments_on_one_line():
    alike = {"pretrain_data": "demo", "pretrain_videos": 100, "protocol": "linear_probe"}
    made = {"hico": {}, "short": {"epochs": 10}, "far": {"sampling": {"distance_s": [0, 4]}}}
    base = HICO | {"epochs": 40}
    runs = [
        run_of(experiment=key, seed=seed, top1=40.0 + seed, pretrain_settings=base | changes, **alike)
        for key, changes in made.items()
        for seed in (0, 1)
    ]
    looks = dict.fromkeys(made, LOOKS["hico"])
    figure = effects.draw(summarize(runs), looks)
    longer, distance = figure.axes
    assert (longer.get_title(), distance.get_title()) == ("Longer training", "Distance")
    # 3 steps of 32 videos fit in an epoch of 100; 3 clips a video.
    assert longer.get_xticks().tolist() == [10 * 3 * 32 * 3, 40 * 3 * 32 * 3]
    assert distance.get_xticks().tolist() == [1.0, 4.0]
    assert longer.get_ylabel() == "Linear probe\non UCF101: top-1, %"


def test_effects_show_lines_over_clips_beside_each_other():
    made = {f"{key}-{epochs}": (key, epochs) for key in ("simclr", "hico") for epochs in (10, 20)}
    runs = [
        run_of(experiment=name, protocol="linear_probe", pretrain_settings=HICO | {"method": key, "epochs": epochs})
        for name, (key, epochs) in made.items()
    ]
    (panel,) = effects.draw(summarize(runs), {name: LOOKS[key] for name, (key, _) in made.items()}).axes
    first, second = (container.lines[0].get_xdata() for container in panel.containers)
    # 2 and 3 clips a video.
    assert np.allclose(second / first, 1.5 * effects.ASIDE)


def test_effects_are_named_after_what_was_declared_first_and_skip_tasks_of_one():
    settings = {"hico": HICO | {"epochs": 40}, "brief": HICO | {"epochs": 10}}
    alike = {"pretrain_data": "demo", "pretrain_videos": 100}
    runs = [
        run_of(experiment=key, pretrain_settings=settings[key], protocol="linear_probe", **alike) for key in settings
    ]
    runs.append(run_of(pretrain_settings=settings["hico"], **alike))
    looks = {"hico": replace(LOOKS["hico"], title="HiCo"), "brief": replace(LOOKS["hico"], title="HiCo, brief")}
    (panel,) = effects.draw(summarize(runs), looks).axes
    assert [text.get_text() for text in panel.get_legend().get_texts()] == ["HiCo"]
    assert len(panel.get_xticks()) == 2


def test_effects_need_something_that_varies():
    with pytest.raises(ReportError, match="no two experiments differ"):
        effects.draw(summarize([run_of(pretrain_settings=HICO)]), LOOKS)


def test_ranks_name_the_lines_where_they_end():
    long = {"pretrain_data": "UK400", "pretrain_videos": 157_000}
    long["pretrain_settings"] = HICO | {"epochs": 500}
    run = run_of(protocol="retrieval", top1=None, **long, **{"r@1": 40.0, "r@5": 60.0, "r@50": 90.0})
    figure = ranks.draw(summarize([run]), LOOKS)
    assert {"HiCo $1", "HiCo, paper", "UCF101"} <= set(texts(figure))
    assert [tick.get_text() for tick in figure.axes[0].get_xticklabels()] == ["1", "5", "50"]


def test_curves_leave_out_what_an_experiment_lacks():
    figure = curves.draw([training("simclr", np.nan), training("hico", 1.0), training("hico", 2.0, seed=1)], LOOKS)
    assert [len(axes.lines) for axes in figure.axes] == [2, 1, 2, 2]
    figure = curves.draw([training("simclr", np.nan)], LOOKS)
    assert "not part of these experiments" in texts(figure)


def test_topic_map_puts_clips_of_a_video_together(tmp_path):
    own = np.array([0, 1, 0, 1])
    same = own[:, None] == own[None, :]
    arrays = {f"{name}_predicted": np.where(same, 0.9, 0.2) for name in ("first", "last")}
    arrays |= {f"{name}_same_video": same for name in ("first", "last")}
    np.savez(tmp_path / "topics.npz", step=7, **arrays)
    step, first, last = topics.read_topics(tmp_path / "topics.npz")
    assert first.same_video[:2, :2].all()
    assert not first.same_video[:2, 2:].any()
    assert (step, last.mean(True), last.mean(False)) == (7, pytest.approx(0.9), pytest.approx(0.2))
    assert "mean: one video 0.90, two 0.20" in texts(topics.draw("HiCo", step, first, last))


def test_topic_map_of_an_experiment_without_topics(tmp_path):
    np.savez(tmp_path / "topics.npz", step=7)
    with pytest.raises(ReportError, match="only experiments with a topical loss"):
        topics.read_topics(tmp_path / "topics.npz")
    (tmp_path / "topics.npz").write_bytes(b"PK cut")
    with pytest.raises(ReportError, match="not readable as arrays"):
        topics.read_topics(tmp_path / "topics.npz")


def test_coverage_bars_add_up_and_reasons_are_listed():
    figure = coverage.draw([Coverage("hacs", 0, "training", 200, 150, 100)], [Reason("hacs", "no video stream", 50)])
    widths = [bar.get_width() for bar in figure.axes[0].patches]
    assert widths == [50.0, 25.0, 25.0]
    assert {"50 %   100 of 200", "hacs: no video stream", "hacs, training"} <= set(texts(figure))


def test_coverage_of_an_empty_list_and_of_sound_media():
    shown = texts(coverage.draw([Coverage("hacs", 0, "training", 1, 1, 1)], []))
    assert "None was: every video that is here can be read." in shown


def test_confusion_names_the_most_frequent_mistakes():
    matrix = np.array([[5, 3, 0], [0, 8, 0], [1, 0, 0]])
    assert confusion.mistakes(matrix) == [(0, 1), (2, 0)]
    shown = texts(confusion.draw("HiCo", matrix, ["run", "walk", "jump"]))
    assert "run \N{RIGHTWARDS ARROW} walk" in shown
    assert "62" in shown  # per cent of the true class


@pytest.mark.parametrize("classes", [2, 30, 101])
def test_confusion_of_any_size(classes):
    figure = confusion.draw("HiCo", np.eye(classes, dtype=int), [f"class {number}" for number in range(classes)])
    assert "none" in texts(figure)


@pytest.mark.parametrize("classes", [4, 18, 40])
def test_confusion_cuts_no_class_name(classes):
    figure = confusion.draw("HiCo", np.eye(classes, dtype=int), [f"SquareBounce{number}" for number in range(classes)])
    figure.draw_without_rendering()
    labels = [*figure.axes[0].get_xticklabels(), *figure.axes[0].get_yticklabels(), figure.axes[0].xaxis.label]
    for label in labels:
        extent = label.get_window_extent()
        assert figure.bbox.x0 <= extent.x0 < extent.x1 <= figure.bbox.x1, label.get_text()
        assert figure.bbox.y0 <= extent.y0 < extent.y1 <= figure.bbox.y1, label.get_text()


@pytest.mark.parametrize(
    "changes", [{}, {"sampling": {"near_pairs": 2}}, {"sampling": {"far_clip": False}}, {"method": "simclr"}]
)
def test_sampling_draws_every_clip_of_every_draw(changes):
    settings = Pretrain.model_validate({"method": "hico", "data": "x"} | changes)
    figure = sampling.draw("HiCo", training("hico", 1.0), settings)
    assert [len(axes.patches) for axes in figure.axes[1:]] == [sampling.DRAWS * settings.clips_per_video] * 3


def test_pairs_are_labeled_in_per_cent():
    kinds = ("same scene", "same action, other scene", "other action", "distractor")
    near, far = (0.8, 0.02, 0.0, 0.18), (0.3, 0.1, 0.25, 0.35)
    shares = {"near": dict(zip(kinds, near, strict=True)), "far": dict(zip(kinds, far, strict=True))}
    assert {"80 %", "35 %", "near: at most 1 s apart"} <= set(texts(pairs.draw(shares, 1.0)))


def test_queries_are_spread_over_the_classes():
    table = pd.DataFrame({"label": list("aaaabbcc"), "video_id": list("87654321")})
    assert neighbors.choose(table, 3).video_id.tolist() == ["5", "3", "1"]
    assert neighbors.choose(table, 5).label.tolist() == ["a", "a", "b", "b", "c"]
    assert len(neighbors.choose(table, 20)) == 8


def test_retrieval_sheet_marks_right_and_wrong():
    image = np.zeros((8, 8, 3), np.uint8)
    figure = neighbors.draw("HiCo", [neighbors.Query("run", image, ["run", "walk"], [image, image])])
    assert {"run", f"{neighbors.TICK} run", f"{neighbors.CROSS} walk"} <= set(texts(figure))


def test_unknown_video_is_named():
    with pytest.raises(ReportError, match="v1: in the predictions but not in the index"):
        neighbors.middle_frame({}, "v1")
