"""Operations of one's own: two Python functions as one, and formulas that call rows."""

import copy
import math
import pickle
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import CompileError, DomainError, Value, custom, elemental
from autograd.core.graph import below
from autograd.core.numbers import evaluate
from autograd.core.rows import FUNCTIONS, ROWS, Row
from autograd.core.value import record
from tests.strategies import ELEMENTAL, examples, points


def square(a: float) -> float:
    return a * a


def doubled(a: float) -> float:
    return 2.0 * a


def quotient(a: float, b: float) -> float:
    return a / b


def slopes(a: float, b: float, out: float) -> tuple[float, float]:
    return 1.0 / b, -out / b


def made_square() -> Callable[..., Any]:
    return custom("square", square, doubled)


def functions_of(row: Row) -> tuple[Callable[..., float], Callable[..., Any]]:
    """A row as two functions on floats, with the number of operands that it differentiates by."""
    count = len(row.partials)
    constants = [2.0] * (len(row.operands) - count)

    def of_one(a: float) -> float:
        return evaluate(row, [a, *constants])[0]

    def of_two(a: float, b: float) -> float:
        return evaluate(row, [a, b, *constants])[0]

    def by_one(a: float) -> float:
        return evaluate(row, [a, *constants])[1][0]

    def by_two(a: float, b: float) -> list[float]:
        return [*evaluate(row, [a, b, *constants])[1]]

    return (of_one, by_one) if count == 1 else (of_two, by_two)


@pytest.mark.parametrize("row", ELEMENTAL, ids=lambda row: row.name)
@examples(20)
@given(data=st.data())
def test_a_row_as_two_functions_gives_the_numbers_of_the_row(row: Row, data: st.DataObject) -> None:
    count = len(row.partials)
    point = [*data.draw(points(row))[:count], *[2.0] * (len(row.operands) - count)]
    twin = custom("twin", *functions_of(row))
    grads = []
    for is_twin in (True, False):
        leaves = [Value(x) for x in point[:count]]
        y = twin(*leaves) if is_twin else record(row, *leaves, *point[count:])
        (y * 3.0).backward()
        grads.append((repr(y.data), repr([leaf.grad for leaf in leaves])))
    assert grads[0] == grads[1]
    assert repr(twin(*point[:count])) == grads[0][0]


def test_backward_takes_the_value_where_it_has_room_for_it() -> None:
    ratio = custom("ratio", quotient, slopes)
    a, b = Value(3.0), Value(2.0)
    ratio(a, b).backward()
    assert (a.grad, b.grad) == (0.5, -0.75)
    assert ratio(3, np.float64(2.0)) == 1.5
    assert ratio(a, 2).operands == (a, 2.0)


def test_arguments_with_a_default_are_no_operands() -> None:
    scaled = custom("scaled", lambda a, k=3.0: k * a, lambda a, k=3.0: k)
    x = Value(2.0)
    scaled(x).backward()
    assert (scaled(2.0), x.grad) == (6.0, 3.0)
    with pytest.raises(TypeError, match=r"^scaled takes 1 in brackets, a; got 2$"):
        scaled(x, 5.0)


def test_several_derivatives_are_any_sequence_of_numbers() -> None:
    for given_as in (list, tuple, np.array, iter):
        product = custom("product", lambda a, b: a * b, lambda a, b, of=given_as: of([b, a]))
        a, b = Value(3.0), Value(5.0)
        product(a, b).backward()
        assert (repr(a.grad), repr(b.grad)) == ("5.0", "3.0")
    alone = custom("alone", square, lambda a: [2.0 * a])
    assert alone(Value(3.0)).partials == (6.0,)


def test_a_function_of_the_library_is_an_operation() -> None:
    gamma = custom("gamma", math.gamma, lambda a, out: out * -0.5772156649015329)
    assert autograd.gradcheck(gamma, [1.0])
    assert gamma(Value(5.0)).data == 24.0


def test_plain_numbers_ask_for_no_derivative() -> None:
    asked: list[float] = []

    def backward(a: float) -> float:
        asked.append(a)
        return 2.0 * a

    counted = custom("counted", square, backward)
    assert counted(3.0) == 9.0
    assert asked == []
    counted(Value(3.0))
    assert asked == [3.0]


def test_functions_get_floats_and_give_floats() -> None:
    kinds: list[type] = []

    def forward(a: float) -> int:
        kinds.append(type(a))
        return 1

    kept = custom("kept", forward, lambda a: np.float32(2.0))
    y = kept(Value(3))
    assert kinds == [float]
    assert repr((y.data, y.partials)) == "(1.0, (2.0,))"


