"""The benchmarks run, and their arithmetic is right."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
import torch

from hico.bench.bound import matrix_products, operations
from hico.bench.memory import OF_STAGES, VARIABLE
from hico.bench.step import deterministic
from hico.bench.timing import rates, spread, taking_turns

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


def test_benchmarks_have_the_memory_settings_of_stages() -> None:
    script = (Path(__file__).parents[2] / "workflow/scripts/stage.sh").read_text()
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
