"""Every row is the calculus it says."""

import inspect
import math
import re
from collections.abc import Callable

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import autograd
from autograd import DomainError, Value
from autograd.core.notation import PYTHON
from autograd.core.numbers import evaluate
from autograd.core.rows import FUNCTIONS, ROWS, SLOPES, Row
from autograd.core.value import record
from tests.rows import entry_of
from tests.strategies import ELEMENTAL, WIDE, examples, points

NAMES = [op.name for op in ELEMENTAL]
SLOPED = [op for op in ELEMENTAL + WIDE if not entry_of(op).is_held]


@pytest.mark.parametrize("op", SLOPED, ids=lambda op: f"{op.name}-{len(op.operands)}")
@examples(200)
@given(data=st.data())
def test_partials_are_central_differences(op: Row, data: st.DataObject) -> None:
    point = data.draw(points(op))
    out, partials = evaluate(op, point)
    for i, partial in enumerate(partials):
        step = 2e-5 * max(1.0, abs(point[i]))

        def central(step: float, i: int = i) -> float:
            right, left = point[i] + step, point[i] - step
            above, below = (
                evaluate(op, [*point[:i], x, *point[i + 1 :]])[0] for x in (right, left)
            )
            return (above - below) / (right - left)

        numeric = (4.0 * central(step / 2.0) - central(step)) / 3.0
        # Richardson's extrapolation leaves h⁴/480 · |f⁽⁵⁾|: at most 1e-10 here, for log at 0.01 and
        # atanh at 0.99, where |f⁽⁵⁾| is near 2e11. Rounding: 3ε/h · |f| = 2e-11 · |f|, for
        # functions good to an ulp; factors of 5 to 10 to spare.
        assert abs(partial - numeric) <= 1e-9 * (abs(partial) + 1.0) + 1e-10 * abs(out)


def test_a_wrong_partial_is_found() -> None:
    wrong = Row("wrong", "w", "sin(a)", ("cos(a) + 0.000001",))
    with pytest.raises(autograd.GradcheckError, match=r"by input 0, 1\.0: backward"):
        autograd.gradcheck(lambda a: record(wrong, a), [1.0], atol=1e-8, rtol=0.0)


@pytest.mark.parametrize(
    "name", [name for name in NAMES if name in FUNCTIONS and hasattr(math, name)]
)
@examples(200)
@given(data=st.data())
def test_rows_with_a_namesake_in_math_equal_it(name: str, data: st.DataObject) -> None:
    point = data.draw(points(ROWS[name]))
    assert record(ROWS[name], *point) == getattr(math, name)(*point)


@pytest.mark.parametrize("op", ELEMENTAL, ids=lambda op: op.name)
@examples(50)
@given(data=st.data())
def test_methods_functions_and_the_general_way_agree(op: Row, data: st.DataObject) -> None:
    point = data.draw(points(op))
    leaves = [Value(x) for x in point]
    general = record(op, *leaves)
    if op in SLOPES:
        ways = []  # recorded by derivatives only
    elif len(op.operands) == 1 or op.name in ("leaky_relu", "elu"):
        ways = [getattr(leaves[0], op.name)(*leaves[1:]), getattr(autograd, op.name)(*leaves)]
        assert getattr(autograd, op.name)(*point) == general.data
    elif op.name == "where":
        ways = [autograd.where(leaves[2], *leaves[:2])]
    elif op.name == "huber":
        ways = [autograd.huber(leaves[0], leaves[1], point[2])]
    elif hasattr(autograd, op.name):
        ways = [getattr(autograd, op.name)(*leaves)]
    else:
        a, b = leaves
        operators: dict[str, Callable[[], list[Value]]] = {
            "add": lambda: [a + b, a + b.data, a.data + b],
            "sub": lambda: [a - b, a - b.data, a.data - b],
            "mul": lambda: [a * b, a * b.data, a.data * b],
            "div": lambda: [a / b, a / b.data, a.data / b],
            "power": lambda: [a**b, a.data**b],
            "power_constant": lambda: [a**b.data],
        }
        ways = operators[op.name]()
    for way in ways:
        assert way.op is op
        assert (way.data, way.partials) == (general.data, general.partials)