def test_what_help_shows_is_what_forward_says() -> None:
    def forward(a: float) -> float:
        """The area of a square."""
        return a * a

    assert custom("area", forward, doubled).__doc__ == "The area of a square."
    made = made_square()
    assert made.__name__ == "square"
    assert str(made.__doc__).startswith("Return `square(a)`.")


@pytest.mark.parametrize(
    ("forward", "backward", "told"),
    [
        (3.0, doubled, "f: forward is a function, got float: 3.0"),
        (square, "2 * a", "f: backward is a function, got str: '2 * a'"),
        (lambda *operands: 1.0, doubled, "f: forward takes *operands, no fixed number of floats"),
        (lambda a, *, key: a, doubled, "f: forward takes key, no fixed number of floats"),
        (max, doubled, "f: forward does not tell what it takes; wrap it, as in lambda a, b: f(a"),
        (lambda: 1.0, doubled, "f: forward has no argument; it needs one float or more"),
        (
            quotient,
            doubled,
            "f: backward takes a, b, and after these the value, if it needs that; ",
        ),
        (square, lambda a, out, more: 1.0, "this one takes a, out, more"),
        (
            square,
            lambda grad_out, x: grad_out * 2.0 * x,
            "f: backward takes the operands of forward, and may take `out`, the value, after them; "
            "got (grad_out, x): it gives ∂out/∂a alone, which is multiplied by the gradient from "
            "above for you",
        ),
        (quotient, lambda saved, grad, out_: (1.0, 1.0), "got (saved, grad, out_): it gives"),
        (square, lambda: 1.0, "this one takes nothing"),
    ],
)
def test_functions_that_do_not_take_so_many_floats_are_refused(
    forward: Any, backward: Any, told: str
) -> None:
    with pytest.raises(TypeError, match=re.escape(told)):
        custom("f", forward, backward)


def test_a_custom_operation_has_a_name_of_its_own() -> None:
    for taken in ("exp", "ｅｘｐ", "where", "pi", "affine"):
        with pytest.raises(ValueError, match=f"'{taken}' is the name of a row or function of ours"):
            custom(taken, square, doubled)
    for wrong in ("my-f", "lambda", "", 3, None):
        with pytest.raises(ValueError, match="a custom operation has an identifier as name, got"):
            custom(wrong, square, doubled)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ("9", "the forward of f gives one real number (int, float or NumPy scalar), got str: '9'"),
        (None, "the forward of f gives one real number (int, float or NumPy scalar), got NoneType"),
        (True, "got bool: True"),
        (1j, "got complex: 1j"),
        (np.array(9.0), "write .item() for its number"),
        (Value(9.0), "got another Value"),
    ],
)
def test_a_value_that_is_no_number_is_refused(result: Any, told: str) -> None:
    broken = custom("f", lambda a: result, doubled)
    for operand in (3.0, Value(3.0)):
        with pytest.raises(TypeError, match=re.escape(told)):
            broken(operand)


@pytest.mark.parametrize(
    ("result", "told"),
    [
        ([1.0], "the backward of f gives a derivative by each of a, b, got 1: [1.0]"),
        (1.0, "the backward of f gives a derivative by each of a, b, got 1: 1.0"),
        ((1.0, 2.0, 3.0), "got 3: (1.0, 2.0, 3.0)"),
        ((1.0, None), "each derivative by the backward of f is one real number (int, float or "),
        (None, "got 1: None"),
    ],
)
def test_derivatives_that_are_not_one_by_each_operand_are_refused(result: Any, told: str) -> None:
    broken = custom("f", quotient, lambda a, b: result)
    with pytest.raises(TypeError, match=re.escape(told)):
        broken(Value(3.0), 2.0)
    assert broken(3.0, 2.0) == 1.5


def test_an_operand_that_is_no_number_is_refused() -> None:
    with pytest.raises(TypeError, match=r"one real number \(int, float or NumPy scalar\), got str"):
        made_square()("3")


