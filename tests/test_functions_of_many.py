"""Functions of many numbers, rests and steps, and NumPy's names on arrays of Values.

Error model for scores a, with ε = 2⁻⁵²: each log-sum-exp in a tree of n scores is off by some 2
units in its last place for each of log2(n) levels, at most (1 + max|a|) · ε each, and what is off
in an exponent is off in a probability, relatively. The sweep down is as long as that up. So
(8 + 8 · log2(n)) · ε · (1 + max|a|), of the sum of the magnitudes of what is added up: a second
derivative p · q by two scores is the change of a share in a part of the tree less that of the
part, each as large as the smaller of p and q may be.
"""

import math
from collections.abc import Callable, Sequence
from itertools import product
from typing import Any

import mpmath
import numpy as np
import pytest
from mpmath import mpf

import autograd
from autograd import DomainError, Value, grad, log_softmax, logsumexp, softmax
from autograd.core.graph import below

inf, nan = math.inf, math.nan
SCORES = [
    [3.0],
    [0.3, 0.3],
    [0.1, 0.2, 0.3, -0.7],
    [1000.0, 0.0, -1000.0],
    [1000.0, 1000.0, 1000.0],
    [-1000.0, -1000.5],
    [50.0, 0.0],
    [-700.0, 0.0, 5.0],
    [50.0, 0.0, -inf],
    [-inf, 2.0, -inf, -inf, 1.0],
    [-inf, -inf, -inf, 7.0],
    [0.7 * i * (-1) ** i for i in range(9)],
    [1e300, -1e300],
]


class Truth:
    """Probabilities p of scores to 1,000 digits, and what they lack to 1."""

    def __init__(self, scores: Sequence[float]) -> None:
        with mpmath.workdps(1000):
            parts = [mpmath.exp(mpf(x) - max(scores)) for x in scores]
            self.sum = mpmath.fsum(parts)
            self.log_sum = mpmath.log(self.sum) + max(scores)
            self.p = [part / self.sum for part in parts]
            self.q = [
                mpmath.fsum(parts[j] for j in range(len(parts)) if j != i) / self.sum
                for i in range(len(parts))
            ]
            pairs = zip(self.p, self.q, strict=True)
            self.log_p = [-mpmath.log1p(q / p) if p else mpf(-inf) for p, q in pairs]

    def lacks(self, i: int, j: int) -> Any:
        return self.q[i] if i == j else -self.p[j]

    def slope_of_p(self, i: int, j: int) -> Any:
        return self.p[i] * self.lacks(i, j)

    def curve_of_p(self, i: int, j: int, k: int) -> tuple[Any, Any]:
        """The second derivative of p, and the magnitudes in it."""
        one = self.lacks(i, j) * self.lacks(i, k)
        curve, size = self.curve_of_sum(j, k)
        return self.p[i] * (one - curve), self.p[i] * (abs(one) + size)

    def curve_of_sum(self, j: int, k: int) -> tuple[Any, Any]:
        """The same of the log-sum-exp."""
        curve = self.slope_of_p(j, k)
        return curve, abs(curve) if j == k else min(self.p[j], self.p[k])


def assert_near(ours: float, true: Any, scores: Sequence[float], scale: Any = None) -> None:
    largest = max(abs(x) for x in scores if math.isfinite(x))
    levels = math.log2(len(scores)) + 1.0
    allowed = 8.0 * levels * 2.0**-52 * (1.0 + largest) * (abs(true) if scale is None else scale)
    assert ours == true or abs(ours - true) <= allowed + 4.0 * 2.0**-1074, (ours, float(true))


def derivatives(root: Any, leaves: list[Value]) -> tuple[list[Value], list[list[float]]]:
    slopes = grad(root, leaves, create_graph=True, allow_unused=True)
    return slopes, [grad(slope, leaves, allow_unused=True) for slope in slopes]


@pytest.mark.parametrize("scores", SCORES[:-1], ids=str)
def test_probabilities_are_right_in_every_tail_and_so_are_two_derivatives(
    scores: list[float],
) -> None:
    true = Truth(scores)
    count = len(scores)
    leaves = [Value(x) for x in scores]
    for i, p in enumerate(softmax(leaves)):
        assert_near(p.data, true.p[i], scores)
        slopes, curves = derivatives(p, leaves)
        for j, k in product(range(count), repeat=2):
            assert_near(slopes[j].data, true.slope_of_p(i, j), scores)
            curve, scale = true.curve_of_p(i, j, k)
            assert_near(curves[j][k], curve, scores, scale)


