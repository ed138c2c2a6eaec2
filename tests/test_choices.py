"""Nothing flows to the branch not taken: in every engine, direction and order."""

import math
from collections.abc import Callable, Sequence
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import Value, explain, grad, hessian, hvp, jvp, relu, vjp, where
from autograd.core.choices import gate, sweep, zero_pattern
from autograd.core.graph import below
from autograd.core.notation import PYTHON
from autograd.core.rows import ROWS
from tests.strategies import examples

# Of x at 0: what has no finite derivative there, or no finite value.
WILD: dict[str, Callable[[Value], Value]] = {
    "sqrt": lambda x: x.sqrt(),
    "root of root": lambda x: x.sqrt().sqrt(),
    "power below 1": lambda x: x**0.25,
    "power below 2": lambda x: x**1.5,  # whose second derivative is infinite
    "hypot": lambda x: autograd.hypot(x, 0.0 * x),
    "atan2": lambda x: autograd.atan2(x, x),
    "overflow": lambda x: (x + 1000.0).exp().log(),
    "infinite factor": lambda x: (x + 1.0) * math.inf,
    "asin at its end": lambda x: (1.0 + x).asin(),
}
TAME: dict[str, Callable[[Value], Value]] = {
    "number": lambda x: 0.0 * x + 2.0,
    "itself": lambda x: x * 1.0,
    "square": lambda x: (x + 0.5) ** 2,
    "sine": lambda x: x.sin(),
}
# How one of two is chosen, where a is, but for a number that is added; or both, one detached.
CHOICES: dict[str, Callable[[Value, Value, Value], Value]] = {
    "where": lambda x, a, b: where(1.0, a, b),
    "where by a Value": lambda x, a, b: where(x + 1.0, a, b),
    "where not": lambda x, a, b: where(relu(x - 1.0), b, a),
    "comparison": lambda x, a, b: where(x < 1.0, a, b),
    "max and min": lambda x, a, b: autograd.max(a, autograd.min(b, 0.0) - 10.0),
    "relu": lambda x, a, b: a + relu(autograd.min(b, 0.0) - 1.0),
    "detach": lambda x, a, b: a + autograd.detach(b),
    "within another": lambda x, a, b: where(relu(x - 2.0), b, where(relu(x - 1.0), b * b, a)),
}


@pytest.mark.parametrize("wild", WILD)
@pytest.mark.parametrize("choice", CHOICES)
@pytest.mark.parametrize("tame", TAME)
def test_derivatives_are_those_of_the_branch_taken(choice: str, tame: str, wild: str) -> None:
    x = Value(0.0, "x")
    alone = TAME[tame](x)
    y = CHOICES[choice](x, TAME[tame](x), WILD[wild](x))
    right = pytest.approx(grad(alone, x, allow_unused=True)[0], rel=1e-12)
    assert grad(y, x)[0] == right
    assert jvp(y, x, 1.0) == right
    y.backward()
    assert x.grad == right
    (slope,) = grad(y, x, create_graph=True)
    assert slope.data == right
    second = pytest.approx(hessian(alone, x, allow_unused=True)[0][0], rel=1e-12)
    assert hessian(y, x)[0][0] == second
    assert grad(slope, x, allow_unused=True)[0] == second
    assert vjp([y, y * 2.0], x, [1.0, -1.0]) == [pytest.approx(-right.expected, rel=1e-12)]
    assert hvp(y, x, 1.0)[0] == second
    along = jvp(y, x, 1.0, create_graph=True)
    assert along.data == right
    assert grad(along, x, allow_unused=True)[0] == second
    assert jvp(along, x, 1.0) == second
    assert jvp(slope, x, 1.0, create_graph=True).data == second
    for explanation in (explain(y), explain(y, x)):
        _, backward = str(explanation).split("backward")
        assert "nan" not in backward
    assert autograd.first_nonfinite(y, [x]) is None


@pytest.mark.parametrize("engine", ["python", "numba", "tape"])
def test_programs_choose_anew(engine: str) -> None:
    x = Value(0.0, "x")
    w = Value(2.0, "w")
    y = where(relu(1.0 - x), x * w, (x * w).sqrt())
    program = autograd.compile(y, [x], engine)
    assert program(0.0) == (0.0, (0.0,))
    assert program(0.5) == (1.0, (0.5,))
    assert program(8.0) == (4.0, (1.0,))  # ∂√(8w)/∂w = 4 / √(8w)
    assert program([0.0, 8.0]) == (2.0, (0.5,))