@pytest.mark.parametrize(
    ("forward", "at", "told"),
    [
        (lambda a: 1.0 / a, 0.0, "its forward raised ZeroDivisionError: float division by zero"),
        (math.sqrt, -1.0, "its forward raised ValueError: "),
        (math.exp, 1e4, "its forward raised OverflowError: math range error"),
        (lambda a: autograd.log(a), -1.0, "its forward raised DomainError: log(a) is not defined"),
    ],
)
def test_no_value_is_a_domain_error_that_names_the_operation_and_why(
    forward: Any, at: float, told: str
) -> None:
    f = custom("f", lambda a: forward(a), doubled)
    for operand, named in ((at, repr(at)), (Value(at, "x"), f"x = {at!r}")):
        expected = f"f(a) is not defined at a = {named}: {told}"
        with pytest.raises(DomainError, match=f"^{re.escape(expected)}") as refused:
            f(operand)
        assert isinstance(refused.value.__cause__, ArithmeticError | ValueError)


def test_no_derivative_is_a_domain_error_that_says_what_to_return() -> None:
    root = custom("root", math.sqrt, lambda x, out: 0.5 / out)
    assert root(0.0) == 0.0
    expected = (
        r"^root\(x\) is not defined at x = 0\.0: its backward raised ZeroDivisionError: .*; "
        r"where there is a value without derivative it returns math\.nan$"
    )
    with pytest.raises(DomainError, match=expected):
        root(Value(0.0))


def test_other_errors_of_functions_are_their_own() -> None:
    def forward(a: float) -> float:
        raise KeyError("table")

    with pytest.raises(KeyError, match=r"^'table'$"):
        custom("f", forward, doubled)(Value(1.0))


@pytest.mark.parametrize("number", [math.nan, math.inf, -math.inf])
def test_infinities_and_nans_are_kept(number: float) -> None:
    f = custom("f", lambda a: number, lambda a: number)
    x = Value(1.0, "x")
    y = f(x)
    assert repr((y.data, y.partials)) == repr((number, (number,)))
    with pytest.raises(FloatingPointError, match=r"v1 = f\(a\) at a = x = 1\.0 is"):
        y.backward()
    y.backward(allow_nonfinite=True)
    assert repr(x.grad) == repr(number)


def test_a_value_without_derivative_is_told_where_it_matters() -> None:
    root = custom("root", math.sqrt, lambda a, out: 0.5 / out if out else math.nan)
    x = Value(0.0, "x")
    y = root(x)
    with pytest.raises(FloatingPointError, match=r"v1 = root\(x\) by x at x = x = 0\.0 is nan"):
        y.backward()
    # Nothing flows to the branch that is not taken, not even a NaN.
    autograd.where(1.0, x, root(x)).backward()
    assert x.grad == 1.0


def test_a_derivative_that_is_wrong_is_found_by_gradcheck() -> None:
    assert autograd.gradcheck(made_square(), [3.0])
    wrong = custom("cube", lambda a: a * a * a, lambda a: 2.0 * a * a)
    with pytest.raises(autograd.GradcheckError, match=r"= cube\(a\) at .* has the partial 18"):
        autograd.gradcheck(wrong, [3.0])


def test_it_is_explained_and_drawn_by_name() -> None:
    ratio = custom("ratio", quotient, slopes)
    a, b = Value(3.0, "a"), Value(2.0, "b")
    y = ratio(a, b) * 2.0
    text = str(autograd.explain(y))
    assert "v1 = ratio(a, b) = ratio(3, 2) = 1.5" in text
    assert "dv1 · ∂v1/∂b = dv1 · ratio_by_b(a, b) = 2 · (-0.75) = -1.5" in text
    assert r"\operatorname{ratio\_by\_a}\left(a, b\right)" in autograd.explain(y).latex()
    source = autograd.draw(y, backward=True, edges="formula").source
    assert "ratio" in source
    assert "ratio_by_b(a, b)" in source


def test_operands_are_called_as_forward_calls_them_and_mean_nothing_else() -> None:
    f = custom("f", lambda speed, pi, out: speed, lambda speed, pi, out: (1.0, 0.0, 0.0))
    y = f(Value(2.0, "v"), 3.0, 4.0)
    assert y.op.operands == ("speed", "pi_", "out_")
    assert "f(v, 3, 4)" in str(autograd.explain(y))


def test_operands_have_names_of_their_own() -> None:
    product = custom("product", lambda exp, exp_: exp * exp_, lambda exp, exp_: (exp_, exp))
    y = product(Value(2.0, "x"), Value(3.0, "y"))
    assert y.op.operands == ("exp__", "exp_")
    with pytest.raises(DomainError, match=r"at exp__ = 2\.0, exp_ = 3\.0: "):
        custom("f", lambda exp, exp_: math.log(-exp), lambda exp, exp_: (1.0, 1.0))(2.0, 3.0)