@pytest.mark.parametrize("scores", SCORES[:-1], ids=str)
def test_their_logarithms_are_right_and_so_are_two_derivatives(scores: list[float]) -> None:
    true = Truth(scores)
    count = len(scores)
    leaves = [Value(x) for x in scores]
    for i, log_p in enumerate(log_softmax(leaves)):
        assert_near(log_p.data, true.log_p[i], scores)
        if scores[i] == -inf:
            continue
        slopes, curves = derivatives(log_p, leaves)
        for j, k in product(range(count), repeat=2):
            assert_near(slopes[j].data, true.lacks(i, j), scores)
            curve, scale = true.curve_of_sum(j, k)
            assert_near(curves[j][k], -curve, scores, scale)


@pytest.mark.parametrize("scores", SCORES[1:-1], ids=str)
def test_the_log_sum_exp_is_right_and_so_are_two_derivatives(scores: list[float]) -> None:
    true = Truth(scores)
    leaves = [Value(x) for x in scores]
    together = logsumexp(leaves)
    assert_near(together.data, true.log_sum, scores, abs(true.log_sum) + 1)
    slopes, curves = derivatives(together, leaves)
    for j, k in product(range(len(scores)), repeat=2):
        assert_near(slopes[j].data, true.p[j], scores)
        curve, scale = true.curve_of_sum(j, k)
        assert_near(curves[j][k], curve, scores, scale)


@pytest.mark.parametrize("scores", SCORES, ids=str)
def test_of_numbers_they_are_the_same_numbers(scores: list[float]) -> None:
    leaves = [Value(x) for x in scores]
    assert softmax(scores) == [p.data for p in softmax(leaves)]
    assert log_softmax(np.array(scores)) == [p.data for p in log_softmax(leaves)]
    assert logsumexp(iter(scores)) == logsumexp(leaves).data
    assert math.fsum(softmax(scores)) == pytest.approx(1.0, abs=1e-12)


def test_a_confident_class_keeps_what_it_lacks_to_one() -> None:
    right, wrong = Value(800.0), Value(100.0)
    p, _ = softmax([right, wrong])
    log_p, _ = log_softmax([right, wrong])
    assert p.data == 1.0
    assert grad(p, [right]) == [math.exp(-700.0)]
    assert log_p.data == -math.exp(-700.0)
    assert grad(log_p, [right, wrong]) == [math.exp(-700.0), -math.exp(-700.0)]


def test_where_all_is_masked_there_is_no_probability() -> None:
    for scores in ([-inf], [-inf, -inf]):
        assert logsumexp(scores) == -inf
        assert all(math.isnan(p) for p in softmax(scores))
        assert all(math.isnan(p) for p in log_softmax(scores))


def test_of_nothing_there_is_none_and_of_what_is_no_number_neither() -> None:
    functions: list[tuple[str, Callable[..., Any]]] = [
        ("logsumexp", logsumexp),
        ("softmax", softmax),
        ("log_softmax", log_softmax),
    ]
    for name, function in functions:
        with pytest.raises(ValueError, match=f"the {name} of no scores is not defined"):
            function([])
        with pytest.raises(TypeError, match=f"{name} takes one real number .* got str: 'a'"):
            function(["a", Value(1.0)])
    assert logsumexp([x := Value(2.0)]) is x


@pytest.mark.parametrize("count", [1, 2, 3, 10, 1000])
def test_probabilities_of_all_classes_take_a_few_nodes_for_each(count: int) -> None:
    leaves = [Value(float(i % 7)) for i in range(count)]
    operations, _ = below(autograd.total(softmax(leaves)[:1000]))
    assert len(operations) <= 7 * count


def test_a_classifier_is_compiled_and_chooses_nothing_for_good() -> None:
    leaves = [Value(x, f"a{i}") for i, x in enumerate((1.0, 2.0, 3.0))]
    program = autograd.compile(-log_softmax(leaves)[0], inputs=leaves)
    for scores in ([-5.0, 800.0, 3.0], [800.0, 1.0, 2.0], [0.0, 0.0, 0.0]):
        assert program(*scores)[0] == -log_softmax(scores)[0]


def test_the_largest_of_any_number_is_found_as_python_finds_it() -> None:
    numbers = [3.0, -1.0, 7.0, 7.0, 2.0]
    leaves = [Value(x) for x in numbers]
    for ours, python in ((autograd.max, max), (autograd.min, min)):
        assert ours(numbers) == ours(*numbers) == python(numbers)
        assert ours(leaves).data == ours(*leaves).data == python(numbers)
        assert ours(iter(leaves)).data == ours(np.array(leaves)).data == python(numbers)
        assert ours(leaves[:1]) is ours(leaves[0]) is leaves[0]
        assert ours(5) == 5.0
        for nothing in (list[float](), np.array([])):
            with pytest.raises(ValueError, match=r"the m[axin]+ of no operands"):
                ours(nothing)
        with pytest.raises(TypeError, match="one real number"):
            ours("ab")  # type: ignore[arg-type]  # on purpose
        assert math.isnan(ours(1.0, nan, 2.0))
    assert grad(autograd.max(leaves), leaves, allow_unused=True) == [0.0, 0.0, 0.5, 0.5, 0.0]


