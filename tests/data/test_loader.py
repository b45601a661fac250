"""Monitored workers: one that dies or hangs is reported, and none is left behind."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from torch.utils.data.dataloader import _MultiProcessingDataLoaderIter

from hico.config.media import Media
from hico.data.dataset import Batch
from hico.data.loader import WorkerError, train_batches
from hico.data.sampler import ShardedBatchSampler, TrainSchedule

AssertEnded = Callable[[list[int]], None]
SCHEDULE = TrainSchedule(num_videos=7, global_batch_videos=3, epochs=2, seed=0)
LIMIT_S = 1.5
HERE = Path(__file__).parent
ENDS = {"is killed": "SIGKILL", "crashes": "SIGSEGV", "hangs": f"more than {LIMIT_S} s"}


@pytest.fixture
def hostile(monkeypatch: pytest.MonkeyPatch) -> Any:
    """The module of the hostile data set; the loader checks for dead workers often."""
    monkeypatch.syspath_prepend(HERE)
    monkeypatch.setattr(_MultiProcessingDataLoaderIter._try_get_data, "__defaults__", (0.2,))
    import hostile_dataset

    return hostile_dataset


def batches(dataset: Any, workers: int, on_error: str = "fail") -> Iterator[Batch]:
    return train_batches(
        dataset, ShardedBatchSampler(SCHEDULE), workers, Media(on_error=on_error, time_limit_s=LIMIT_S)
    )


def content(given: Iterator[Batch]) -> list[Any]:
    return [(batch.clips.tolist(), batch.videos.tolist(), [one.video for one in batch.failed]) for batch in given]


@pytest.mark.parametrize("deed", ENDS)
def test_a_worker_that_ends_names_the_file(hostile: Any, deed: str) -> None:
    with pytest.raises(WorkerError, match=rf"^/media/4\.mp4: .*{ENDS[deed]}"):
        list(batches(hostile.HostileDataset(7, deed, 4), 2))


@pytest.mark.parametrize("deed", ["is killed", "hangs"])
def test_drop_of_one_that_ends_its_worker(hostile: Any, deed: str) -> None:
    wanted = content(batches(hostile.HostileDataset(7, "raises", 4), 0, "drop"))
    assert content(batches(hostile.HostileDataset(7, deed, 4), 2, "drop")) == wanted
    assert [video for _, _, failed in wanted for video in failed].count(4) == 2
    assert all(len(videos) + len(failed) == 3 for _, videos, failed in wanted)


def test_drop_of_two_that_end_their_workers(hostile: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    bad = [SCHEDULE.samples_at(step)[0].video for step in (0, 1)]  # a step each for two workers
    wanted = content(batches(hostile.HostileDataset(7, "raises", *bad), 0, "drop"))
    monkeypatch.setattr(_MultiProcessingDataLoaderIter._try_get_data, "__defaults__", (2.0,))
    assert content(batches(hostile.HostileDataset(7, "is killed", *bad), 2, "drop")) == wanted


def test_a_slow_file_fails_without_workers(hostile: Any) -> None:
    failed = [one for batch in batches(hostile.HostileDataset(7, "is slow", 4), 0) for one in batch.failed]
    assert [(one.video, one.reason) for one in failed] == [
        (4, f"/media/4.mp4: reading it took more than {LIMIT_S} s")
    ] * 2
    assert signal.getsignal(signal.SIGALRM) == signal.SIG_DFL


def test_a_batch_names_videos_and_clips(hostile: Any) -> None:
    batch = next(batches(hostile.HostileDataset(7, ""), 0))
    first = SCHEDULE.samples_at(0)[0].video
    assert batch.describe().startswith(f"v{first} (/media/{first}.mp4) at 0.00-0.00 s; v")


READ = """
import sys
from hico.config.media import Media
from hostile_dataset import HostileDataset
from hico.data.loader import train_batches
from hico.data.sampler import ShardedBatchSampler, TrainSchedule
if __name__ == "__main__":
    schedule = TrainSchedule(7, 3, 100000, 0)
    dataset = HostileDataset(7, sys.argv[1], schedule.samples_at(1)[0].video)
    for batch in train_batches(dataset, ShardedBatchSampler(schedule), 2, Media(time_limit_s=2)):
        print(batch.videos.tolist(), flush=True)
"""


def reader(tmp_path: Path, deed: str) -> subprocess.Popen[str]:
    script = tmp_path / "read.py"
    script.write_text(READ)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join([str(HERE), *sys.path])}
    command = [sys.executable, str(script), deed]
    return subprocess.Popen(command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True)


def descendants(process: int) -> list[int]:
    """Processes below one, from /proc."""
    parents = {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdigit():
            try:
                parents[int(folder.name)] = int((folder / "stat").read_text().rsplit(")", 1)[1].split()[1])
            except OSError:
                continue
    below, found = {process}, []
    while below:
        below = {child for child, parent in parents.items() if parent in below}
        found += sorted(below)
    return found


def test_job_signals_reach_no_worker(tmp_path: Path, assert_ended: AssertEnded) -> None:
    with reader(tmp_path, "") as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        children = descendants(parent.pid)
        for child in children:
            for number in (signal.SIGTERM, signal.SIGUSR1, signal.SIGINT):
                os.kill(child, number)
        for _ in range(200):
            assert parent.stdout.readline()
        parent.kill()
    assert len(children) >= 3
    assert_ended(children)


def test_a_waiting_worker_ends_with_its_parent(tmp_path: Path, assert_ended: AssertEnded) -> None:
    with reader(tmp_path, "is slow") as parent:
        assert parent.stdout is not None
        parent.stdout.readline()
        children = descendants(parent.pid)
        parent.kill()
    assert len(children) >= 3
    assert_ended(children)
