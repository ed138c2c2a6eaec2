"""The benchmark compares before it prints, measures what it names, and says what is missing."""

import math
import re
import shutil
from importlib.util import find_spec
from pathlib import Path

import pytest

import autograd
from autograd import Value
from demos.benchmark import __main__ as benchmark
from demos.benchmark import engines, graphs, processes, published
from demos.benchmark.browser import BROWSERS
from demos.benchmark.engines import (
    C_TAPE,
    JAX,
    MICROGPT,
    MICROGRAD,
    NATIVE,
    PURE,
    PYTORCH,
    TAPE,
)
from demos.benchmark.found import Answer
from demos.benchmark.report import with_numbers
from demos.benchmark.tables import Row, table
from demos.benchmark.tuples import Node

OURS = ("train", "ours, python", 2)
NUMPY = ("train", "NumPy by hand", 2)

HAS_COMPILER = shutil.which("cc") is not None
IS_HERE = {
    "C, plain": HAS_COMPILER,
    "C, vectorised": HAS_COMPILER,
    C_TAPE: HAS_COMPILER,
    PYTORCH: find_spec("torch") is not None,
    "ours, in a page": any(map(shutil.which, BROWSERS)),
    "ours, eager native": engines.is_built(),
    NATIVE: engines.is_built(),
}


@pytest.mark.long
def test_every_competitor_is_in_the_tables(tmp_path: Path) -> None:
    sizes = ["--rounds", "1", "--epochs", "2", "--operations", "2000"]
    report = benchmark.main([*sizes, "--out", str(tmp_path / "made")])
    text = report.read_text(encoding="utf-8")
    assert (report.parent / "benchmark.png").stat().st_size > 10_000
    assert "180 steps of the published run" in text
    for name in published.COMPETITORS:
        row = next(line for line in text.splitlines() if line.startswith(f"| {name} |"))
        if IS_HERE.get(name, True):
            assert float(row.split("|")[6]) <= 1e-9
        else:
            assert "not measured: " in row
    time = r"\**[\d.,]+\**( \([\d.,]+ ×(, matrices)?\))?"
    native = time if IS_HERE[NATIVE] else "—"
    matrices = time if IS_HERE[PYTORCH] else "—"
    gpt = rf"\n\| a step of a tiny GPT, 6\d,\d+ operations \| {native} \| {time} \| {time} \|  \|"
    assert re.search(rf"{gpt} {matrices} \|\n", text)
    for title in ("2,000 operations: build, backward", "a chain of 10,000: build, backward, free"):
        assert re.search(rf"\n\| {title} \| {native} \| {time} \|", text)
    assert re.search(rf"\n\| 10,000 operations \| {time} \| {time} \| {native} \|", text)
    assert re.search(r"\n\| C tape( \| [\d.,]+){3} \|\n", text) or not HAS_COMPILER
    assert re.search(r"The first call of a tape takes [\d.]+ s", text)


def test_two_competitors_come_to_the_same_numbers() -> None:
    found = {task: benchmark.do(task) for task in (OURS, NUMPY)}
    benchmark.compare(found)
    assert 0.0 <= found[NUMPY]["apart"] <= 1e-9
    assert found[OURS]["apart"] == 0.0


@pytest.mark.parametrize(
    ("work", "who", "size"),
    [
        ("train", "C, plain", 2),
        ("train", "C, vectorised", 2),
        ("gpt", MICROGPT, 1),
        ("gpt", PYTORCH, 1),
        ("operations", MICROGPT, 1_000),
        ("operations", MICROGRAD, 1_000),
        ("operations", C_TAPE, 1_003),
        ("replay", TAPE, 1_000),
        ("moons_again", PYTORCH, 1),
    ],
)
def test_others_do_the_same_work(work: str, who: str, size: int) -> None:
    reference = benchmark.reference(work, size)
    ours = benchmark.WORK[reference[0]](reference[1], size)  # by the engine that runs here
    found = {reference: ours, (work, who, size): benchmark.do((work, who, size))}
    benchmark.compare(found)
    assert ("missing" not in found[work, who, size]) == IS_HERE.get(who, True)


def test_a_node_of_tuples_differentiates_as_ours_does() -> None:
    def f(a: Node, b: Node) -> Node:
        return (2.0 * a - b / a + 1.0).exp() * (a * a * b).log() + (-b + a).relu() ** 3.0

    ours = Value(1.5), Value(0.5)
    theirs = Node(1.5), Node(0.5)
    mine = f(*ours)  # type: ignore[arg-type]  # which have the same operations
    other = f(*theirs)
    mine.backward()
    other.backward()
    assert other.data == pytest.approx(mine.data, rel=1e-14)
    assert [x.grad for x in theirs] == pytest.approx([x.grad for x in ours], rel=1e-13)


def test_a_binary_node_has_few_bytes() -> None:
    limit = 112.0 if autograd.native else 130.0
    assert graphs.bytes_a_node("ours", 20_000)["bytes"] <= limit


def test_the_wrong_engine_is_not_measured() -> None:
    wrong = PURE if autograd.native else NATIVE
    with pytest.raises(RuntimeError, match=r"ours, \w+ was to be measured, and this process is"):
        benchmark.do(("bytes", wrong, 10))


@pytest.mark.parametrize("who", [PURE, NATIVE])
def test_a_process_has_the_engine_that_it_is_asked_for(who: str) -> None:
    answer = processes.measured(("bytes", who, 1_000))
    if who == NATIVE and not engines.is_built():
        assert "no C node" in answer["missing"]
    else:
        assert (answer["bytes"] <= 112.0) == (who == NATIVE)


def test_a_machine_without_a_compiler_says_so() -> None:
    assert "'cc'" in processes.measured(("train", "C, plain", 2), {"PATH": ""})["missing"]


@pytest.mark.parametrize(("who", "module"), [(PYTORCH, "torch"), (JAX, "jax")])
def test_a_machine_without_a_library_says_so(who: str, module: str, tmp_path: Path) -> None:
    gone = f"No module named '{module}'"
    (tmp_path / f"{module}.py").write_text(f'raise ModuleNotFoundError("{gone}")', encoding="utf-8")
    answer = processes.measured(("moons_again", who, 1), {"PYTHONPATH": str(tmp_path)})
    assert answer == {"missing": gone}


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
        processes.measured(("train", "nobody", 1))


def test_a_table_says_what_is_missing_and_why() -> None:
    answers: dict[str, Answer] = {
        NATIVE: {"missing": "no C node"},
        PURE: {"seconds": 0.05},
        PYTORCH: {"seconds": 0.1},
    }
    text = table("ms", (NATIVE, PURE, PYTORCH), [Row("a step", "gpt", answers)])
    assert "| a step | — | **50** | 100 (2 ×, matrices) |" in text
    assert "ours, native in “a step”: not measured, no C node." in text


def test_readme_gets_other_numbers_between_its_marks() -> None:
    text = "before\n<!-- benchmark -->\nold\n<!-- end of benchmark -->\nafter\n"
    again = with_numbers(text, "new")
    assert again == text.replace("old", "new")
    assert with_numbers(again, "new") == again
    kept = benchmark.README.read_text(encoding="utf-8")
    assert with_numbers(kept, "new").count("\nnew\n") == 1