def test_three_that_tie_have_a_quarter_a_quarter_and_a_half() -> None:
    leaves = [Value(1.0), Value(1.0), Value(1.0)]
    assert grad(autograd.max(leaves), leaves) == [0.25, 0.25, 0.5]
    assert grad(autograd.min(*leaves), leaves) == [0.25, 0.25, 0.5]


NUMBERS = [0.0, 1.0, -1.0, 0.3, -0.3, 2.5, -7.0, 1e-20, -1e-20, 1e300, 5e-324, 2.0**52 + 1, 6.0]


@pytest.mark.parametrize("a", NUMBERS)
def test_rests_and_quotients_are_those_of_python(a: float) -> None:
    x = Value(a)
    for b in (3.0, -3.0, 0.1, -0.1, 2.0**53, inf, -inf):
        rest, quotient = a % b, a // b
        for ours in (x % b, a % Value(b), x % Value(b), autograd.mod(x, b)):
            assert repr(ours.data) == repr(rest)
        for ours in (x // b, a // Value(b), x // Value(b), autograd.floordiv(x, b)):
            assert ours.data == pytest.approx(quotient, rel=4e-16, abs=0.0)
    if abs(a) < 1e15:
        assert x.floor().data == math.floor(a)


def test_the_derivative_of_a_rest_by_the_divisor_is_how_often_it_goes() -> None:
    a, b = Value(7.5), Value(2.0)
    assert grad(a % b, [a, b]) == [1.0, -3.0]
    assert [slope.data for slope in grad(a % b, [a, b], create_graph=True)] == [1.0, -3.0]
    assert grad(-a % b, [a, b]) == [-1.0, 4.0]


def test_what_has_no_rest_says_what_it_needs() -> None:
    needs = "it needs finite a, and b ≠ 0"
    for undefined in (
        lambda: Value(1.0) % 0.0,
        lambda: 1.0 // Value(0.0),
        lambda: autograd.mod(inf, 1.0),
    ):
        with pytest.raises(DomainError, match=needs):
            undefined()
    wrong: Any
    for wrong in ("1", None, [1.0]):
        with pytest.raises(TypeError, match="unsupported operand"):
            Value(1.0) % wrong


@pytest.mark.parametrize(
    ("function", "numbers"),
    [
        (autograd.floor, {-0.0: -0.0, 2.5: 2.0, -2.5: -3.0, inf: inf, -inf: -inf, -5e-324: -1.0}),
        (autograd.sign, {-0.0: -0.0, 2.5: 1.0, -inf: -1.0, 5e-324: 1.0}),
        (autograd.cbrt, {-0.0: -0.0, 27.0: 3.0, -8.0: -2.0, inf: inf, -inf: -inf, 1e-300: 1e-100}),
        (autograd.exp2, {-0.0: 1.0, 10.0: 1024.0, -1074.0: 5e-324, inf: inf, -inf: 0.0, 2e3: inf}),
        (autograd.normal_cdf, {-0.0: 0.5, inf: 1.0, -inf: 0.0, -40.0: 0.0, 10.0: 1.0}),
    ],
    ids=["floor", "sign", "cbrt", "exp2", "normal_cdf"],
)
def test_what_is_special_is_what_ieee_says(
    function: Callable[[Any], Any], numbers: dict[float, float]
) -> None:
    for x, y in numbers.items():
        assert repr(function(x)) == repr(function(Value(x)).data) == repr(y)
    assert math.isnan(function(nan))


def test_log_add_exp_of_infinities() -> None:
    for a, b, expected in (
        (-inf, -inf, (-inf, 0.5, 0.5)),
        (-inf, 3.0, (3.0, 0.0, 1.0)),
        (inf, 3.0, (inf, 1.0, 0.0)),
        (inf, inf, (inf, 0.5, 0.5)),
        (1e308, -1e308, (1e308, 1.0, 0.0)),
        (2.0, 2.0, (2.0 + math.log(2.0), 0.5, 0.5)),
    ):
        node = autograd.logaddexp(Value(a), Value(b))
        assert (node.data, *node.partials) == expected
    assert math.isnan(autograd.logaddexp(nan, 1.0))
    assert math.isnan(autograd.logaddexp(1.0, nan))


def test_comparisons_as_values_are_1_or_0_and_a_program_asks_anew() -> None:
    x, y = Value(1.0, "x"), Value(2.0, "y")
    less, at_most, equal = autograd.less(x, y), autograd.at_most(y, y), autograd.equal(x, y)
    assert (autograd.less(1, 2), autograd.equal(nan, nan), autograd.equal(inf, inf)) == (1, 0, 1)
    program = autograd.compile(autograd.where(less, x, y * y), inputs=[x, y])
    assert [program(1.0, 2.0)[0], program(3.0, 2.0)[0]] == [1.0, 4.0]
    assert [less.data, at_most.data, equal.data] == [1.0, 1.0, 0.0]


@pytest.mark.parametrize(("x", "y"), [(7.5, 2.0), (-7.5, 2.0), (7.5, -2.0)])
def test_a_row_of_ones_own_may_use_fmod_and_be_differentiated_twice(x: float, y: float) -> None:
    rest = autograd.elemental(
        "rest", "a * fmod(a, b)", ["fmod(a, b) + a", "-a * ((a - fmod(a, b)) / b)"]
    )
    assert autograd.gradcheck(rest, [x, y])
    a, b = Value(x), Value(y)
    slope = grad(rest(a, b), [a], create_graph=True)[0]
    times = math.trunc(x / y)
    assert slope.data == math.fmod(x, y) + x
    assert grad(slope, [a, b]) == [2.0, -times]
    assert autograd.certify(rest(a, b), [a]).value.ulps <= 1.0


POINTS = np.array([0.3, 0.7, 0.45])
OTHERS = np.array([0.6, 0.2, -0.5])
OF_ONE = """
    abs absolute arccos arcsin arcsinh arctan arctanh cbrt conjugate cos cosh deg2rad degrees exp
    exp2 expm1 fabs log log10 log1p log2 negative positive rad2deg radians reciprocal sign sin sinh
    sqrt square tan tanh
"""
OF_TWO = """
    add arctan2 divide floor_divide fmax fmin fmod hypot maximum minimum mod multiply power
    remainder subtract
"""
OF_ALL = "mean std var sum prod cumsum linalg.norm max min ptp median dot vdot".split()


def of_numpy(name: str) -> Any:
    """np.linalg.norm for linalg.norm; NumPy before 2 has no arcsin by another name."""
    found: Any = np
    for part in name.split("."):
        found = getattr(found, part)
    return found


def values_of(x: Any) -> list[float]:
    return [v.data if isinstance(v, Value) else float(v) for v in np.atleast_1d(x)]


def as_objects(numbers: Any) -> Any:
    return np.array([Value(x) for x in numbers], dtype=object)


@pytest.mark.parametrize("name", OF_ONE.split())
def test_functions_of_numpy_take_arrays_of_values(name: str) -> None:
    function = of_numpy(name)
    assert values_of(function(as_objects(POINTS))) == pytest.approx(function(POINTS), rel=4e-16)


def test_the_inverse_of_cosh_takes_them_above_one() -> None:
    assert values_of(np.arccosh(as_objects([1.5, 3.0]))) == pytest.approx(np.arccosh([1.5, 3.0]))


@pytest.mark.parametrize("name", OF_TWO.split())
def test_functions_of_two_take_them_with_values_and_with_numbers(name: str) -> None:
    function = of_numpy(name)
    others = abs(OTHERS) if name == "power" else OTHERS
    expected = pytest.approx(function(POINTS, others), rel=4e-16)
    assert values_of(function(as_objects(POINTS), as_objects(others))) == expected
    assert values_of(function(as_objects(POINTS), others)) == expected


@pytest.mark.parametrize("name", OF_ALL)
def test_functions_of_a_whole_array_take_them(name: str) -> None:
    function = of_numpy(name)
    arguments = (OTHERS,) if name in ("dot", "vdot") else ()
    expected = function(POINTS, *arguments)
    assert values_of(function(as_objects(POINTS), *arguments)) == pytest.approx(expected)


def test_what_goes_by_numpys_names_has_the_derivatives_of_the_rows() -> None:
    xs = as_objects(POINTS)
    (by_angle,) = grad(np.arctan2(xs, 2.0)[0], [xs[0]])
    assert by_angle == pytest.approx(2.0 / (0.3**2 + 4.0))
    spread = np.std(xs)
    assert autograd.gradcheck(lambda *x: np.std(np.array(x, dtype=object)), [*POINTS])
    assert spread.data == pytest.approx(np.std(POINTS))
    assert grad(np.fmod(xs, 0.2)[0], [xs[0]]) == [1.0]
    assert grad(np.rad2deg(xs)[0], [xs[0]]) == [pytest.approx(180.0 / math.pi)]


def test_what_numpy_decides_by_comparing_is_not_compiled() -> None:
    xs = as_objects(POINTS)
    largest = np.maximum(xs, 0.5)[1]
    assert largest is xs[1]
    with pytest.raises(autograd.CompileError, match="was compared"):
        autograd.compile(np.max(as_objects(POINTS) * xs), inputs=[*xs])
