"""Inputs on which other engines were reported to be wrong, by name and number, with what is right.

A line each: where the report is, what it tells, the expression in our words, the point, and the
right answer, from calculus or with 50 digits. Where a report is of single precision, the point is
moved to where the same happens to doubles.
"""

import html
import math
import random
import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import numpy as np
import pytest

import autograd
from autograd import (
    MLP,
    CompileError,
    DomainError,
    Value,
    affine,
    atan2,
    batches,
    draw,
    elemental,
    explain,
    fit,
    grad,
    hypot,
    jvp,
    softplus,
    where,
)
from autograd.nn.loop import shuffle

INF = math.inf
NAN = math.nan

# The rules of a row are products of a few correctly rounded operations and functions of `math`,
# each off by 1 ulp or less, 1.1e-16 · 2; ten thousand of them would be needed for this.
RELATIVE = 1e-12


class Report(NamedTuple):
    """A function of Values, a point, and the derivatives there, one for each operand."""

    source: str
    told: str
    function: Callable[..., Value]
    point: Sequence[float]
    right: Sequence[float]


max = autograd.max
min = autograd.min
relu = autograd.relu
sqrt = autograd.sqrt
exp = autograd.exp
log = autograd.log


def _logistic_map(x: Value) -> Value:
    return 64 * x * (1 - x) * (1 - 2 * x) ** 2 * (1 - 8 * x + 8 * x * x) ** 2