def test_every_row_has_its_typed_declarations() -> None:
    operators = {
        "leaf",
        "half_squared_error",
        "binary_cross_entropy",
        "huber",
        "add",
        "sub",
        "mul",
        "div",
        "power",
        "power_constant",
        *(row.name for row in SLOPES),
    }
    source = inspect.getsource(autograd.functions)
    missing = [
        name
        for name in ROWS
        if name not in operators and not callable(getattr(autograd, name, None))
    ]
    one = [op.name for op in ELEMENTAL if len(op.operands) == 1 and op not in SLOPES]
    missing += [
        f"Value.{name}"
        for name in (*one, "leaky_relu", "elu")
        if not callable(getattr(Value, name, None))
    ]
    missing += [
        f"{name} in __all__" for name in ROWS if name not in operators and f'"{name}"' not in source
    ]
    assert not missing, f"rows without a declaration in functions.py: {', '.join(missing)}"


def test_the_policy_for_numbers() -> None:
    inf, nan = math.inf, math.nan
    for overflow, expected in (
        (Value(1000.0).exp(), inf),
        (Value(1e200) ** 2, inf),
        (Value(1e200) * 1e200, inf),
        (Value(-1e200) ** 2, inf),
        (Value(-1e200) ** 3, -inf),
        (Value(-1e200) ** Value(3.0), -inf),
        (Value(-1000.0).sinh(), -inf),
        (Value(-1000.0).cosh(), inf),
        (Value(1000.0).expm1(), inf),
        (Value(1e-200) ** -2, inf),
    ):
        assert overflow.data == expected
    for hidden in (
        Value(nan).relu(),
        autograd.max(Value(nan), 1.0),
        autograd.max(1.0, Value(nan)),
        Value(nan).exp(),
        autograd.min(Value(nan), 1.0),
        Value(inf) - inf,
        Value(inf) * 0.0,
        Value(nan) / 0.0,
        Value(nan).log(),
        abs(Value(nan)),
        Value(nan).leaky_relu(),
        Value(nan).elu(),
        Value(nan).sigmoid(),
    ):
        assert math.isnan(hidden.data)
    for text, undefined in {
        "log(a) is not defined at a = x = -1.0: it needs a > 0": lambda: Value(-1.0, "x").log(),
        "log(a) is not defined at a = 0.0": lambda: autograd.log(0),
        "a / b is not defined at a = 1.0, b = x = 0.0": lambda: 1 / Value(0.0, "x"),
        "pow(a, b) is not defined at a = x = -8.0, b = 0.3333333333333333: it needs": lambda: (
            Value(-8.0, "x") ** (1 / 3)
        ),
        "pow(a, b) is not defined at a = x = -8.0, b = y = 0.5": lambda: (
            Value(-8.0, "x") ** Value(0.5, "y")
        ),
        "pow(a, b) is not defined at a = 0.0, b = -1.0": lambda: Value(0.0) ** -1,
        "sin(a) is not defined at a = inf": lambda: Value(inf).sin(),
    }.items():
        with pytest.raises(DomainError) as caught:
            undefined()  # type: ignore[no-untyped-call]  # a lambda
        assert str(caught.value).startswith(text)
        assert isinstance(caught.value, ValueError)
        assert isinstance(caught.value, ArithmeticError)


def test_powers() -> None:
    def derivatives(y: Value, *leaves: Value) -> list[float]:
        y.backward()
        return [y.data, *(leaf.grad for leaf in leaves)]

    a, b = Value(2.0), Value(3.0)
    assert derivatives(a**b, a, b) == [8.0, 12.0, 8.0 * math.log(2.0)]
    assert derivatives(2**b, b) == [8.0, 16.0 * math.log(2.0)]  # b's gradient accumulates
    for number, exponent, expected in (
        (0.0, 2, [0.0, 0.0]),
        (0.0, 0, [1.0, 0.0]),
        (0.0, 1, [0.0, 1.0]),
        (-3.0, 2, [9.0, -6.0]),
        (-2.0, 3, [-8.0, 12.0]),
        (-2.0, -1, [-0.5, -0.25]),
        (4.0, 0.5, [2.0, 0.25]),
    ):
        x = Value(number)
        assert derivatives(x**exponent, x) == expected
    base, exponent_leaf = Value(0.0), Value(2.0)
    assert derivatives(base**exponent_leaf, base, exponent_leaf) == [0.0, 0.0, 0.0]
    for power, how in (
        (Value(-2.0) ** Value(3.0, "n"), "by b at a = v1 = -2.0, b = n = 3.0 is nan"),
        (Value(0.0) ** Value(0.0, "n"), "by b at a = v1 = 0.0, b = n = 0.0 is -inf"),
        (Value(0.0, "x") ** 0.5, "by a at a = x = 0.0, b = 0.5 is inf"),
    ):
        with pytest.raises(FloatingPointError, match=how):
            power.backward()


