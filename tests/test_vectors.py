"""Functions of vectors: an optimizer gets what `grad` and its kin give, at each point.

Values and gradients are equal, by C and by the text alike. A sweep over several outputs
meets their operations in another order, and adds up in that: each sum of n terms may then be off by
n ε of its largest. Graphs here have some dozens, of up to a few hundred where they cancel: so 1e-12
of the largest entry and 1e-12 besides are enough.
"""

import math
import pickle
import random
from collections.abc import Callable, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from scipy.optimize import least_squares, minimize

import autograd
from autograd import DomainError, Value, exp, grad, hessian, hvp, jacobian, log, value_and_grad
from autograd.core.tracking import peek
from autograd.program import at_once
from autograd.vectors import VectorFunction
from tests.strategies import WIDE, draw_of_all_rows, examples
from tests.test_tape import IN_C

SEEDS = st.integers(0, 2**32).map(random.Random)


@pytest.fixture(autouse=True, params=["C", "text"])
def ways(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> None:
    """Sweep in C, and by a text as where that was not built."""
    if request.param == "text":
        monkeypatch.setattr(at_once, "native", False)
    elif not autograd.native:
        pytest.skip("Value is not in C here")


def rosenbrock(x: Sequence[Any]) -> Any:
    return (1 - x[0]) ** 2 + 100 * (x[1] - x[0] ** 2) ** 2


def polar(r: Value, phi: Value) -> list[Value]:
    return [r * phi.cos(), r * phi.sin()]


def outcome(run: Callable[[], Any]) -> Any:
    try:
        return run()
    except (DomainError, FloatingPointError) as error:
        return type(error).__name__


def assert_close(mine: Callable[[], Any], theirs: Callable[[], Any]) -> None:
    """Both give the same numbers but for the order of sums, or both raise."""
    try:
        expected = np.array(theirs())
    except (DomainError, FloatingPointError) as error:
        with pytest.raises(type(error)):
            mine()
        return
    np.testing.assert_allclose(mine(), expected, rtol=0.0, atol=1e-12 * (1.0 + abs(expected).max()))


@examples(150)
@given(rng=SEEDS)
def test_random_functions_are_differentiated_as_by_grad(rng: random.Random) -> None:
    graph = draw_of_all_rows(rng, [*IN_C, *WIDE])
    f = value_and_grad(graph.build)
    points = [graph.numbers, [rng.uniform(-2.0, 2.0) for _ in graph.numbers]] * 2

    def eager(x: list[float]) -> Any:
        leaves = [Value(number) for number in x]
        root = graph.build(leaves)
        return peek(root), [*grad(root, leaves, allow_unused=True)]

    for x in points:
        assert outcome(lambda: f(x)) == outcome(lambda: eager(x))  # noqa: B023
    assert f.recorded + f.replayed <= 4


@examples(60)
@given(rng=SEEDS)
def test_jacobians_hessians_and_their_products_are_those_of_graphs(rng: random.Random) -> None:
    graph = draw_of_all_rows(rng, [row for row in IN_C if not row.name.startswith(("max", "min"))])
    f = value_and_grad(graph.build)
    rows = value_and_grad(lambda x: graph.nodes(x)[-3:])
    x = graph.numbers
    v = [rng.uniform(-1.0, 1.0) for _ in x]
    leaves = [Value(number) for number in x]
    root = graph.build(leaves)
    outputs = graph.nodes(leaves)[-3:]
    for _ in range(2):
        assert_close(lambda: rows.jacobian(x), lambda: jacobian(outputs, leaves))
        assert_close(lambda: f.hessian(x), lambda: hessian(root, leaves, allow_unused=True))
        assert_close(lambda: f.hvp(x, v), lambda: hvp(root, leaves, v, allow_unused=True))


def test_what_is_given_back_has_the_form_of_x() -> None:
    f = value_and_grad(rosenbrock)
    assert f([-1.0, 2.0]) == (104.0, [396.0, 200.0])
    assert f((-1, 2)) == (104.0, (396.0, 200.0))
    value, gradient = f(np.array([-1, 2]))
    assert isinstance(gradient, np.ndarray)
    assert (type(value), gradient.dtype, gradient.tolist()) == (float, float, [396.0, 200.0])
    assert f.hessian(np.array([1.0, 1.0])).shape == (2, 2)
    assert f.hvp((1.0, 1.0), [1.0, 2.0]) == (2.0, 0.0)

    squares = value_and_grad(lambda x: x**2 + 1.0)
    assert squares(3.0) == squares(np.float64(3.0)) == (10.0, 6.0)
    assert (squares.hessian(3.0), squares.hvp(3.0, 0.5)) == (2.0, 1.0)

    table = value_and_grad(lambda x: (x * x).sum())
    _, gradient = table(np.array([[1.0, 2.0], [3.0, 4.0]]))
    assert gradient.tolist() == [[2.0, 4.0], [6.0, 8.0]]
    assert table.hessian(np.ones((2, 2))).shape == (2, 2, 2, 2)


def test_several_values_have_a_jacobian() -> None:
    f = value_and_grad(polar)
    assert f.value([2.0, 0.0]) == [2.0, 0.0]
    assert f.jacobian([2.0, 0.0]) == [[1.0, -0.0], [0.0, 2.0]]
    both = f.jacobian(np.array([2.0, 0.0]))
    assert (both.shape, f.value(np.array([2.0, 0.0])).tolist()) == ((2, 2), [2.0, 0.0])
    several = "needs a function that gives one Value, got a list of 2"
    for method in (f, f.grad, f.hessian):
        for _ in range(2):
            with pytest.raises(ValueError, match=several):
                method([2.0, 0.0])
    one = value_and_grad(rosenbrock)
    assert one.jacobian([-1.0, 2.0]) == [[396.0, 200.0]]


def test_other_arguments_are_not_differentiated_by_and_may_change() -> None:
    def loss(w: Any, xs: Any, ys: Any, *, scale: float = 1.0) -> Any:
        errors = [(w[0] * x + w[1] - y) ** 2 for x, y in zip(xs, ys, strict=True)]
        return autograd.total(errors) * scale

    f = value_and_grad(loss)
    assert f([1.0, 0.0], [1.0, 2.0], [0.0, 0.0]) == (5.0, [10.0, 6.0])
    assert f([1.0, 0.0], [1.0, 3.0], [0.0, 0.0]) == (10.0, [20.0, 8.0])
    assert f([1.0, 0.0], np.array([1.0, 2.0]), np.zeros(2), scale=2.0)[0] == 10.0
    assert (f.recorded, f.replayed) == (2, 1)
    line = value_and_grad(lambda w, x: w * x)
    assert line(2.0, 5.0) == (10.0, 5.0)
    assert line(2.0, 7.0) == (14.0, 7.0)
    given = Value(3.0)
    assert (line(2.0, given), given.grad) == ((6.0, 3.0), 0.0)


def test_scipy_takes_it_in_one_line() -> None:
    f = value_and_grad(rosenbrock)
    x0 = [-1.2, 1.0]
    first = minimize(f, x0, jac=True)
    second = minimize(f.value, x0, jac=f.grad, hess=f.hessian, method="trust-exact")
    third = minimize(f.value, x0, jac=f.grad, hessp=f.hvp, method="Newton-CG")
    with pytest.warns(RuntimeWarning, match="does not use Hessian"):  # BFGS, its default
        fourth = minimize(f.value, x0, jac=f.grad, hess=f.hessian)
    for found in (first, second, third, fourth):
        np.testing.assert_allclose(found.x, 1.0, rtol=1e-4)
    assert f.recorded == 1
    xs, ys = [1.0, 2.0, 3.0, 5.0], [2.1, 2.9, 4.2, 6.0]
    residuals = value_and_grad(lambda b, x, y: list(b[0] + b[1] * x - y))
    line = least_squares(
        residuals.value, [0.0, 0.0], jac=residuals.jacobian, args=(np.array(xs), np.array(ys))
    )
    np.testing.assert_allclose(line.x, np.polyfit(xs, ys, 1)[::-1], rtol=1e-9)


def test_functions_of_arrays_use_what_numpy_offers() -> None:
    matrix = np.array([[2.0, 1.0], [1.0, 3.0]])
    f = value_and_grad(lambda x: 0.5 * x @ matrix @ x + np.exp(x).sum())
    x = np.array([0.5, -1.0])
    value, gradient = f(x)
    assert math.isclose(value, 0.5 * x @ matrix @ x + np.exp(x).sum())
    np.testing.assert_allclose(gradient, matrix @ x + np.exp(x), rtol=1e-15)
    np.testing.assert_allclose(f.hessian(x), matrix + np.diag(np.exp(x)), rtol=1e-15)


@pytest.mark.parametrize(
    ("function", "why"),
    {
        "a branch": (lambda x: x[0] if x[0] > x[1] else x[1] ** 2, "was compared"),
        "a read of data": (lambda x: x[0] * peek_of(x[1]) + x[1], "data of"),
        "random numbers": (lambda x: x[0] * x[1] * random.random(), "draws random numbers"),
    }.values(),
)
def test_a_graph_that_depends_on_numbers_is_recorded_anew(function: Any, why: str) -> None:
    f = value_and_grad(function)
    for x in ([1.0, 2.0], [3.0, 2.0], [-1.0, -2.0]):
        random.seed(7)
        leaves = [Value(number) for number in x]
        root = function(leaves)
        expected = peek(root), [*grad(root, leaves, allow_unused=True)]
        random.seed(7)
        assert f(x) == expected
    assert (f.recorded, f.replayed) == (3, 0)
    assert why in f.why
    assert f.why in repr(f)


def peek_of(x: Value) -> float:
    return x.data


def test_what_the_function_reads_may_change() -> None:
    data = [1.0, 2.0]
    array = np.array([1.0, 2.0])
    weight = Value(3.0, "weight")
    f = value_and_grad(lambda x: (weight * x[0] + data[0] + array[1]) ** 2)
    assert f([1.0]) == (36.0, [36.0])
    data[0] = 0.0
    assert f([1.0]) == (25.0, [30.0])
    array[1] = 0.0
    assert f([1.0]) == (9.0, [18.0])
    recorded = f.recorded
    weight.data = 1.0  # a leaf is read at each call, without a new recording
    assert f([2.0]) == (4.0, [4.0])
    assert f.recorded == recorded


def test_the_second_order_is_right_where_leaves_have_changed() -> None:
    weight = Value(3.0, "weight")
    f = value_and_grad(lambda x: weight * x[0] ** 3)
    assert f([1.0]) == (3.0, [9.0])
    weight.data = 2.0
    for x in (1.0, 2.0, 3.0):
        assert f.hessian([x]) == [[12.0 * x]]
    weight.data = 1.0
    assert (f.hessian([2.0]), f.hvp([2.0], [0.5])) == ([[12.0]], [6.0])


def test_a_value_is_infinite_or_a_nan_where_floats_are() -> None:
    f = value_and_grad(lambda x: exp(x[0]) - exp(x[1]) + log(x[2]))
    assert f.value([1000.0, 1.0, 1.0]) == math.inf  # at the first call, too
    assert math.isnan(f.value([1000.0, 1000.0, 1.0]))
    assert math.isnan(f.value([1.0, 1.0, -1.0]))
    assert f.value([0.0, 0.0, 0.0]) == -math.inf
    assert f.value([0.0, 0.0, 1.0]) == 0.0
    inverse = value_and_grad(lambda x: 1 / x)
    assert [inverse.value(x) for x in (0.0, -0.0, 2.0)] == [math.inf, -math.inf, 0.5]
    residuals = value_and_grad(lambda x: [exp(x[0]), log(x[0])])
    assert residuals.value([1000.0]) == [math.inf, math.log(1000.0)]


def test_gradients_say_what_went_wrong() -> None:
    f = value_and_grad(lambda x: exp(x[0]) * x[1])
    assert f([0.0, 3.0]) == (3.0, [3.0, 1.0])
    told = r"x\[0\] would get the gradient inf: the value of v1 = exp\(a\)"
    for method in (f, f.grad, f.jacobian):
        with pytest.raises(FloatingPointError, match=told):
            method([1000.0, 3.0])
    rate = value_and_grad(lambda rate, time: log(rate) * time)
    with pytest.raises(DomainError, match=r"log\(a\) is not defined at a = rate = -1.0"):
        rate([-1.0, 2.0])


def test_gradients_that_are_not_finite_are_given_where_they_are_allowed() -> None:
    f = value_and_grad(lambda x: [exp(x[0]) * x[1], log(x[1])], allow_nonfinite=True)
    for _ in range(2):
        assert f.jacobian([1000.0, 3.0]) == [[math.inf, math.inf], [0.0, 1 / 3.0]]
    _, (by_x, by_y) = f.jacobian([0.0, -1.0])
    assert by_x == 0.0
    assert math.isnan(by_y)
    assert f.jacobian([0.0, 2.0]) == [[2.0, 1.0], [0.0, 0.5]]


def test_no_gradient_is_lost_where_numbers_are_expected() -> None:
    f = value_and_grad(rosenbrock)
    with pytest.raises(TypeError, match=r"x is numbers, got a Value.*hessian"):
        f([Value(1.0), 2.0])
    with pytest.raises(TypeError, match="each of x is one real number"):
        f(["1", 2.0])
    with pytest.raises(TypeError, match=r"got float: 2\.0; a number made of \.data has none"):
        value_and_grad(lambda x: peek_of(x[0]) * 2)([1.0])
    with pytest.raises(TypeError, match=r"gives a Value, or a list or an array of them, got NoneT"):
        value_and_grad(lambda x: [x[0], None])([1.0])
    with pytest.raises(ValueError, match="as many numbers in v as in x, got 2 and 1"):
        f.hvp([1.0, 2.0], [1.0])
    with pytest.raises(TypeError, match="takes a function"):
        value_and_grad(3.0)  # type: ignore[arg-type]  # what is tested


def test_a_number_is_a_value_that_depends_on_nothing() -> None:
    f = value_and_grad(lambda x: np.array([x[0], 0.0]))
    for _ in range(2):
        assert f.jacobian([1.0, 2.0]) == [[1.0, 0.0], [0.0, 0.0]]
    barrier = value_and_grad(lambda x: math.inf if x[0] < 0 else x[0] ** 2)
    assert [barrier.value([x]) for x in (-1.0, 2.0)] == [math.inf, 4.0]
    assert barrier([2.0]) == (4.0, [4.0])


def test_a_list_or_an_array_of_one_is_one() -> None:
    f = value_and_grad(lambda x: (x - 3.0) ** 2)
    x = np.array([1.0])
    for _ in range(2):
        assert f(x) == (4.0, [-4.0])
        assert f.value(x) == [4.0]
    assert minimize(f.value, 0.0, jac=f.grad).x == 3.0
    product = value_and_grad(lambda x: x.T @ x)
    assert product(np.array([[1.0], [2.0]]))[0] == 5.0
    point = value_and_grad(lambda x: np.array(x[0] * 2.0))
    assert (point.value([1.5]), point.grad([1.5])) == (3.0, [2.0])


def test_numbers_are_equal_to_numbers_in_a_function() -> None:
    f = value_and_grad(lambda x: 2.0 * x[0] if x[0] == 3.0 else x[1])
    assert [f([3.0, 2.0]), f([2.0, 2.0])] == [(6.0, [2.0, 0.0]), (2.0, [0.0, 1.0])]
    guarded = value_and_grad(lambda x: np.sum(np.where(x == 0, 1.0, x**2)))
    assert guarded.value(np.array([0.0, 2.0])) == 5.0
    same = value_and_grad(lambda x: x[0] * (3.0 if x[0] == x[1] else 1.0))
    assert [same.value(x) for x in ([2.0, 2.0], [2.0, 1.0])] == [6.0, 2.0]


def test_what_happens_at_a_first_point_says_nothing_of_others() -> None:
    f = value_and_grad(lambda x: x[0].log())
    assert math.isnan(f.value([-1.0]))
    with pytest.raises(DomainError):
        f([-1.0])
    assert [f.value([x]) for x in (1.0, 2.0, 3.0)] == [0.0, math.log(2.0), math.log(3.0)]
    assert f.replayed == 2
    root = value_and_grad(lambda x: x[0].sqrt() * x[1])
    assert root.value([0.0, 1.0]) == 0.0
    for _ in range(4):
        assert root.hessian([4.0, 1.0]) == [[-0.03125, 0.25], [0.25, 0.0]]
    assert root.replayed == 2


def test_outside_a_domain_there_is_no_second_derivative_either() -> None:
    f = value_and_grad(lambda x: x[1] ** 2 - x[0].log(), allow_nonfinite=True)
    for x in ([-1.0, 2.0], [1.0, 2.0], [1.0, 2.0], [-1.0, 2.0]):
        (by_x, mixed), (_, by_y) = f.hessian(x)
        assert (mixed, by_y) == (0.0, 2.0)
        assert by_x == 1.0 if x[0] > 0.0 else math.isnan(by_x)
        product = f.hvp(x, [1.0, 1.0])
        assert product[0] == 1.0 if x[0] > 0.0 else math.isnan(product[0])


def test_functions_of_numpy_are_no_iterators() -> None:
    functions: list[Callable[..., Any]] = [
        lambda x: np.sum(x**2),
        lambda x: np.exp(x).sum(),
        lambda x: np.dot(x, x),
        lambda x: np.where([True, False], x, 2.0 * x).sum(),
        lambda x: (np.linspace(0.0, 1.0, 2) * np.diff(x, append=1.0)).sum(),
    ]
    for function in functions:
        f = value_and_grad(function)
        x = np.array([1.0, 2.0])
        assert f.value(x) == f.value(x) == function(x)
        assert (f.recorded, f.replayed) == (1, 1)


def test_an_iterator_gives_each_call_what_comes_next() -> None:
    batches = iter([1.0, 2.0, 3.0, 4.0])
    f = value_and_grad(lambda x: x[0] * next(batches))
    assert [f.value([1.0]) for _ in range(4)] == [1.0, 2.0, 3.0, 4.0]
    assert "an iterator is within its reach" in f.why


def test_a_function_of_several_may_have_the_others_by_name() -> None:
    f = value_and_grad(lambda w, x, y: (w[0] * x - y) ** 2)
    for _ in range(2):
        assert f([1.0], x=2.0, y=3.0) == (1.0, [-4.0])


def test_a_derivative_of_no_path_is_0() -> None:
    f = value_and_grad(lambda x, y: [x * 2.0, Value(5.0), x])
    for _ in range(2):
        assert f.jacobian([1.0, 2.0]) == [[2.0, 0.0], [0.0, 0.0], [1.0, 0.0]]
    linear = value_and_grad(lambda x, y: x * 2.0)
    for _ in range(2):
        assert linear.hessian([1.0, 2.0]) == [[0.0, 0.0], [0.0, 0.0]]
        assert linear.hvp([1.0, 2.0], [1.0, 1.0]) == [0.0, 0.0]


def test_a_function_may_be_pickled_by_name() -> None:
    f: VectorFunction = pickle.loads(pickle.dumps(value_and_grad(rosenbrock)))
    assert f([-1.0, 2.0]) == (104.0, [396.0, 200.0])


def test_an_operation_of_ones_own_is_swept_as_text() -> None:
    softsign = autograd.elemental(
        "softsign_of_vectors", "a / (1.0 + abs(a))", ["1.0 / pow(1.0 + abs(a), 2.0)"]
    )
    f = value_and_grad(lambda x: softsign(x[0]) * x[1])
    for _ in range(2):
        assert f([-3.0, 2.0]) == (-1.5, [0.125, -0.75])
    assert (f.recorded, f.replayed) == (1, 1)


def test_within_another_recording_its_numbers_count_as_left() -> None:
    f = value_and_grad(rosenbrock)
    f([1.0, 2.0])
    x = Value(1.0, "x")

    @autograd.replay
    def outer(x: Value) -> Value:
        return x * f([peek(x), 2.0])[0]

    outer(x)
    x.data = 2.0
    assert outer(x)[0] == 2.0 * f([2.0, 2.0])[0]
    assert "a function gave its derivatives" in outer.why