# A report stands on one line.
# fmt: off
FIRST = [
    # The branch not taken: its derivative is infinite, and nothing flows to it.
    Report("jax-ml/jax#5798", "where gives nan", lambda x: where(relu(1 - x), x, sqrt(x)), [0.0], [1.0]),
    Report("jax-ml/jax#1052", "where with atan2(0, 0)", lambda x: where(1.0, 0.0 * x, atan2(x, x)), [0.0], [0.0]),
    Report("jax-ml/jax#2630", "select with x * inf", lambda x: where(relu(x), 0.0, x * INF), [1.0], [0.0]),
    Report("pytorch/pytorch#23395", "sqrt(0) unselected", lambda x: where(x, sqrt(x) + 1, x / 2), [0.0], [0.5]),
    Report("pytorch/pytorch#68425", "exp overflows unselected", lambda x: where(relu(-x), exp(x), 1 + x), [1000.0], [1.0]),
    Report("pytorch/pytorch#156212", "exp(1e10) unselected", lambda x: where(relu(10 - x), exp(x), 1.0), [1e10], [0.0]),
    Report("pytorch/pytorch#31829", "logsumexp, -1000 and 0", lambda x: where(relu(x), x + exp(-x).log1p(), exp(x).log1p()), [-1000.0], [0.0]),
    Report("tensorflow/tensorflow#22048", "clip by norm at 0", lambda x, y: where(relu(hypot(x, y) - 1), x / max(hypot(x, y), 1.0), x), [0.0, 0.0], [1.0, 0.0]),
    Report("casadi/casadi#1878", "if_else poisoned", lambda x: where(relu(x), sqrt(x), 0.0), [0.0], [0.0]),
    Report("Theano/Theano#6476", "nested switch", lambda m: where(1.0, m, where(0.0, (-INF - m) ** 2, -((-INF - m) ** 2))), [0.0], [1.0]),
    Report("coin-or/CppAD#8", "untaken quotient", lambda x, y: where(relu(y - 1), x / y, 0.0), [1.0, 1.0], [0.0, 0.0]),
    Report("JuliaDiff/ForwardDiff.jl#603", "max is a strong zero", lambda x: max(sqrt(x) - 1.0, 0.0), [0.0], [0.0]),
    Report("JuliaDiff/ForwardDiff.jl#287", "log(1 / max(tiny, x))", lambda x: log(1 / max(1e-200, x)), [0.0], [0.0]),
    Report("symforce-org/symforce#445", "sqrt(max(0, .)) where it is 0", lambda x, z: sqrt(max(0.0, x * x - z * z)), [1.0, 2.0], [0.0, 0.0]),
    Report("jax-ml/jax#15588", "bump where it is constant", lambda x: where(relu(-x), 0.0, exp(-1 / max(x, 0.01))), [-0.5], [0.0]),
    # Powers at their edges.
    Report("HIPS/autograd#149", "by the exponent at base 0", lambda x, y: x**y, [0.0, 1.0], [1.0, 0.0]),
    Report("pytorch/pytorch#27134", "a**b by b at a = 0", lambda b: 0.0**b, [1.0], [0.0]),
    Report("JuliaDiff/ForwardDiff.jl#414", "0**y by y", lambda y: 0.0**y, [0.5], [0.0]),
    Report("Theano/Theano#2995", "x**0 at 0", lambda x: x**0, [0.0], [0.0]),
    Report("tensorflow/tensorflow#2295", "power after a clamp", lambda x: min(max(x, 0.0), 1.0) ** 2.4, [0.0], [0.0]),
    Report("karpathy/micrograd#41", "negative base", lambda a: a**-3, [-2.0], [-0.1875]),
    Report("karpathy/micrograd#17", "by the exponent", lambda a, b: a**b, [2.0, 3.0], [12.0, 8 * math.log(2)]),
    Report("numba/numba#8169", "whole number to the power -1", lambda x: x**-1, [2], [-0.25]),
    Report("numba/numba#7012", "2 to a negative whole number", lambda x: 2**x, [-2], [0.25 * math.log(2)]),
    Report("casadi/casadi#104", "power by logarithms", lambda x: (x - 2 * x) ** 2, [1.0], [2.0]),
    Report("FluxML/Zygote.jl#511", "log of a negative base", lambda a, b: (a - 2) ** 4 + (a - 2 * b) ** 2, [0.0, 0.0], [-32.0, 0.0]),
    # Overflow, underflow and tails.
    Report("jax-ml/jax#39794", "expm1 at -40", lambda x: x.expm1(), [-40.0], [4.248354255291589e-18]),
    Report("jax-ml/jax#39798", "silu at -709", lambda x: x.silu(), [-709.0], [-8.614807714413836e-306]),
    Report("jax-ml/jax#39799", "sqrt of the least subnormal", lambda x: sqrt(x), [5e-324], [2.2494568972715982e161]),
    Report("jax-ml/jax#39796", "selu at -700", lambda x: 1.0507009873554805 * x.elu(1.6732632423543772), [-700.0], [1.7334290832552396e-304]),
    Report("jax-ml/jax#40634", "asinh past 1e154", lambda x: x.asinh(), [1e200], [1e-200]),
    Report("jax-ml/jax#4882", "hypot overflows", lambda x, y: hypot(x, y), [1e200, 1e200], [math.sqrt(0.5)] * 2),
    Report("numba/numba#1877", "hypot(1e303, 1e303)", lambda x, y: hypot(x, y), [1e303, 1e303], [math.sqrt(0.5)] * 2),
    Report("tensorflow/tensorflow#12071", "a norm underflows", lambda x: hypot(x, 0.0), [1e-200], [1.0]),
    Report("pytorch/pytorch#193040", "atan2 of tiny numbers", lambda x, y: atan2(x, y), [1e-200, 1e-200], [5e199, -5e199]),
    Report("ml-explore/mlx#2451", "atan2 wrong", lambda x, y: atan2(x, y), [1.0, 2.0], [0.4, -0.2]),
    Report("stan-dev/math#874", "inv_logit underflows", lambda x: x.sigmoid(), [-740.0], [4.2e-322]),
    Report("karpathy/micrograd#29", "tanh and sigmoid at 1000", lambda x: x.tanh() + x.sigmoid(), [1000.0], [0.0]),
    Report("tensorflow/tensorflow#126060", "sigmoid at -36", lambda x: x.sigmoid(), [-36.0], [2.3195228302435686e-16]),
    Report("pytorch/pytorch#187806", "gelu by 1 + erf", lambda x: x.gelu(), [-10.0], [-7.618400096464814e-22]),
    Report("pymc-devs/pytensor#2264", "log sigmoid at 820", lambda x: x.sigmoid().log(), [820.0], [0.0]),
    Report("stan-dev/math#1679", "log of a sum of equal exps", lambda x: max(x, x) + (2 * exp(x - max(x, x))).log(), [1e50], [1.0]),
    Report("pytorch/pytorch#61568", "softplus past a threshold", lambda x: softplus(3 * x) / 3, [0.2736], [0.6944061315105916]),
    # Kinks and ties.
    Report("jax-ml/jax#2107", "softplus at 0", lambda x: softplus(x), [0.0], [0.5]),
    Report("jax-ml/jax#2140", "log sigmoid at 0", lambda x: -softplus(-x), [0.0], [0.5]),
    Report("HIPS/autograd#212", "a tie of max", lambda x, y: max(x, y), [1.0, 1.0], [0.5, 0.5]),
    Report("stan-dev/math#2060", "a tie of min", lambda x, y: min(x, y), [1.0, 1.0], [0.5, 0.5]),
    Report("pytorch/pytorch#56734", "max(x, x)", lambda x: max(x, x), [2.0], [1.0]),
    Report("jax-ml/jax#37820", "abs at 0", lambda x: abs(x), [0.0], [0.0]),
    # Graphs.
    Report("karpathy/micrograd#64", "a node used twice", lambda a: (a + a) + (a + a), [1.0], [4.0]),
    Report("karpathy/micrograd#68", "order of the sweep", lambda a, b: ((a + b) + (a * b)) + ((a + b) * (a * b)), [2.0, 3.0], [25.0, 19.0]),
    Report("karpathy/micrograd#57", "sign of a difference", lambda a, b: a - b, [2.0, 5.0], [1.0, -1.0]),
    Report("karpathy/micrograd#76", "3 + v", lambda v: 3 + (3 - v) * 2 / v, [3.0], [-2 / 3]),
    Report("tensorflow/tensorflow#26143", "whole numbers", lambda a, b: a * b, [1, 2], [2.0, 1.0]),
    Report("pytorch/pytorch#9468", "NumPy's numbers on the left", lambda a: np.float32(2.0) * a * np.float64(2.0), [1.0], [4.0]),
    Report("pytorch/pytorch#49272", "elu of a negative alpha", lambda x: x.elu(-2.0), [-1.0], [-2 * math.exp(-1)]),
    Report("tensorflow/tensorflow#127238", "a quotient with numerator 0", lambda x: (2 * x - 1) / (x + 1), [0.5], [4 / 3]),
    Report("tensorflow/tensorflow#20116", "a polynomial of degree 8", _logistic_map, [3.0], [-75279680.0]),
    Report("casadi/casadi#2585", "cosh", lambda x: x.cosh(), [1.0], [1.1752011936438014]),
    Report("jax-ml/jax#29152", "x log cos x", lambda x: x * x.cos().log(), [7.0], [-6.382628434597368]),
    Report("numba/numba#2003", "more than Latin labels, in order", lambda č: č.sin() * č, [0.5], [0.9182168195493894]),
]

