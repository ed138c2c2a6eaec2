"""The benchmark compares before it prints, and says what it could not measure."""

import importlib.util
import math
import re
from pathlib import Path

import pytest

from demos.benchmark import __main__ as benchmark
from demos.benchmark import graphs, published


@pytest.fixture(scope="module")
def report(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("benchmark") / "made"
    return benchmark.main(
        ["--rounds", "1", "--epochs", "2", "--operations", "2000", "--out", str(folder)]
    )


def test_every_competitor_is_in_the_tables(report: Path) -> None:
    text = report.read_text(encoding="utf-8")
    assert (report.parent / "benchmark.png").stat().st_size > 10_000
    assert "180 steps of the published run" in text
    for name in published.COMPETITORS:
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        absent = name == "PyTorch" and importlib.util.find_spec("torch") is None
        assert ("No module named 'torch'" in row) if absent else float(row.split("|")[6]) <= 1e-9
    assert re.search(
        r"micrograd's moons demo, one step, .* \| [\d.]+ \| [\d,]+ ms \| [\d.]+ ms", text
    )
    assert re.search(r"the same step, a node for each × and \+ \| [\d.]+ \|", text)
    assert re.search(r"2,000 operations, build and backward \| [\d.]+", text)
    assert re.search(r"\n\| 10,000 (\| [\d.]+ ){5}\|\n", text)


def test_a_binary_node_has_at_most_130_bytes() -> None:
    assert graphs.bytes_a_node("ours", 20_000)["bytes"] <= 130.0


def test_other_results_stop_it_before_a_time_is_printed() -> None:
    ours, other = ("train", "ours, python", 2), ("train", "NumPy by hand", 2)
    for wrong in (1.0 + 1e-8, math.nan):
        found = {
            ours: {"results": [1.0, 2.0], "whole": []},
            other: {"results": [wrong, 2.0], "whole": []},
        }
        with pytest.raises(
            SystemExit,
            match=r"NumPy by hand, train: other results than ours, .* no time is printed",
        ):
            benchmark.compare(found)
    benchmark.compare({ours: {"results": [1.0]}, other: {"results": [1.0 + 1e-10]}})


def test_a_failing_task_says_why() -> None:
    with pytest.raises(RuntimeError, match=r"KeyError: 'nobody'"):
        benchmark.measured(("train", "nobody", 1))