def test_saturation() -> None:
    assert [f(v) for f in (autograd.sigmoid, autograd.tanh) for v in (1000, -1000)] == [
        1.0,
        0.0,
        1.0,
        -1.0,
    ]
    assert autograd.sigmoid(-720.0) == math.exp(-720.0)
    assert [autograd.softplus(v) for v in (1000, -1000)] == [1000.0, 0.0]
    assert [autograd.gelu(v) for v in (1000, -1000)] == [1000.0, 0.0]
    assert [autograd.silu(v) for v in (1000, -1000)] == [1000.0, 0.0]


def test_subgradients_at_kinks() -> None:
    for function, expected in (
        (autograd.relu, 0.0),
        (autograd.abs, 0.0),
        (autograd.leaky_relu, 0.01),
        (autograd.elu, 1.0),
    ):
        x = Value(0.0)
        function(x).backward()
        assert x.grad == expected
    a, b = Value(1.0), Value(1.0)
    (autograd.max(a, b) + 2 * autograd.min(a, b)).backward()
    assert (a.grad, b.grad) == (1.5, 1.5)


def test_where_takes_values_numbers_and_bools() -> None:
    a, b = Value(2.0), Value(3.0)
    for condition, chosen in (
        (True, a),
        (False, b),
        (np.bool_(True), a),
        (Value(0.5), a),
        (Value(0.0), b),
        (7, a),
    ):
        y = autograd.where(condition, a, b)
        y.zero_grad()
        y.backward()
        assert (y.data, chosen.grad, a.grad + b.grad) == (chosen.data, 1.0, 1.0)
    for wrong in ("1", None, [1.0]):
        with pytest.raises(TypeError, match="one real number"):
            autograd.where(wrong, a, b)


def test_elemental_says_what_a_row_may_not_use() -> None:
    for primal, partial, text in (
        ("a +", "1.0", "not an expression"),
        ("a ** 2.0", "2.0 * a", r"uses '\*\*'"),
        ("a // 2.0", "1.0", "uses '//'"),
        ("a if a == 0.0 else 1.0", "1.0", "uses '=='"),
        ("__import__('os')", "1.0", "__import__"),
        ("a.data", "1.0", "uses 'a.data'"),
        ("[a]", "1.0", r"uses '\[a\]'"),
        ("'s'", "1.0", "uses \"'s'\""),
        ("a * x", "x", "uses 'x'; rows are made of"),
        ("a > 0.0", "0.0", "'a > 0.0' is not a number; write 1.0 if a > 0.0 else 0.0"),
        ("out * a", "1.0", "'out'"),
    ):
        with pytest.raises(ValueError, match=text):
            autograd.elemental("mine", primal, [partial])
    with pytest.raises(ValueError, match="an identifier as name and 1 to 4 partials, got 'my-f'"):
        autograd.elemental("my-f", "a", ["1.0"])
    whole = autograd.elemental("whole", "1 + a * 2 * 1e-5", ["2 * 1e-5"])
    assert whole(Value(1.0)).data == whole(1.0) == 1.00002
    mine = autograd.elemental("mine", "a * b * c", ["b * c", "a * c", "a * b"])
    assert autograd.gradcheck(mine, [1.5, -2.0, 0.5])
    with pytest.raises(TypeError, match="missing 2 required"):
        mine(Value(1.0))


def test_text_is_spliced_by_name_and_kept_to_the_last_bit() -> None:
    assert PYTHON.written("pow(a, b) + ab", {"a": "x", "b": "-2.0"}) == "pow(x, (-2.0)) + ab"


@pytest.mark.parametrize("width", [1, 2, 64, 999, 1000, 1001, 5000])
def test_sums_of_any_width_add_from_the_left(width: int) -> None:
    numbers = [math.sin(i) * 10.0 ** (i % 7) for i in range(width)]
    expected = 0.0
    for x in numbers:
        expected += x
    if width <= 1000:
        assert autograd.total(numbers) == expected
        assert autograd.mean(numbers) == expected / width
    assert autograd.total(numbers) == pytest.approx(expected, rel=1e-12)
    leaves = [Value(x) for x in numbers]
    mean = autograd.mean(leaves)
    mean.backward()
    assert [leaf.grad for leaf in leaves] == [1.0 / width] * width
    with pytest.raises(ValueError, match="no values"):
        autograd.mean([])
    assert autograd.total(list[float]()) == 0.0
    affine = autograd.affine(leaves, [Value(2.0) for _ in leaves], 3.0)
    assert affine.data == pytest.approx(2.0 * expected + 3.0, rel=1e-12)
    affine.backward()
    assert {leaf.grad for leaf in leaves} == {1.0 / width + 2.0}


