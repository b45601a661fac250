"""The paper's rows, and which of them an experiment of ours reproduces."""

from functools import cache
from importlib.resources import files

import pandas as pd

from hico.report.names import BACKBONES
from hico.report.paper.tasks import is_papers
from hico.report.recipe import PAPERS_METHOD
from hico.report.runs import Run

DATASETS = ("UCF101", "HMDB51")
# Pre-training schedules (data, epochs) of the authors' released configurations, and the rows they stand for.
SCHEDULES = {
    ("HACS", 120): "HiCo (short, 120 epochs)",
    ("HACS", 600): "HiCo",
    ("K400", 200): "HiCo",
    ("UK400", 500): "HiCo",
}
# A title alone proves nothing: far fewer videos than the official training or test list are another data set.
OFFICIAL_VIDEOS = {"HACS": 37_613, "K400": 240_000, "UK400": 157_000, "UCF101": 3_783, "HMDB51": 1_530}
LEAST_SHARE = 0.25


@cache
def recognition() -> pd.DataFrame:
    """method, backbone, pretrain, pretrain_input, input, protocol, UCF101, HMDB51: top-1 in per cent, split 1."""
    table = _read("recognition.csv").rename(columns={"finetune_input": "input"})
    table = table.rename(columns={name.lower(): name for name in DATASETS})
    return table.assign(protocol=table.protocol.replace("linear", "linear_probe"))


@cache
def retrieval() -> pd.DataFrame:
    """method, backbone, input (side in pixels), pretrain, and UCF101_r@1 ... HMDB51_r@20: R@k in per cent, split 1."""
    table = _read("retrieval.csv").astype({"input": str})
    pairs = ((name, k) for name in DATASETS for k in (1, 5, 10, 20))
    return table.rename(columns={f"{name.lower()}_r{k}": f"{name}_r@{k}" for name, k in pairs})


def _read(name: str) -> pd.DataFrame:
    with files("hico.report.paper").joinpath(name).open(encoding="utf-8") as stream:
        table = pd.read_csv(stream)
    return table.assign(backbone=table.backbone + "-" + table.depth.astype(str)).replace(
        {"backbone": {"S3D-G-23": "S3D-G", "S3D-23": "S3D"}}
    )


def published(run: Run) -> tuple[str, dict[str, float]]:
    """The paper's name of this experiment and its measures; ("", {}) when the paper has no such experiment.

    Experiments correspond when method, schedule, full-width backbone, data sets, protocol, inputs and task do.
    """
    method = SCHEDULES.get((run.pretrain_data or "", run.pretrain_epochs or 0), "")
    if run.method != "hico" or run.parts != PAPERS_METHOD or run.width != 1 or run.split != 1 or not _is_official(run):
        return "", {}
    if not is_papers(run.protocol, run.dataset, run.task_settings):
        return "", {}
    found = _retrieval_row(run, method) if run.protocol == "retrieval" else _recognition_row(run, method)
    return (method, found) if found else ("", {})


def _is_official(run: Run) -> bool:
    if run.dataset not in DATASETS or run.pretrain_data not in OFFICIAL_VIDEOS:
        return False
    counts = ((run.dataset, run.test_videos), (run.pretrain_data, run.pretrain_videos or 0))
    return all(videos >= LEAST_SHARE * OFFICIAL_VIDEOS[name] for name, videos in counts)


def _recognition_row(run: Run, method: str) -> dict[str, float]:
    wanted = {
        "method": method,
        "backbone": BACKBONES.get(run.backbone, run.backbone),
        "pretrain": run.pretrain_data,
        "pretrain_input": run.pretrain_input,
        "input": run.input,
        "protocol": run.protocol,
    }
    values = _select(recognition(), wanted)[run.dataset].dropna()
    return {"top1": float(values.iloc[0])} if len(values) else {}


def _retrieval_row(run: Run, method: str) -> dict[str, float]:
    side = run.input.rpartition("x")[2]
    name = BACKBONES.get(run.backbone, run.backbone)
    rows = _select(retrieval(), {"method": method, "backbone": name, "pretrain": run.pretrain_data, "input": side})
    prefix = f"{run.dataset}_"
    return {
        str(key).removeprefix(prefix): float(value)
        for _, row in rows.iterrows()
        for key, value in row.dropna().items()
        if str(key).startswith(prefix)
    }


def _select(table: pd.DataFrame, wanted: dict[str, str | None]) -> pd.DataFrame:
    keep = pd.Series(True, index=table.index)
    for column, value in wanted.items():
        keep &= table[column] == value
    return table[keep]