SECOND = [
    Report("jax-ml/jax#20574", "x**1 at 0", lambda x: x ** Value(1.0), [0.0], [0.0]),
    Report("Theano/Theano#3210", "relu at 0", lambda x: relu(x), [0.0], [0.0]),
    Report("tensorflow/tensorflow#60071", "fabs away from 0", lambda x: abs(x), [1.0], [0.0]),
    Report("tensorflow/tensorflow#127230", "hypot where one side is 0", lambda x: hypot(2 * x - 1, 8.0), [0.5], [0.5]),
    Report("tensorflow/tensorflow#127240", "a factor that is 0", lambda x: (2 * x - 1) * log(x + 1), [0.5], [8 / 3]),
    Report("tensorflow/tensorflow#44556", "a product with a zero", lambda x: 2.0 * Value(0.0) * x * x, [0.0], [0.0]),
    Report("jax-ml/jax#39801", "tanh near 0", lambda x: x.tanh(), [1e-300], [-2e-300]),
    Report("jax-ml/jax#40387", "softplus at 37", lambda x: softplus(x), [37.42994775023705], [5.551115123125776e-17]),
    Report("pytorch/pytorch#195530", "log sigmoid at 40", lambda x: -softplus(-x), [40.0], [-4.248354255291589e-18]),
    Report("tensorflow/tensorflow#124830", "elu just below 0", lambda x: x.elu(), [-1e-300], [1.0]),
    Report("pytorch/pytorch#195682", "silu at 40", lambda x: x.silu(), [40.410841513445845], [-1.0820525268131133e-16]),
    Report("itsubaki/autograd#30", "gelu", lambda x: x.gelu(), [1.0], [0.24197072451914337]),
    Report("jax-ml/jax#37909", "by atan2(x, x)", lambda x: 1 / ((x / atan2(x, x)) / 2.0), [-0.12], [5454.15391248228]),
    Report("jax-ml/jax#40315", "one node in three factors", lambda v: (lambda u: u.tanh() * u * u)(-1e8 * v), [1.0], [-2e16]),
    Report("jax-ml/jax#5798", "where(x < 1, x, sqrt(x))", lambda x: where(relu(1 - x), x, sqrt(x)), [0.0], [0.0]),
    Report("FluxML/Zygote.jl#33", "3x² + 2x + 1", lambda x: 3 * x**2 + 2 * x + 1, [2.0], [6.0]),
]
# fmt: on


