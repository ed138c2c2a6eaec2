"""Every row keeps the bounds it states, and the comparison would see it if one did not."""

import math
from pathlib import Path
from typing import Any

import numpy
import pytest

from autograd.core.rows import ROWS, SLOPES, Row
from autograd.core.value import Value, record
from tests import by_engine, by_library, conformance, edges
from tests.conformance import Comparison, measure, written
from tests.conformance_table import START, Result, Worst, report, with_table
from tests.draws import Numbers, draws, inside
from tests.recorded import columns, eager, in_python, measured, ours
from tests.rows import TESTED, entry_of
from tests.strategies import ELEMENTAL, WIDE, intervals
from tests.true_numbers import true_numbers
from tests.truth import TRUTH

MEASURED = conformance.ROWS
PLAIN = [row for row in MEASURED if row in ELEMENTAL]
OF_ONE = [row for row in PLAIN if len(row.operands) == 1]


def name_of(row: Row) -> str:
    return row.name


def compared(row: Row, points: Numbers) -> Result:
    """What Python makes of a row at some points."""
    comparison = Comparison(row, points)
    comparison.engine("Python", ours(row, points), numpy.arange(len(points)))
    return comparison.result


@pytest.mark.parametrize("row", MEASURED, ids=name_of)
def test_every_row_keeps_its_bounds(row: Row) -> None:
    result = compared(row, draws(row, 1000))
    assert not result.problems
    assert result.points == 1000


def every_half(step: int) -> Numbers:
    """Each so many of the 65,536 numbers of binary16, that are finite."""
    halves = numpy.arange(0, 65536, step, dtype=numpy.uint16).view(numpy.float16)
    return halves[numpy.isfinite(halves)].astype(float)[:, None]


@pytest.mark.parametrize("row", OF_ONE, ids=name_of)
@pytest.mark.parametrize("step", [61, pytest.param(1, marks=pytest.mark.long)])
def test_every_number_of_16_bits(row: Row, step: int) -> None:
    points = inside(row, every_half(step))
    assert len(points) * step > 15_000
    assert not compared(row, points).problems


@pytest.mark.parametrize("row", PLAIN, ids=name_of)
def test_every_row_at_its_edges(row: Row) -> None:
    assert len(list(edges.points(row))) >= 60
    assert not list(edges.problems(row))


@pytest.mark.parametrize("row", MEASURED, ids=name_of)
def test_programs_are_eager_bit_for_bit(row: Row) -> None:
    points = draws(row, 100)
    for point, line in zip(points.tolist(), ours(row, points).tolist(), strict=True):
        # Of what is flat a program computes no derivative: that is 0.0 where -1 · 0.0 is -0.0.
        both = [[x + 0.0 for x in numbers] for numbers in (line, eager(row, point))]
        assert repr(both[0]) == repr(both[1]), point


@pytest.mark.parametrize("name", ["gelu", pytest.param("atan2", marks=pytest.mark.long)])
@pytest.mark.parametrize(
    "run",
    [
        by_engine.in_machine_code,
        pytest.param(by_engine.in_sweeps, marks=pytest.mark.long),  # a loop of their own for slopes
        by_engine.in_jax,
        by_engine.in_c,
    ],
)
def test_other_engines_give_the_same_numbers(
    name: str, run: Any, request: pytest.FixtureRequest
) -> None:
    if run is by_engine.in_c:
        request.getfixturevalue("cc")
    row = ROWS[name]
    points = numpy.random.default_rng(0).uniform(-3.0, 3.0, (100, len(row.operands)))
    expected = measured(row, points, in_python)
    numpy.testing.assert_allclose(measured(row, points, run), expected, rtol=1e-13, atol=1e-15)


def test_jax_itself_has_the_same_functions() -> None:
    points = numpy.array([[0.3], [0.7]])
    for name in ("asin", "gelu", "softplus"):
        theirs = by_library.in_jax_itself(ROWS[name], points)
        assert theirs is not None
        numpy.testing.assert_allclose(theirs, ours(ROWS[name], points), rtol=1e-12)


@pytest.mark.parametrize("op", ELEMENTAL + WIDE, ids=name_of)
def test_a_nan_stays_a_nan(op: Row) -> None:
    point = [0.9 * low + 0.1 * high for low, high in intervals(op)]
    for i, name in enumerate(op.operands):
        node = record(op, *(Value(math.nan if j == i else x) for j, x in enumerate(point)))
        hidden = dict.fromkeys(("less", "at_most", "equal"), "a b") | {"where": "b condition"}
        is_hidden = name in hidden.get(op.name, "").split()  # not chosen, or only compared
        assert math.isnan(node.data) != is_hidden
    assert not math.isnan(record(op, *map(Value, point)).data)


