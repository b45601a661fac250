"""The whole workflow through profiles/slurm on a real Slurm: to the report, out of time, out of memory, canceled."""

import json
import re
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
import yaml

VIDEOS, STEPS = 4, 30
WEIGHTS = "results/tiny/pretrain/crawling/seed0/weights.safetensors"
# Where the cluster of the tests differs: few cores, no accounts, no data base of finished jobs, no patience. The time
# between looks at the queue starts at that before the first, and grows by 10 s whenever nothing has finished.
SITE = {
    "jobs": 8,
    "set-threads": dict.fromkeys(("synthetic_dataset", "pretrain", "linear_probe", "retrieval", "index_shard"), 1),
    "slurm-no-account": True,
    "slurm-status-command": "squeue",
    "slurm-init-seconds-before-status-checks": 10,
    "seconds-between-status-checks": 2,
    "latency-wait": 5,
    "max-jobs-per-timespan": "100/1s",
}
TRAINING = {"pretrain", "linear_probe", "retrieval"}


@pytest.fixture(scope="module")
def project(cluster: Any, new_project: Callable[[], Any], tiny: Path) -> Any:
    """A copy of the project with a second experiment, whose training crawls in its first job."""
    own = new_project()
    settings = yaml.safe_load(tiny.read_text(encoding="utf-8"))
    del settings["finetune"], settings["pretrain"]["random"]
    network = {"name": "crawling_net:CrawlingNet", "width": 0.1}
    settings["synthetic"]["videos"] = VIDEOS
    changes = {"method": "simclr", "backbone": network, "epochs": STEPS // 2}
    settings["pretrain"]["crawling"] = settings["pretrain"]["hico"] | changes
    settings["retrieval"]["actions"]["experiments"] = ["hico"]
    (own.folder / "config/config.yaml").write_text(yaml.safe_dump(settings), encoding="utf-8")
    shutil.copy2(Path(__file__).with_name("crawling_net.py"), own.folder)
    return own


def command(project: Any, *options: str, **pretrain: object) -> list[str]:
    """Snakemake with profiles/slurm, after what the site changes and what pre-training asks for."""
    profile = yaml.safe_load((project.folder / "profiles/slurm/config.yaml").read_text(encoding="utf-8"))
    profile["set-resources"]["pretrain"] |= pretrain
    site = project.folder / "profiles/site"
    site.mkdir(exist_ok=True)
    (site / "config.yaml").write_text(yaml.safe_dump(profile | SITE), encoding="utf-8")
    return [sys.executable, "-m", "snakemake", "--workflow-profile", "profiles/site", *options]


@pytest.fixture(scope="module")
def output(project: Any) -> str:
    """What the whole run prints, with a minute for pre-training."""
    done = project.run(*command(project, runtime=1), OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stdout
    return str(done.stdout)


def test_the_whole_run_goes_through_slurm_to_the_report(output: str, project: Any, cluster: Any) -> None:
    results = project.folder / "results/tiny"
    assert (results / "report.html").stat().st_size > 100_000
    assert set(pd.read_csv(results / "tables/recognition.csv")["experiment"]) == {"hico"}
    jobs = finished_jobs(cluster)
    assert {rule for rule, partition, gpus in jobs if (partition, gpus) == ("gpu", "1")} == TRAINING
    assert {(partition, gpus) for rule, partition, gpus in jobs if rule not in TRAINING} == {("cpu", "")}


def finished_jobs(cluster: Any) -> set[tuple[str, str, str]]:
    """Rule, partition and number of GPUs of every job that Slurm remembers."""
    text = cluster.ask("scontrol", "--oneliner", "show", "job")
    patterns = (r"Comment=rule_([a-z_]+?)(?:_wildcards|\s)", r" Partition=(\w+)", r"gres[:/]gpu[:=](\d+)")
    jobs = [[re.search(pattern, line) for pattern in patterns] for line in text.splitlines() if "Comment=" in line]
    return {tuple(found[1] if found else "" for found in job) for job in jobs}  # type: ignore[misc]


def test_training_that_runs_out_of_time_resumes_and_finishes(output: str, project: Any) -> None:
    assert re.search(r"SLURM-job '\d+' failed, SLURM status is: 'TIMEOUT'", output)
    log = (project.folder / "logs/tiny/pretrain/crawling/seed0.log").read_text(encoding="utf-8")
    assert "resuming from" in log
    metrics = pd.read_csv(project.folder / "results/tiny/pretrain/crawling/seed0/metrics.csv")
    assert metrics["step"].tolist() == list(range(1, STEPS + 1))


def test_one_run_over_two_machines(project: Any, cluster: Any) -> None:
    weights = "results/tiny/pretrain/hico/seed0/weights.safetensors"
    machines = {"nodes": 2, "gpu": 2, "mpi": "srun", "tasks": 2, "tasks_per_gpu": 1}
    done = project.run(*command(project, "--forcerun", "pretrain", "--", weights, **machines), OMP_NUM_THREADS="1")
    assert done.returncode == 0, done.stdout
    assert "NumNodes=2" in cluster.ask("scontrol", "show", "job", re.findall(r"SLURM jobid (\d+)", done.stdout)[-1])
    record = json.loads((project.folder / weights).with_name("provenance.json").read_text(encoding="utf-8"))
    assert record["hardware"]["processes"] == 2


def test_too_little_memory_is_told(project: Any) -> None:
    options = ("--retries", "0", "--forcerun", "pretrain", "--", WEIGHTS)
    done = project.run(*command(project, *options, mem_mb=300))
    assert done.returncode == 1
    named = re.search(r"Error in rule pretrain:.*?log: [^,]*, (.*?) \(check log file", done.stdout, re.DOTALL)
    assert named, done.stdout
    assert re.search(r"exceeded memory limit \(\d+ > \d+\)", Path(named[1]).read_text(encoding="utf-8"))


def test_canceling_leaves_nothing_running(project: Any, cluster: Any) -> None:
    (project.folder / "first_job").unlink(missing_ok=True)
    started = command(project, "--forcerun", "pretrain", "--", WEIGHTS)
    with subprocess.Popen(
        started,
        cwd=project.folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        # A shell's background jobs ignore it, and so would what they start.
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),
    ) as running:
        wait_until((project.folder / "first_job").exists, 100)
        running.send_signal(signal.SIGINT)
        printed, _ = running.communicate(timeout=100)
    assert running.returncode != 0, printed
    wait_until(lambda: not cluster.queue() and not stages(), 30)


def stages() -> list[str]:
    """Command lines of training processes on this machine that belong to a job of Slurm."""
    found = subprocess.run(["ps", "-eo", "args"], capture_output=True, text=True, check=True).stdout
    return [line for line in found.splitlines() if "-m hico.stages.pretrain" in line and "CrawlingNet" in line]


def wait_until(happens: Callable[[], object], seconds: float) -> None:
    end = time.monotonic() + seconds
    while not happens():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.5)