def close(ours: float, right: float) -> bool:
    return abs(ours - right) <= RELATIVE * abs(right) + 5e-324


def leaves_of(report: Report) -> list[Value]:
    return [Value(x, label) for x, label in zip(report.point, "xyz", strict=False)]


def name(report: Report) -> str:
    return f"{report.source} {report.told}"


@pytest.mark.parametrize("report", FIRST, ids=name)
def test_reported_derivatives_are_right_backward_and_forward(report: Report) -> None:
    xs = leaves_of(report)
    y = report.function(*xs)
    ours = grad(y, xs)
    assert all(map(close, ours, report.right)), ours
    y.backward()
    assert [x.grad for x in xs] == ours
    along = [jvp(y, x, 1.0) for x in xs]
    assert all(map(close, along, report.right)), along
    assert "nan" not in str(explain(y))


def program_is_right(report: Report, engine: str) -> None:
    xs = leaves_of(report)
    y = report.function(*xs)
    program = autograd.compile(y, engine=engine)
    value, slopes = program()
    assert value == y.data
    right = dict(zip(xs, report.right, strict=True))
    expected = [right[x] for x in program.parameters if x in right]
    ours = [d for x, d in zip(program.parameters, slopes, strict=True) if x in right]
    assert all(map(close, ours, expected)), ours


@pytest.mark.parametrize("report", FIRST, ids=name)
def test_reported_derivatives_are_right_in_programs(report: Report) -> None:
    program_is_right(report, "python")


@pytest.mark.long
@pytest.mark.parametrize("report", FIRST, ids=name)
def test_reported_derivatives_are_right_in_machine_code(report: Report) -> None:
    program_is_right(report, "numba")


@pytest.mark.parametrize("report", FIRST, ids=name)
def test_reported_derivatives_are_right_on_tapes(report: Report) -> None:
    program_is_right(report, "tape")


@pytest.mark.parametrize("report", SECOND, ids=name)
def test_reported_second_derivatives_are_right(report: Report) -> None:
    (x,) = leaves_of(report)
    y = report.function(x)
    ((second,),) = autograd.hessian(y, x)
    assert close(second, report.right[0]), second
    (slope,) = grad(y, x, create_graph=True)
    (again,) = grad(slope, x, allow_unused=True)
    assert close(again, report.right[0]), again


class Text(NamedTuple):
    """What is printed, and what has to stand in it."""

    source: str
    told: str
    text: Callable[[], str]
    right: str


def _x(data: float = 2.0, label: str = "x") -> Value:
    return Value(data, label)


def _program(label: str) -> str:
    x = _x(label=label)
    return autograd.compile(x * x, [x]).source.split("\n")[0]


TEXTS = [
    Text("sympy/sympy#21204", "x - -1e-7", lambda: explain(_x() - -1e-7).latex(),
         r"x - \left(-1 \cdot 10^{-7}\right)"),
    Text("sympy/sympy#20300", "5 - -4", lambda: explain(_x(5.0) - -4).latex(), r"5 - \left(-4\right)"),
    Text("sympy/sympy#15439", "x -2", lambda: str(explain(-2 * _x() * 1.5)), "dv1 · (-2)"),
    Text("sympy/sympy#11011", "a power of 5e-14", lambda: explain(5e-14 ** _x()).latex(),
         r"{\left(5 \cdot 10^{-14}\right)}^{x}"),
    Text("sympy/sympy#21159", "a square of 5e-14", lambda: explain(_x(5e-14) ** 2).latex(),
         r"{\left(5 \cdot 10^{-14}\right)}^{2}"),
    Text("korsbo/Latexify.jl#203", "1e-7 as a difference",
         lambda: explain(elemental("f", "a - 1e-7 * a", ["0.9999999"])(_x())).latex(),
         r"x - 1 \cdot 10^{-7} \cdot x"),
    Text("sympy/sympy#13651", "- -y", lambda: str(explain(elemental("f", "2 - (-a)", ["1"])(_x(-3.0)))),
         "2 - (-x) = 2 - (-(-3))"),
    Text("sympy/sympy#12799", "-(x + y)",
         lambda: explain(elemental("f", "-(a + a) * a", ["-4.0 * a"])(_x())).latex(),
         r"-\left(x + x\right) \cdot x"),
    Text("sympy/sympy#7427", "a keyword as name", lambda: _program("lambda"), "def program(lambda_2):"),
    Text("sympy/sympy#7249", "a backslash in a name", lambda: _program("\\alpha"), "def program(_alpha):"),
    Text("sympy/sympy#26713", "a name with a point", lambda: _program("x.y"), "def program(x_y):"),
    Text("sympy/sympy#26241", "ε and ϵ", lambda: autograd.compile(_x(2.0, "ε") * _x(3.0, "ϵ")).source,
         "v1 = ε * ε_2"),
    Text("casadi/casadi#621", "digits of constants", lambda: autograd.compile(_x() * (0.1 + 0.2)).source,
         "x * 0.30000000000000004"),
]  # fmt: skip