def test_derivatives_are_numbers_in_both_directions() -> None:
    ratio = custom("ratio", quotient, slopes)
    a, b = Value(3.0, "a"), Value(2.0, "b")
    y = ratio(a, b) * a
    assert autograd.grad(y, [a, b]) == [3.0, -2.25]
    assert autograd.jacobian([y], [a, b]) == [[3.0, -2.25]]
    assert autograd.jvp(y, [a, b], [1.0, 2.0]) == -1.5


TOLD = "square is custom, two Python functions, and "
HINT = "formulas: write it as elemental, whose texts are formulas, or out of operations of ours$"


@pytest.mark.parametrize(
    ("use", "error", "needs"),
    [
        (lambda y, x: autograd.compile(y), CompileError, "a program is made of"),
        (lambda y, x: autograd.compile(y, engine="tape"), CompileError, "a program is made of"),
        (
            lambda y, x: autograd.compile(y, [x], engine="numba"),
            CompileError,
            "a program is made of",
        ),
        (lambda y, x: autograd.certify(y), autograd.CertificationError, "a proof starts from"),
        (
            lambda y, x: autograd.grad(y, x, create_graph=True),
            ValueError,
            "a derivative to differentiate again needs",
        ),
        (
            lambda y, x: autograd.hessian(y, x),
            ValueError,
            "a derivative to differentiate again needs",
        ),
        (
            lambda y, x: autograd.explain(y).html(),
            ValueError,
            "a page, which computes anew, needs",
        ),
    ],
)
def test_what_computes_from_formulas_refuses_it(
    use: Callable[[Value, Value], Any], error: type[Exception], needs: str
) -> None:
    x = Value(3.0, "x")
    y = made_square()(x) + 1.0
    with pytest.raises(error, match=f"^{TOLD}{needs} {HINT}"):
        use(y, x)


def test_a_replay_calls_the_function_each_time_and_says_why() -> None:
    own = made_square()
    w = Value(3.0, "w")
    loss = autograd.replay(lambda x: own(w * x))
    for x in (1.0, 2.0):
        assert loss(x) == (9.0 * x * x, {w: 6.0 * x * x})
    assert (loss.replayed, loss.recorded) == (0, 2)
    assert loss.why.startswith(TOLD)


def test_training_runs_eagerly_and_says_why() -> None:
    own = made_square()
    net = autograd.Neuron(1, activation="linear", seed=0)
    with pytest.warns(UserWarning, match=f"training runs eagerly, which is slower: {TOLD}"):
        losses = autograd.fit(
            net, [1.0], [2.0], loss=lambda y, t: own(y - t), epochs=20, learning_rate=0.1
        ).losses
    assert losses[-1] < 0.01 * losses[0]


def test_copies_have_the_same_operation() -> None:
    y = made_square()(Value(3.0)) * 2.0
    for twin in (copy.copy(y), copy.deepcopy(y)):
        nodes, leaves = below(twin)
        assert nodes[0].op is below(y)[0][0].op
        twin.backward()
        assert leaves[0].grad in (12.0, 24.0)  # copy.copy has the same leaf
        leaves[0].zero_grad()
    assert copy.deepcopy(nodes[0].op) is nodes[0].op is copy.copy(nodes[0].op)


def test_a_pickle_has_functions_that_have_a_name() -> None:
    y = made_square()(Value(3.0))
    twin = pickle.loads(pickle.dumps(y * 2.0))
    twin.backward()
    (operation, _), (leaf,) = below(twin)
    assert (operation.op.name, operation.op.forward, leaf.grad) == ("square", square, 12.0)
    nameless = custom("nameless", lambda a: a, lambda a: 1.0)(Value(3.0))
    told = "^nameless cannot be pickled: pickle takes functions made by a def at the top of a mod"
    with pytest.raises(pickle.PicklingError, match=told):
        pickle.dumps(nameless)


# Those of ours that a formula may call, beside FUNCTIONS.
CALLABLE = {
    name: row
    for name, row in ROWS.items()
    if hasattr(autograd.functions, name)
    and name not in FUNCTIONS
    and len(row.partials) == len(row.operands) <= 4
}


NUMBERS = st.floats(-800.0, 800.0) | st.sampled_from([0.0, -0.0, 1.0, 1e-300, 1e300, -1e300])


