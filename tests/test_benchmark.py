"""The benchmark compares before it prints, and says what it could not measure."""

import importlib.util
import math
import re
import shutil
from pathlib import Path

import pytest

from demos.benchmark import __main__ as benchmark
from demos.benchmark import graphs, published
from demos.benchmark.browser import BROWSERS

OURS = ("train", "ours, python", 2)
NUMPY = ("train", "NumPy by hand", 2)


@pytest.mark.long
def test_every_competitor_is_in_the_tables(tmp_path: Path) -> None:
    sizes = ["--rounds", "1", "--epochs", "2", "--operations", "2000"]
    report = benchmark.main([*sizes, "--out", str(tmp_path / "made")])
    text = report.read_text(encoding="utf-8")
    assert (report.parent / "benchmark.png").stat().st_size > 10_000
    assert "180 steps of the published run" in text
    for name in published.COMPETITORS:
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        if name == "PyTorch" and importlib.util.find_spec("torch") is None:
            assert "No module named 'torch'" in row
        elif name == "ours, in a page" and not any(map(shutil.which, BROWSERS)):
            assert "no chromium" in row
        else:
            assert float(row.split("|")[6]) <= 1e-9
    step = r"micrograd's moons demo, one step, .* \| [\d.]+ \| [\d,]+ ms \| [\d.]+ ms"
    assert re.search(step, text)
    assert re.search(r"the same step, a node for each × and \+ \| [\d.]+ \|", text)
    assert re.search(r"2,000 operations, build and backward \| [\d.]+", text)
    assert re.search(r"\n\| 10,000 (\| [\d.]+ ){5}\|\n", text)


def test_two_competitors_come_to_the_same_numbers() -> None:
    found = {task: benchmark.do(task) for task in (OURS, NUMPY)}
    benchmark.compare(found)
    assert 0.0 <= found[NUMPY]["apart"] <= 1e-9
    assert found[OURS]["apart"] == 0.0


def test_a_binary_node_has_at_most_130_bytes() -> None:
    assert graphs.bytes_a_node("ours", 20_000)["bytes"] <= 130.0


@pytest.mark.parametrize("wrong", [1.0 + 1e-8, math.nan])
def test_other_results_stop_it_before_a_time_is_printed(wrong: float) -> None:
    found = {
        OURS: {"results": [1.0, 2.0], "whole": []},
        NUMPY: {"results": [wrong, 2.0], "whole": []},
    }
    message = r"NumPy by hand, train: other results than ours, .* no time is printed"
    with pytest.raises(SystemExit, match=message):
        benchmark.compare(found)


def test_results_that_differ_by_rounding_are_the_same() -> None:
    benchmark.compare({OURS: {"results": [1.0]}, NUMPY: {"results": [1.0 + 1e-10]}})


def test_a_failing_task_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"KeyError: 'nobody'"):
        benchmark.measured(("train", "nobody", 1))