@pytest.mark.parametrize("report", TEXTS, ids=lambda report: f"{report.source} {report.told}")
def test_reported_texts_are_right(report: Text) -> None:
    assert report.right in report.text()


LABELS = {
    "xflr6/graphviz#47": "<> <>",
    "xflr6/graphviz#168": "<lambda> <map>",
    "xflr6/graphviz#80": "\\",
    "xflr6/graphviz#82": "a\\l",
    "xflr6/graphviz#53": "::",
    "xflr6/graphviz#100": "http://brick:81/",
    "xflr6/graphviz#148": "D<br/>I",
    "xflr6/graphviz#96": '\\" shape=box color=red] # "=12',
}


@pytest.mark.parametrize(("source", "label"), LABELS.items(), ids=[*LABELS])
def test_reported_labels_are_drawn_as_they_are(source: str, label: str) -> None:
    svg = draw(Value(2.0, label) * 3.0).pipe("svg", encoding="utf-8")
    assert f">{label}<" in html.unescape(svg), source


class Refusal(NamedTuple):
    """What cannot be, and the beginning of the sentence that says so."""

    source: str
    told: str
    done: Callable[[], Any]
    error: type[Exception]
    right: str


def _many_choices(count: int) -> Value:
    y = x = Value(0.3, "x")
    for i in range(count):
        y = (y - 1e-3 * i).relu() + x
    return y


def _fitted(**options: Any) -> Any:
    samples: dict[str, Any] = {"xs": [0.0, 1.0], "ys": [1.0, 3.0]}
    return fit(MLP(1, [1], seed=0), **samples | options).losses


REFUSALS = [
    Refusal("numba/numba#5611", "recursion along branches",
            lambda: autograd.compile(_many_choices(300), engine="numba"), CompileError, "would take numba"),
    Refusal("numba/numba#1256", "1/0 is inf", lambda: autograd.compile((x := _x()) ** -1, [x], "numba")(0.0),
            DomainError, r"pow\(a, b\) is not defined at a = x = 0\.0"),
    Refusal("numba/numba#9484", "log2 of a negative number raises nothing",
            lambda: autograd.compile((x := _x()).log2(), [x], "numba")(-1.0), DomainError, r"log2\(a\)"),
    Refusal("HIPS/autograd#246", "math's exp on a traced value", lambda: math.exp(_x()),  # type: ignore[arg-type]
            TypeError, r"a Value is no float, .* autograd\.sin\(x\) for math\.sin\(x\)"),
    Refusal("HIPS/autograd#151", "a norm at 0", lambda: grad(hypot(x := _x(0.0), 0.0), x), FloatingPointError,
            "x would get the gradient nan: the derivative of v1 = hypot"),
    Refusal("stan-dev/stan#860", "erf(nan) is 1", lambda: _x(NAN).erf().backward(), FloatingPointError,
            "the leaf x = nan is not finite"),
    Refusal("scikit-learn/scikit-learn#19603", "a seed that is none", lambda: _fitted(seed=1.7), TypeError,
            "seed is a whole number, got float"),
    Refusal("keras-team/keras#450", "no samples", lambda: _fitted(xs=[], ys=[]), ValueError,
            "each sample has a target, got 0 samples and 0 targets"),
    Refusal("keras-team/keras#450", "half an epoch", lambda: _fitted(epochs=1.5), TypeError,
            "epochs is a whole number, got float"),
    Refusal("tensorflow/tensorflow#37770", "two targets for one output", lambda: _fitted(ys=[[1.0, 5.0]] * 2),
            ValueError, "expected 1 value for y, got 2"),
]  # fmt: skip