@pytest.mark.parametrize("name", CALLABLE)
@pytest.mark.parametrize("place", ["{}", "0.5 + {}", "{} if 0.0 <= 0.0 * a else 0.0"])
@examples(50)
@given(data=st.data())
def test_floats_compute_what_they_compute_of_the_called_row(
    name: str, place: str, data: st.DataObject
) -> None:
    """Bit for bit the value of the row itself, where 1 + exp(-a) of its mathematics overflows."""
    count = len(CALLABLE[name].operands)
    called = f"{name}({', '.join('abcd'[:count])})"
    calling = elemental("calling", place.format(called), ["0.0"] * count)
    numbers = [data.draw(NUMBERS) for _ in range(count)]
    try:
        value = getattr(autograd, name)(*numbers)
    except DomainError:
        with pytest.raises(DomainError):
            calling(*numbers)
        return
    truth = 0.5 + value if place.startswith("0.5") else value
    assert repr(calling(*numbers)) == repr(truth)


def test_functions_of_ours_may_be_called() -> None:
    assert {"sigmoid", "softplus", "relu", "max", "min", "leaky_relu", "gelu"} <= {*CALLABLE}
    assert "where" not in CALLABLE  # whose operands come in another order


def logistic() -> Callable[..., Any]:
    return elemental("logistic", "1.0 / (1.0 + exp(-a))", ["out * (1.0 - out)"])


def swish() -> Callable[..., Any]:
    logistic()
    return elemental(
        "swish", "a * logistic(a)", ["logistic(a) + a * logistic(a) * (1.0 - logistic(a))"]
    )


@examples(50)
@given(a=st.floats(-20.0, 20.0))
def test_a_row_that_calls_rows_works_in_every_engine(a: float) -> None:
    f = swish()
    x = Value(a, "x")
    y = f(x)
    y.backward()
    assert y.data == a * logistic()(a)
    program = autograd.compile(f(Value(1.0, "x")), [])
    program.parameters[0].data = a
    assert repr(program()) == repr((y.data, (x.grad,)))
    # σ is at most 1 and a · σ' at most 0.25 here: rounding loses a few of 1e-16.
    truth = autograd.silu(Value(a))
    assert y.data == pytest.approx(truth.data, rel=1e-14)
    assert x.grad == pytest.approx(truth.partials[0], rel=1e-13, abs=1e-15)


def test_a_row_that_calls_rows_is_proven_explained_paged_and_differentiated_again() -> None:
    x = Value(0.7, "x")
    y = swish()(x)
    assert y.op.primal == "a * (1.0 / (1.0 + exp(-a)))"
    assert autograd.gradcheck(swish(), [0.7])
    assert autograd.certify(y).ulps < 2.0
    assert "v1 = swish(x)" in str(autograd.explain(y))
    assert "logistic" in autograd.explain(swish()(Value(0.7, "x"))).html()
    silu = Value(0.7)
    assert autograd.hessian(y, x)[0][0] == pytest.approx(
        autograd.hessian(silu.silu(), silu)[0][0], rel=1e-13
    )
    twin = pickle.loads(pickle.dumps(y))
    assert repr(evaluate(twin.op, [0.7])) == repr(evaluate(y.op, [0.7]))


def test_second_derivatives_call_rows_of_ours_as_they_are() -> None:
    """In the tail, where the mathematics of sigmoid overflows on its way."""
    gated = elemental("gated", "sigmoid(2.0 * a)", ["2.0 * sigmoid(2.0 * a) * sigmoid(-2.0 * a)"])
    elemental("through", "gated(a)", ["1.0"])
    twice = elemental("twice", "a * gated(a)", ["gated(a) + 2.0 * a * gated(a) * (1.0 - gated(a))"])
    for function in (gated, twice):
        for a in (-400.0, -0.7, 0.7, 400.0):
            x = Value(a)
            (slope,) = autograd.grad(function(x), [x], create_graph=True)
            assert math.isfinite(autograd.grad(slope, [x])[0])
    x = Value(0.7)
    plain = Value(0.7)
    assert autograd.hessian(gated(x), x)[0][0] == pytest.approx(
        autograd.hessian((2.0 * plain).sigmoid(), plain)[0][0], rel=1e-13
    )