@pytest.mark.parametrize(
    ("primal", "why"),
    [
        ("log(a, 2)", "uses 'log(a, 2)'; log takes 1"),
        ("pow(a)", "uses 'pow(a)'; pow takes 2"),
        ("exp(*a)", "uses 'exp(*a)'; exp takes 1"),
        ("a if a else 0", "chooses by 'a'; a condition compares"),
        ("a if not a < 0 else 0", "chooses by 'not a < 0'"),
        ("a if (a < 1) < 2 else 0", "'a < 1' is not a number; write 1.0 if a < 1 else 0.0"),
        ("(a > 0) + 1", "'a > 0' is not a number"),
        ("abs(a > 0)", "'a > 0' is not a number"),
        ("a, a", "uses 'a, a'; rows are made of"),
        ("exp", "uses 'exp', a function, without brackets: exp(a)"),
        ("a(2)", "uses 'a(2)'"),
        ("1e999 * a", "uses '1e999', past the largest float; write inf"),
        (f"1{'0' * 400} * a", "past the largest float"),
        ("True * a", "uses 'True'"),
        ("a * (1.0 / 0)", "uses '1.0 / 0', a division by 0"),
        ("(" * 5000 + "a" + ")" * 5000, "is not an expression"),
        ("1j * a", "uses '1j'"),
        ("(a := 2)", "uses 'a := 2'"),
        ("", "is not an expression"),
        ("exp(" * 150 + "a" + ")" * 150, "has more than 100 operations within each other"),
        ("(" * 300 + "a" + ")" * 300, "is not an expression"),
        (" * ".join("a" * 5000), "has more than 100 operations within each other"),
    ],
)
def test_what_not_every_notation_can_say_is_refused_at_definition(primal: str, why: str) -> None:
    with pytest.raises(ValueError, match=re.escape(why)) as refused:
        autograd.elemental("mine", primal, ["1.0"])
    assert len(str(refused.value)) < 500


def test_a_row_of_ones_own_has_a_name_of_its_own_and_listed_partials() -> None:
    for taken in ("exp", "ｅｘｐ", "where", "relu", "pow", "pi", "affine", "leaf"):
        with pytest.raises(ValueError, match=f"'{taken}' is the name of a row or function of ours"):
            autograd.elemental(taken, "a", ["1.0"])
    with pytest.raises(ValueError, match="1 to 4 partials, got 'mine' and 'a'"):
        autograd.elemental("mine", "a * a", "a")
    for name, partials in ((3, ["1.0"]), ("mine", None), ("mine", iter(["1.0"]))):
        with pytest.raises(ValueError, match="an identifier as name and 1 to 4 partials, got"):
            autograd.elemental(name, "a", partials)  # type: ignore[arg-type]
    with pytest.raises(TypeError, match="mine: a formula is text, got 3"):
        autograd.elemental("mine", 3, ["1.0"])  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [100, 1000, 5000])
def test_a_formula_of_thousands_of_terms_works_in_every_engine(count: int) -> None:
    signs = ["+", "-"]
    alternating = "a" + "".join(f" {signs[i % 2]} {0.5 + i} * a" for i in range(count))
    slope = 1.0 + sum((0.5 + i) * (-1.0) ** i for i in range(count))
    for primal, factor in ((" + ".join(["a"] * count), float(count)), (alternating, slope)):
        many = autograd.elemental("many", primal, [repr(factor)])
        x = Value(2.0, "x")
        y = many(x)
        assert y.data == 2.0 * factor == many(2.0)
        assert autograd.grad(y, x) == [factor]
        for engine in ("python", "numba") if count == 1000 else ("python",):
            assert autograd.compile(y, engine=engine)() == (2.0 * factor, (factor,))
        assert autograd.compile(y).to_jax()([2.0])[0] == pytest.approx(2.0 * factor, rel=1e-5)
        assert "many" in autograd.explain(y).html()


def test_long_sums_within_a_formula_work() -> None:
    terms = " + ".join(["a"] * 5000)
    for primal, partial, value, slope in (
        (f"({terms}) / 5000.0", "1.0", 2.0, 1.0),
        (f"exp(({terms}) / 5000.0)", "out", math.exp(2.0), math.exp(2.0)),
        (f"pow({terms}, 1.0)", "5000.0", 1e4, 5e3),
        (f"a * ({terms})", f"2.0 * ({terms})", 2e4, 2e4),
    ):
        x = Value(2.0, "x")
        y = autograd.elemental("mine", primal, [partial])(x)
        assert y.data == value
        assert autograd.grad(y, x) == [slope]
        assert autograd.compile(y)() == (value, (slope,))