@pytest.mark.parametrize("report", REFUSALS, ids=lambda report: f"{report.source} {report.told}")
def test_reported_mistakes_are_refused_in_a_sentence(report: Refusal) -> None:
    with pytest.raises(report.error, match=report.right):
        report.done()


def test_numba_10482_training_goes_on_where_branches_are_too_many() -> None:
    class Net:
        def __init__(self) -> None:
            self.w = Value(0.3, "w")

        def parameters(self) -> list[Value]:
            return [self.w]

        def __call__(self, x: Value) -> Value:
            y = x * self.w
            for i in range(300):
                y = (y - 1e-4 * i).relu() * 0.9 + x
            return y

    fit(Net(), [0.1, 0.2], [0.1, 0.2], learning_rate=1e-4, epochs=3)


def test_numba_334_hundreds_of_variables() -> None:
    leaves = [Value(0.01 * i, f"q{i}") for i in range(300)]
    y = sum(leaf * leaf for leaf in leaves)
    assert autograd.compile(y)()[0] == y.data  # type: ignore[union-attr, arg-type]  # of Values


def test_sympy_10951_nested_functions_of_any_depth() -> None:
    y = Value(1.0, "x")
    for _ in range(5000):
        y = y.sin()
    assert autograd.compile(y)()[0] == y.data


def test_micrograd_102_backward_twice() -> None:
    x = Value(3.0)
    y = x * x
    z = y + y
    z.backward()
    x.grad = 0.0
    z.backward()
    assert x.grad == 12.0


def test_pytorch_197887_data_changed_between_forward_and_backward() -> None:
    x = Value(2.0)
    y = x * x
    x.data = 10.0
    y.backward()
    assert x.grad == 4.0


def test_autograd_116_the_fourth_derivative_of_a_bell() -> None:
    x = Value(0.0)
    y = exp(-(x**2))
    for _ in range(3):
        (y,) = grad(y, [x], create_graph=True)
    assert grad(y, [x]) == [12.0]


def test_tensorflow_35011_the_last_derivative_of_a_polynomial() -> None:
    x = Value(0.0)
    y = x + x**2 + x**3 + x**4
    for _ in range(2):
        (y,) = grad(y, [x], create_graph=True)
    assert grad(y, [x]) == [6.0]


def test_tensorflow_38596_the_last_batch_is_smaller() -> None:
    losses = [
        fit(MLP(1, [1], seed=0), [0.0, 1.0, 2.0], [1.0, 3.0, 5.0], batch_size=size, learning_rate=0.0).losses
        for size in (2, 3)
    ]  # fmt: skip
    assert losses[0] == pytest.approx(losses[1], rel=1e-15)


def test_keras_20241_a_step_is_the_mean_over_its_own_batch() -> None:
    net = MLP(1, [1], seed=0)
    sizes = [batch.size for batch in batches(net, [0.0, 1.0, 2.0], [1.0, 3.0, 5.0], batch_size=2)]
    assert sizes == [2, 1]


def test_keras_14627_a_column_of_targets_is_a_list_of_targets() -> None:
    xs = np.arange(5) / 5
    ends = []
    for ys in (2 * xs, (2 * xs).reshape(-1, 1)):
        net = MLP(1, [1], seed=0)
        fit(net, xs, ys)
        ends.append([parameter.data for parameter in net.parameters()])
    assert ends[0] == ends[1]


def test_keras_1551_each_epoch_is_shuffled_anew() -> None:
    order = list(range(6))
    state = 1
    orders = set()
    for _ in range(5):
        state = shuffle(order, state)
        orders.add(tuple(order))
    assert len(orders) == 5


def test_scikit_learn_5670_a_batch_larger_than_the_data_is_no_warning() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        assert len(fit(MLP(1, [1], seed=0), [0.0, 1.0], [1.0, 3.0], batch_size=99).losses) == 1


def test_casadi_1389_infinities_in_programs() -> None:
    x = Value(1.0, "x")
    program = autograd.compile(min(x, INF) * 1.0 + max(x, -INF), [x])
    assert program(2.0) == (4.0, ())
    random.seed(0)
    wide = affine([x, x], [2.0, INF], 1.0)
    assert autograd.compile(wide, [x])(0.5) == (INF, ())