def test_a_call_is_computed_once_for_value_and_derivative() -> None:
    f = elemental(
        "once",
        "sigmoid(a * b) * sigmoid(a * b)",
        ["2.0 * b * sigmoid(a * b) * out", "2.0 * a * sigmoid(a * b) * out"],
    )
    program = autograd.compile(f(Value(0.5, "x"), Value(2.0, "y")))
    operand, shared, value, product = program.source.splitlines()[2:6]
    assert operand == "    sigmoid_a_1_v1 = x * y"
    assert shared == "    sigmoid_e_2_v1 = exp(-abs(sigmoid_a_1_v1))"
    assert value.startswith("    sigmoid_out_3_v1 = (1.0 if sigmoid_a_1_v1 > 0.0 else sigmoid_e_2")
    assert product == "    v1 = sigmoid_out_3_v1 * sigmoid_out_3_v1"
    assert program.source.count("exp(-abs") == 1


def test_a_call_in_a_branch_is_made_where_the_branch_is_taken() -> None:
    elemental("inverse", "log(1.0 / a)", ["-1.0 / a"])
    guarded = elemental(
        "guarded", "inverse(1.0 / a) if a > 0.0 else 0.0", ["1.0 / a if a > 0.0 else 0.0"]
    )
    assert guarded(0.0) == guarded(-1.0) == 0.0
    assert guarded(math.e) == 1.0
    x = Value(0.0, "x")
    assert autograd.compile(guarded(x))() == (0.0, (0.0,))


def test_a_derivative_that_calls_may_be_missing_where_the_value_is_not() -> None:
    elemental("reciprocal", "1.0 / a", ["-1.0 / (a * a)"])
    root = elemental("own_root", "sqrt(a)", ["0.5 * reciprocal(sqrt(a))"])
    assert root(Value(0.0)).data == 0.0
    assert root(Value(0.0)).partials == (math.inf,)


def test_a_name_means_the_row_that_had_it_last_when_the_formula_was_written() -> None:
    elemental("shifted", "a + 1.0", ["1.0"])
    first = elemental("above", "shifted(a)", ["1.0"])
    elemental("shifted", "a + 2.0", ["1.0"])
    assert first(0.0) == 1.0
    assert elemental("above", "shifted(a)", ["1.0"])(0.0) == 2.0
    assert elemental("shifted", "shifted(a) + 1.0", ["1.0"])(0.0) == 3.0


def test_operands_are_put_in_all_at_once() -> None:
    elemental("less_than", "a - b", ["1.0", "-1.0"])
    swapped = elemental("swapped", "less_than(b, a) * less_than(a, -b)", ["-2.0 * a", "2.0 * b"])
    assert swapped(3.0, 5.0) == (5.0 - 3.0) * (3.0 + 5.0)
    assert autograd.gradcheck(swapped, [3.0, 5.0])


def test_what_may_not_be_called_is_refused_with_what_may() -> None:
    made_square()
    logistic()
    for primal, told in (
        ("nothing(a)", "uses 'nothing(a)'; what may be called is "),
        ("logistic(a, a)", "uses 'logistic(a, a)'; logistic takes 1 in brackets"),
        ("max(a)", "uses 'max(a)'; max takes 2 in brackets"),
        ("leaky_relu(a)", "uses 'leaky_relu(a)'; leaky_relu takes 2 in brackets"),
        ("logistic * a", "uses 'logistic', a function, without brackets: logistic(a)"),
        ("square(a)", "uses 'square(a)'; square is custom, two Python functions, and has no formu"),
        ("where(a, a, a)", "uses 'where(a, a, a)'; what may be called is "),
        ("sigmoid(*a)", "uses 'sigmoid(*a)'; sigmoid takes 1 in brackets"),
    ):
        with pytest.raises(ValueError, match=re.escape(told)) as refused:
            elemental("mine", primal, ["1.0"])
        if "what may be called" in told:
            listed = str(refused.value).split("called is ")[1].split(", ")
            assert {"logistic", "exp", *CALLABLE} <= {*listed}
            assert "square" not in listed
            assert len(listed) == len({*listed})


def test_formulas_that_grow_too_long_or_deep_are_refused() -> None:
    elemental("grown", "a / (1.0 + abs(a))", ["1.0"])
    twice = ("grown", "grown(a) / (1.0 + abs(grown(a)))", ["1.0"])
    for _ in range(12):
        grown = elemental(*twice)
    assert grown(1.0) == pytest.approx(1.0 / 14.0)
    with pytest.raises(ValueError, match="has more than 50,000 parts with the formulas of what it"):
        elemental(*twice)
    elemental("deep", "exp(" * 60 + "a" + ")" * 60, ["1.0"])
    with pytest.raises(ValueError, match=r"deeper: with what it calls put in, .* 100 operations"):
        elemental("deeper", "deep(deep(a))", ["1.0"])
