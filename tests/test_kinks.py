"""Kinks and jumps are found where they are, and nowhere else."""

import math
import random
from collections.abc import Callable
from typing import Any

import pytest

import autograd
from autograd import Value
from autograd.core.rows import ROWS
from autograd.core.value import record
from autograd.kinks import Kink, kink


def found(function: Callable[[Any], Any], x: float) -> Kink | None:
    leaf = Value(x, "x")
    return kink(lambda at: function(Value(at)).data, function(leaf), leaf)


def relu_of_square(x: Any) -> Any:
    return autograd.relu(x) ** 2


@pytest.mark.parametrize(
    ("function", "x", "left", "right"),
    [
        (abs, 0.0, -1.0, 1.0),
        (autograd.relu, 0.0, 0.0, 1.0),
        (autograd.leaky_relu, 0.0, 0.01, 1.0),
        (lambda x: autograd.max(x, 2.0), 2.0, 0.0, 1.0),
        (lambda x: autograd.min(x, 2.0), 2.0, 1.0, 0.0),
        (lambda x: autograd.max(x, 1.0, 1.0), 1.0, 0.0, 1.0),
        (lambda x: (x - 0.3).abs() * 1e-12 + 1.0, 0.3, 0.0, 0.0),
        (lambda x: (x - 0.3).abs() * 1e-3 + x, 0.3, 0.999, 1.001),
        (lambda x: (x * 500.0).exp() * abs(x), 0.0, -1.0, 1.0),
        (lambda x: autograd.where(autograd.less(x, 1.0), x, x * x), 1.0, 1.0, 2.0),
        (lambda x: autograd.elu(x, 3.0), 0.0, 3.0, 1.0),
    ],
)
def test_kinks(function: Callable[[Any], Any], x: float, left: float, right: float) -> None:
    here = found(function, x)
    if left == right:  # a kink below the rounding of what it is added to
        assert here is None
        return
    assert here is not None
    assert not here.is_jump
    # One-sided differences miss the slope by h/2·|f″|, at h = 6e-6/16 and f″ up to 1,000.
    assert math.isclose(here.left, left, abs_tol=4e-4)
    assert math.isclose(here.right, right, abs_tol=4e-4)


@pytest.mark.parametrize(
    ("function", "x", "left", "right"),
    [
        (autograd.floor, 2.0, 1.0, 2.0),
        (autograd.sign, 0.0, -1.0, 1.0),
        (lambda x: x % 2.0, 4.0, 2.0, 0.0),
        (lambda x: x // 2.0, -4.0, -3.0, -2.0),
        (lambda x: autograd.less(x, 1.0), 1.0, 1.0, 0.0),
        (lambda x: autograd.where(x, 3.0, 2.0), 0.0, 3.0, 3.0),
        (lambda x: autograd.equal(x, 1.0), 1.0, 0.0, 0.0),
    ],
)
def test_jumps(function: Callable[[Any], Any], x: float, left: float, right: float) -> None:
    here = found(function, x)
    assert here is not None
    assert here.is_jump
    assert math.isclose(here.left, left, abs_tol=2e-6)
    assert math.isclose(here.right, right, abs_tol=2e-6)


@pytest.mark.parametrize(
    ("function", "x"),
    [
        (relu_of_square, 0.0),
        (lambda x: abs(x) * x, 0.0),
        (lambda x: x.relu() * 0.0, 0.0),
        (lambda x: autograd.max(x, x), 1.0),
        (autograd.elu, 0.0),
        (lambda x: autograd.leaky_relu(x, 1.0), 0.0),
        (lambda x: 1e9 * x**2, 0.0),
        (lambda x: (1e6 * x).softplus(), 0.0),
        (lambda x: (1e15 * x).sin() + abs(x), 1.0),
        (lambda x: abs(x), 1e-7),
        (lambda x: x.floor(), 2.5),
        (lambda x: autograd.where(0.0, x.relu(), x), 0.0),
        (lambda x: autograd.detach(x.relu()) + x, 1.0),
    ],
)
def test_what_is_smooth_has_none(function: Callable[[Any], Any], x: float) -> None:
    assert found(function, x) is None


@pytest.mark.parametrize("row", [row for row in ROWS.values() if len(row.operands) == 1], ids=str)
def test_no_row_has_one_at_random_numbers(row: Any) -> None:
    rng = random.Random(5)
    for _ in range(50):
        x = rng.uniform(1.1, 5.0) * 10.0 ** rng.randint(-3, 2)
        try:
            assert found(lambda at: record(row, at), x) is None
        except ValueError:  # outside its domain
            continue


def test_it_says_at_which_node() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    y = (x * w - 2.0).relu() + 1.0
    here = kink(lambda at: max(at * 2.0 - 2.0, 0.0) + 1.0, y, x)
    assert here is not None
    assert here.where == "v3 = relu(a) at a = v2 = 0.0"
    assert here.left == 0.0
    assert math.isclose(here.right, 2.0, rel_tol=1e-9)


@pytest.mark.parametrize(
    ("function", "at_fault"),
    [
        (lambda x: x.relu() * 0.0 + abs(x), "abs"),
        (lambda x: abs(x) + x.relu() * 0.0, "abs"),
        (lambda x: x * abs(x) + x.relu(), "relu"),  # the first is x² on either side: no kink
        (lambda x: abs(x).relu(), "abs"),
        (lambda x: (abs(x) * 0.0).floor() + autograd.max(x, 0.0), "max"),
        (lambda x: x.relu() * 0.0 + x.sign(), "sign"),
        (lambda x: x.floor() * x + (x * x).relu(), "floor"),
        (lambda x: (x * 0.0).relu() + x.relu() * 0.0 + x.leaky_relu(), "leaky_relu"),
    ],
)
def test_the_node_at_fault_is_one_that_the_result_depends_on(
    function: Callable[[Any], Any], at_fault: str
) -> None:
    here = found(function, 0.0)
    assert here is not None
    assert f" = {at_fault}(" in here.where
