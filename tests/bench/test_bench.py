"""The benchmarks run, and their arithmetic is right."""

import argparse
import copy
import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from hico.bench import index
from hico.bench.bound import convolutions, matrix_products, operations
from hico.bench.memory import OF_STAGES, VARIABLE
from hico.bench.step import deterministic, plain_lars
from hico.bench.timing import rates, spread, taking_turns
from hico.config.experiments import Pretrain
from hico.config.training import Optimizer
from hico.optim import LARS
from hico.video.record import OK, Video

SMALL = {
    "step": ["--width", "0.0625", "--videos", "2", "--frames", "4", "--size", "32"],
    "loader": [],
    "index": [],
    "store": [],
    "retrieval": ["--queries", "60", "--gallery", "80", "--width", "8"],
}


@pytest.mark.parametrize("part", SMALL)
def test_a_part_runs_and_writes_what_it_prints(part: str, tmp_path: Path) -> None:
    out = tmp_path / "bench.json"
    command = [sys.executable, "-m", "hico.bench", part, *SMALL[part], "--repetitions", "2", "--json", str(out)]
    printed = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    written = json.loads(out.read_text())
    assert {"lines", "machine", "commit"} == written.keys()
    for line in written["lines"]:
        assert line["name"] in printed
        assert line["value"] > 0
    naive, *others = [line for line in written["lines"] if line["unit"].endswith("/s") or line["unit"].startswith("x")]
    assert naive["ratio"] is None
    assert all(line["ratio"] == pytest.approx(line["value"] / naive["value"]) for line in others)


def test_rates_and_ratios_come_from_medians() -> None:
    lines = rates({"naive": [4.0, 2.0, 9.0], "ours": [1.0, 1.0, 5.0]}, 8, "clips/s", "naive")
    assert [(line.value, line.ratio) for line in lines] == [(2.0, None), (8.0, 4.0)]
    assert spread([1.0]) == 0.0
    assert spread([1.0, 2.0, 3.0]) == 1.0


def test_operations_of_a_product_are_counted_and_matched() -> None:
    one = torch.randn(64, 32)
    assert operations(lambda: one @ one.T) == 2 * 64 * 32 * 64
    bound = matrix_products(2 * 5 * 2048**3, torch.device("cpu"), torch.float32)
    assert operations(bound) == 2 * 5 * 2048**3


def test_convolutions_alone_are_those_of_the_run_and_their_gradients() -> None:
    convolution, video = torch.nn.Conv3d(2, 4, 3), torch.randn(1, 2, 5, 6, 7)

    def run() -> None:
        torch.relu(convolution(video) @ torch.ones(5, 5)).sum().backward()

    forward = 2 * 2 * 27 * 4 * (3 * 4 * 5)
    assert operations(convolutions(run, torch.device("cpu"))) == 2 * forward  # the video needs no gradient


def test_the_plain_lars_is_lars() -> None:
    torch.manual_seed(0)
    plain = torch.nn.Sequential(torch.nn.Linear(3, 4), torch.nn.BatchNorm1d(4), torch.nn.Linear(4, 2)).double()
    torch.nn.init.zeros_(plain[2].bias)
    fast = copy.deepcopy(plain)
    settings = Pretrain(method="hico", data="d", optimizer=Optimizer(weight_decay=0.1, trust=0.01))
    lars = LARS(fast.parameters(), 0.1, settings.optimizer.momentum, weight_decay=0.1, trust_coefficient=0.01)
    momenta = [torch.zeros_like(weight) for weight in plain.parameters()]
    for _ in range(3):
        for weight, other in zip(plain.parameters(), fast.parameters(), strict=True):
            weight.grad = other.grad = torch.randn_like(weight)
        plain_lars(plain, momenta, settings, 0.1)
        lars.step()
    for weight, other in zip(plain.parameters(), fast.parameters(), strict=True):
        torch.testing.assert_close(weight, other, rtol=1e-12, atol=1e-14)


def test_the_naive_index_decodes_every_frame_once(monkeypatch: pytest.MonkeyPatch) -> None:
    decoded: list[str] = []
    monkeypatch.setattr(index, "decode_all", decoded.append)
    monkeypatch.setattr(index, "probe", lambda path: None)
    monkeypatch.setattr(index.media, "videos", lambda *_: [Video("a", "a.mp4", OK, duration_s=1.0)])
    index.lines(argparse.Namespace(media=None, repetitions=1))
    assert decoded == ["a.mp4"] * 2, "once to warm up, and once that counts"


def test_benchmarks_have_the_memory_settings_of_stages() -> None:
    script = (Path(__file__).parents[2] / "workflow/scripts/hico-stage").read_text()
    assert f"export {VARIABLE}=${{{VARIABLE}:-{OF_STAGES}}}\n" in script


def test_contenders_take_turns_after_one_warm_up() -> None:
    calls: list[str] = []
    seconds = taking_turns({"a": lambda: calls.append("a"), "b": lambda: calls.append("b")}, 2)
    assert calls == ["a", "b", "a", "b", "a", "b"]
    assert {name: len(times) for name, times in seconds.items()} == {"a": 2, "b": 2}


def test_the_deterministic_step_is_timed_under_the_algorithms_of_training() -> None:
    seen: list[bool] = []
    deterministic(lambda: seen.append(torch.are_deterministic_algorithms_enabled()), torch.device("cpu"))()
    assert [*seen, torch.are_deterministic_algorithms_enabled()] == [True, False]
