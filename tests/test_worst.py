"""Each row keeps its bounds at the worst points that were ever found; and how they are found."""

import math
from collections.abc import Callable
from pathlib import Path

import numpy
import pytest

from autograd import Value, grad
from autograd.core.graph import below
from autograd.core.rows import ROWS, Row
from tests.conformance import ROWS as MEASURED
from tests.conformance import Comparison, keep_worst, searched
from tests.conformance_table import Result, Worst
from tests.draws import Numbers, are_inside, draws
from tests.recorded import columns, ours, recorded_at
from tests.search import cases, climbed, effort_for, kept_points, write
from tests.true_numbers import true_of

BY_NAME = {row.name: row for row in MEASURED}


@pytest.mark.parametrize("name", cases())
@pytest.mark.parametrize("run", [ours, recorded_at])
def test_rows_keep_their_bounds_where_the_worst_was_found(
    name: str, run: Callable[[Row, Numbers], Numbers]
) -> None:
    row = BY_NAME[name]
    points = kept_points(row)
    assert are_inside(row, points).all()
    assert {case["number"] for case in cases()[name]} <= {*columns(row)}
    comparison = Comparison(row, points)
    comparison.engine("Python", run(row, points), numpy.arange(len(points)))
    assert not comparison.result.problems


def test_the_finds_that_were_named_are_kept() -> None:
    named = {
        ("silu", "∂a", -1.95636),
        ("softplus", "∂a∂a", 33.28764),
        ("acosh", "∂a", 65.90168),
        ("log2", "∂a", 8.085e-309),
        ("power_constant", "∂a recorded", -0.9999999999999999),
        ("atan2", "∂a∂b", -7.400000000000001e-155),
        ("atan", "∂a∂a", 3.2e88),
    }
    kept = {(row, case["number"], case["at"][0]) for row, own in cases().items() for case in own}
    assert named <= kept


def test_an_odd_power_past_all_odd_doubles_keeps_its_sign() -> None:
    """d/dx of xⁿ is n · xⁿ⁻¹, and n - 1 is odd, but as a double it is n itself."""
    x = Value(-0.9999999999999999)
    y = x**2.0**54
    y.backward()
    (slope,) = grad(y, [x], create_graph=True)
    (curve,) = grad(slope, [x])
    # With (1 - ε/2)^(2/ε·4) = e⁻² but for one part in 2⁵³.
    expected = -(2.0**54) * math.exp(-2.0)
    assert x.grad == pytest.approx(expected, rel=1e-14)
    assert slope.data == x.grad
    assert curve == pytest.approx(-expected * 2.0**54, rel=1e-14)


def test_whole_powers_are_recorded_as_people_write_them() -> None:
    x = Value(3.0, "x")
    for exponent in (2.0, 5.0, -1.0, 0.5, 2.0**52):
        (slope,) = grad((x * 1e-16 + 1.0) ** exponent, [x], create_graph=True)
        assert "power_slope" not in {node.op.name for node in below(slope)[0]}


def test_it_climbs_to_a_fault_that_no_draw_shows() -> None:
    """exp′ is 50 units off at one place, 0.5 a thousandth away, 0.1 at the nearest draw."""
    row = ROWS["exp"]
    slope = "exp(a) * (1.0 + 1.1e-19 / (abs(a - 0.731235) + 1e-5))"
    computed = row.computed._replace(partials=(slope,))
    twin = Row(**{**vars(row), "computed": computed})

    def badness(points: Numbers) -> Numbers:
        return Comparison(twin, points, true_of(row, points)).badness(recorded_at(twin, points))

    points = numpy.linspace(0.6, 0.9, 61)[:, None]
    points = points[abs(points[:, 0] - 0.731235) > 4e-3]
    bad = badness(points)
    assert bad.max() < 0.25  # of 4 units
    found = climbed(twin, points, bad, badness, effort_for(1_000_000))
    assert badness(found).max() * 4.0 > 45.0


def test_it_climbs_to_a_peak_that_no_draw_is_near() -> None:
    row = ROWS["exp"]

    def badness(points: Numbers) -> Numbers:
        return 1.0 / (1e-6 + abs(points - 0.731235))

    points = draws(row, 100)
    bad = badness(points)
    assert bad.max() < 1e3
    found = climbed(row, points, bad, badness, effort_for(1_000_000))
    assert badness(found).max() > 0.999e6


def test_the_same_search_finds_the_same() -> None:
    first, _ = searched(ROWS["silu"], 500)
    again, _ = searched(ROWS["silu"], 500)
    assert (first.points == again.points).all()
    assert len(first.points) > 500


def test_it_is_never_worse_than_the_draws() -> None:
    row = ROWS["tanh"]
    drawn = Comparison(row, draws(row, 500))
    of_draws = drawn.badness(ours(row, drawn.points)).max(axis=0)
    comparison, numbers = searched(row, 500)
    of_all = comparison.badness(numbers).max(axis=0)
    assert (of_all >= of_draws).all()
    assert (of_all > of_draws).any()


def test_more_samples_are_searched_harder() -> None:
    few, many = effort_for(10_000), effort_for(1_000_000)
    assert all(a < b for a, b in zip(few, many, strict=True))


def test_exact_rows_have_no_worst() -> None:
    comparison, _ = searched(ROWS["neg"], 100)
    assert len(comparison.points) == 100


def test_new_finds_are_kept_once(tmp_path: Path) -> None:
    path = tmp_path / "worst.json"
    write({"exp": [{"number": "∂a", "at": [1.0], "miss": 1.5}]}, path)
    worse = Worst(1.75, (2.0,), "∂a", 1.0, 1.0)
    exact = Worst(0.5, (3.0,), "value", 1.0, 1.0)
    found = {("Python", "∂"): worse, ("Python", "value"): exact, ("C", "∂"): exact}
    results = [Result("exp", "exp(a)", "4", 7, found)]
    keep_worst(results, path)
    keep_worst(results, path)
    assert cases(path) == {
        "exp": [
            {"number": "∂a", "at": [1.0], "miss": 1.5},
            {"number": "∂a", "at": [2.0], "miss": 1.75},
        ]
    }
    assert kept_points(ROWS["exp"], path).tolist() == [[1.0], [2.0]]
    assert kept_points(ROWS["sin"], path).shape == (0, 1)