def test_where_it_is_reached_another_way_an_infinity_is_told() -> None:
    x = Value(0.0, "x")
    told = r"sqrt\(a\) by a at a = x = 0\.0 is inf"
    with pytest.raises(FloatingPointError, match=told):
        grad(where(relu(1.0 - x), x, x.sqrt()) + x.sqrt(), x)


def test_a_factor_that_is_computed_is_no_choice() -> None:
    x = Value(0.0, "x")
    with pytest.raises(FloatingPointError, match="nan"):
        grad(x.sqrt() ** 2, x)  # 2 · 0 · inf, where the truth is 1


def test_an_input_on_the_branch_not_taken_alone_has_the_derivative_0() -> None:
    x, y = Value(1.0, "x"), Value(0.0, "y")
    assert grad(where(1.0, x, y.sqrt()), [x, y]) == [1.0, 0.0]
    assert hessian(where(1.0, x * x, y.sqrt()), [x, y]) == [[2.0, 0.0], [0.0, 0.0]]


@pytest.mark.parametrize(
    ("row", "written"),
    [
        ("leaky_relu", ["1.0 if a <= 0.0 else 1.0", "1.0 if a <= 0.0 else 0.0"]),
        ("relu", ["0.0 if a <= 0.0 else 1.0"]),
        ("abs", ["1.0 if a > 0.0 else 1.0 if a < 0.0 else 0.0"]),
        ("less", ["0.0", "0.0"]),
        ("mul", ["1.0", "1.0"]),
        ("power_constant", ["0.0 if 0.0 <= b <= 0.0 else 1.0"]),
    ],
)
def test_what_a_row_decides_is_read_from_its_text(row: str, written: Sequence[str]) -> None:
    ours = [PYTHON.template(zero_pattern(partial)).fill({}) for partial in ROWS[row].partials]
    assert ours == written


@examples(100)
@given(st.floats(-3.0, 3.0), st.floats(0.0, 3.0), st.floats(-3.0, 3.0), st.sampled_from([*TAME]))
def test_any_choice_of_two_functions(at: float, root: float, by: float, tame: str) -> None:
    """A graph of choices has the derivatives of the function that is chosen."""
    x, u = Value(at, "x"), Value(root, "u")

    def chosen(a: Any, b: Any) -> Any:
        return where(relu(by - a), TAME[tame](a), b.sqrt())

    y = chosen(x, u)
    if at < by:
        assert grad(y, [x, u]) == [*grad(TAME[tame](x), x), 0.0]
    elif root > 0.0:
        assert grad(y, [x, u]) == [0.0, 0.5 / math.sqrt(root)]


@pytest.mark.parametrize("wild", WILD)
@pytest.mark.parametrize("choice", ["where by a Value", "where not", "max and min", "relu"])
def test_nothing_flows_to_it_in_jax(choice: str, wild: str) -> None:
    x = Value(0.0, "x")
    w = Value(2.0, "w")
    y = CHOICES[choice](x, w * (x + 0.5), WILD[wild](x * w))
    program = autograd.compile(y, [x])
    value, slopes = program(0.0)
    theirs, their_slopes = program.to_jax()([2.0], 0.0)
    assert (float(theirs), [*map(float, their_slopes)]) == (value, [*slopes]) == (1.0, [0.5])


def test_a_gate_is_a_choice_through_which_at_times_nothing_flows() -> None:
    assert [gate(open) for open in ("1.0", "0.0", "1.0 if a > 0.0 else 2.0")] == [None] * 3
    for partial in ("0.0 if a <= 0.0 else 1.0", "1.0 if a > 0.0 else -1.0 if a < 0.0 else 0.0"):
        assert gate(partial) is not None


def test_a_choice_may_ask_functions_and_constants() -> None:
    closed = autograd.elemental("closed", "a * 0.0", ["0.0 if exp(a) < inf else 1.0"])
    x = Value(0.0)
    assert grad(closed(x.sqrt()), x) == [0.0]


def test_a_sweep_past_choices_keeps_the_sign_of_a_zero() -> None:
    x = Value(1.0)
    y = x * -0.0
    assert math.copysign(1.0, sweep(y, below(y)[0]).adjoints[x]) == -1.0


def test_a_sweep_past_choices_adds_up_what_flows() -> None:
    x = Value(3.0)
    y = x * x + x
    assert sweep(y, below(y)[0]).adjoints[x] == 7.0