@pytest.mark.parametrize(
    ("name", "changes"),
    [
        ("log1p", {"primal": "log(1.0 + a)"}),
        ("tanh", {"partials": ("1.000000000000001 - out * out",)}),
        ("tanh", {"partials": ("1.0 - out * out",)}),
        ("sigmoid", {"partials": ("out * (1.0 - out)",)}),
        ("expm1", {"partials": ("out + 1.0",)}),
        ("relu", {"partials": ("0.0 if a < 0.0 else 1.0",)}),
        ("sqrt", {"primal": "pow(a, 0.5000000001)"}),
        ("atan", {"partials": ("1.0 / (1.0 + a * a * a / a)",)}),
        ("log10", {"partials": ("1.0 / log(10.0000000000001) / a",)}),
        ("acosh", {"primal": "log(a + sqrt(a * a - 1.0))"}),
        ("erf", {"partials": ("2.0 / sqrt(pi) * exp(-a * a)",)}),
        ("gelu", {"primal": "0.5 * a * erfc(-a / sqrt(2.0))"}),
        ("mul", {"partials": ("b", "1.000000000000001 * a")}),
        ("hypot", {"primal": "sqrt(a * a + b * b)"}),
        ("max", {"partials": ("1.0 if a >= b else 0.0", "1.0 if a < b else 0.0")}),
    ],
)
def test_a_small_fault_is_seen(name: str, changes: dict[str, object]) -> None:
    twin = Row(**{**vars(ROWS[name]), "computed": None, **changes})
    found = [*compared(twin, draws(ROWS[name], 1000)).problems, *edges.problems(twin)]
    assert found, f"{name} with {changes}"


def test_a_wrong_slope_is_seen() -> None:
    row = ROWS["sinh"]
    computed = row.computed._replace(slopes=("1.000000000000001 * cosh(a)",))
    twin = Row(**{**vars(row), "computed": computed})
    told = compared(twin, draws(row, 1000)).problems
    assert [problem.split(" at ")[0] for problem in told] == [
        "sinh by Python: ∂a recorded",
        "sinh by Python: ∂a∂a",
    ]


def test_the_truth_is_known_numbers() -> None:
    points = numpy.array([[0.5, 0.25]])
    near = true_numbers(ROWS["mul"], points).near[0]
    assert dict(zip(columns(ROWS["mul"]), near.tolist(), strict=True)) == {
        **{"value": 0.125, "∂a": 0.25, "∂b": 0.5},
        **{"∂a recorded": 0.25, "∂a∂a": 0.0, "∂a∂b": 1.0},
        **{"∂b recorded": 0.5, "∂b∂a": 1.0, "∂b∂b": 0.0},
    }


def test_every_row_has_an_entry_and_a_truth() -> None:
    names = [row.name for row in ELEMENTAL if row not in SLOPES]
    missing = [name for name in names if name not in TESTED or name not in TRUTH]
    assert not missing, f"rows not in tests/rows.py or tests/truth.py: {', '.join(missing)}"
    unknown = [name for name in TESTED if name not in ROWS]
    assert not unknown, f"entries in tests/rows.py without a row: {', '.join(unknown)}"
    for row in ELEMENTAL:
        assert len(entry_of(row).sample) == len(row.operands), row.name


def test_draws_are_the_same_and_of_all_sizes() -> None:
    points = draws(ROWS["sin"], 3000)
    assert (points == draws(ROWS["sin"], 3000)).all()
    sizes = abs(points)
    assert 400 < ((sizes > 1e-3) & (sizes < 1e3)).sum() < 2600
    assert (sizes > 1e100).any()
    assert (sizes < 1e-100).any()
    assert (points < 0.0).any()


WORST = Worst(math.inf, (45.0,), "∂a", 0.0, 2.8e-20)


def result(name: str, miss: float) -> Result:
    ours = {("Python", "∂"): Worst(miss, (2.0,), "∂a", 1.0, 1.0)}
    return Result(name, f"{name}(a)", "4", 7, ours, {("PyTorch", "∂"): WORST})


def test_the_tables(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    results = [result("exp", 0.5), result("tanh", 3.25)]
    guide = tmp_path / "guide.py"
    guide.write_text(f"before\n{START}old\n<!-- end of conformance -->\nafter\n", "utf-8")
    assert written(results, tmp_path / "build/table.md", guide) == 0
    assert "2 rows, 0 out of bounds" in capsys.readouterr().out
    text = (tmp_path / "build/table.md").read_text(encoding="utf-8")
    assert "# Conformance: 2 rows, 14 points" in text
    assert "| tanh | `tanh(a)` | 7 | 4 | – | 3.25 at 2.0 | – | – | ∞ at 45.0 |" in text
    short = guide.read_text(encoding="utf-8")
    assert "| `tanh` | 3.25 (∂ at 2) | 4 | ∞ (∂ at 45) | – |" in short
    assert short == with_table(short, results)
    assert "old" not in short
    results[0].problems.append("exp by C: ∂a at (1.0)")
    assert written(results, tmp_path / "build/table.md", None) == 1
    assert "exp by C: ∂a at (1.0)" in capsys.readouterr().out
    assert report(results) == text


def test_the_table_in_the_guide_is_of_rows() -> None:
    guide = conformance.GUIDE.read_text(encoding="utf-8")
    _, _, rest = guide.partition(START)
    lines = rest.partition("<!-- end")[0].splitlines()[2:]
    assert {line.split("`")[1] for line in lines} <= {row.name for row in MEASURED}
    assert len(lines) >= 5


@pytest.mark.long
def test_a_row_is_measured_by_all() -> None:
    pytest.importorskip("torch")
    found = measure(ROWS["sigmoid"], 1000)
    assert not found.problems
    assert {"Python", "numba", "tape", "JAX"} <= {name for name, _ in found.engines}
    assert {name for name, _ in found.libraries} == {"PyTorch", "JAX"}
