"""What certify encloses is what mpmath finds to 200 digits, and what is wrong is seen."""

import math
import random
import re
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from math import inf, nextafter
from typing import Any

import flint
import mpmath
import pytest

import autograd
import autograd.__main__ as command
from autograd import (
    MLP,
    Certificate,
    CertificationError,
    DomainError,
    Enclosure,
    Value,
    certify,
    explain,
    grad,
    half_squared_error,
)
from autograd import functions as f
from autograd.core.computed import Computed
from autograd.core.graph import below
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, SLOPES, Row
from autograd.core.value import record
from autograd.proof import certificate as certificates
from autograd.proof import truth
from tests.mathematics import compiled
from tests.rows import entry_of
from tests.strategies import WIDE, draw_of_all_rows, examples

DIGITS = 200
LARGEST = nextafter(inf, 0.0)

KNOWN: dict[str, Any] = {name: getattr(mpmath, name, None) for name in (*FUNCTIONS, *CONSTANTS)}
KNOWN |= {"abs": abs, "log2": lambda x: mpmath.log(x, 2), "pow": lambda a, b: a**b}
KNOWN["fmod"] = lambda a, b: mpmath.sign(a) * (abs(a) % abs(b))


@pytest.fixture(autouse=True)
def digits() -> Iterator[None]:
    """Twice as many as are asked for: a step of 10⁻²⁰⁰ leaves 200 digits of a derivative."""
    with mpmath.workdps(2 * DIGITS + 40):
        yield


def by_mpmath(
    root: Value, leaves: Sequence[Value], numbers: Sequence[Any], held: Mapping[Any, Any]
) -> dict[Any, Any]:
    """What is in a graph at some numbers of its leaves, from the primals of its rows alone.

    What is detached stays as it is `held`, if it is.
    """
    found: dict[Any, Any] = dict(zip(leaves, numbers, strict=True))
    for node in below(root)[0]:
        if node in held and entry_of(node.op).is_held:
            found[node] = held[node]
            continue
        operands = [mpmath.mpf(x) if isinstance(x, float) else found[x] for x in node.operands]
        known = dict(zip(node.op.operands, operands, strict=True))
        found[node] = eval(compiled(node.op.primal), {**KNOWN, "mpf": mpmath.mpf, **known})
    return found


def truths(root: Value, leaves: Sequence[Value]) -> list[Any]:
    """The true value and derivatives to 200 digits, these by central differences."""
    step = mpmath.mpf(10) ** -DIGITS
    numbers = [mpmath.mpf(leaf.data) for leaf in leaves]
    here = by_mpmath(root, leaves, numbers, {})
    found = [here[root]]
    for i, x in enumerate(numbers):
        above = by_mpmath(root, leaves, [*numbers[:i], x + step, *numbers[i + 1 :]], here)
        under = by_mpmath(root, leaves, [*numbers[:i], x - step, *numbers[i + 1 :]], here)
        slope = (above[root] - under[root]) / (2 * step)
        found.append(slope if abs(slope) > step else mpmath.mpf(0))
    return found


def check(root: Value) -> Certificate:
    """Certify a graph, and hold every enclosure against mpmath."""
    certificate = certify(root)
    enclosures = [certificate.value, *certificate.gradients]
    for enclosure, true in zip(enclosures, truths(root, below(root)[1]), strict=True):
        check_one(enclosure, true, bool(certificate.kinks))
    # The difference of a ball from itself holds more than 0.
    assert not certificate.kinks or any(map(takes_one_twice, below(root)[0]))
    return certificate


def takes_one_twice(node: Value) -> bool:
    return len({*node.operands}) < len(node.operands)


def unit(true: Any) -> float:
    """The unit in the last place of a number: of the double that it is, or next to it towards 0."""
    nearest = float(abs(true))
    is_above = nearest > abs(true) * (1 + mpmath.mpf(2) ** -60)
    return math.ulp(nextafter(nearest, 0.0) if is_above else nearest)


def check_one(enclosure: Enclosure, true: Any, is_hull: bool) -> None:
    slack = abs(true) * mpmath.mpf(10) ** -DIGITS
    assert enclosure.low - slack <= true <= enclosure.high + slack
    if is_hull:
        return
    assert enclosure.high <= nextafter(nextafter(enclosure.low, inf), inf)
    away = abs(enclosure.ours - true)
    assert enclosure.ulps == pytest.approx(float(away / unit(true)), rel=0.01, abs=0.01)
    if true and away / abs(true) > 1e-17:
        assert enclosure.digits == max(0, math.floor(-mpmath.log10(away / abs(true))))


POINTS = [
    (0.7, 0.3, 1.0, 0.2, -0.4, 1.5, 0.9),
    (-0.7, 0.3, 0.0, 0.1, 0.4, 1.7, 0.3),
    (1.7, -0.6, 2.0, 2.5, 0.1, 0.2, 0.3),
    (-2.5, 2.0, -1.0, 0.5, 0.7, 0.6, 0.1),
]
EACH_ROW = {row.name: row for row in (*ROWS.values(), *SLOPES) if row.partials}


@pytest.mark.parametrize("row", [*EACH_ROW.values(), *WIDE], ids=lambda row: row.name)
def test_each_row_is_enclosed(row: Row) -> None:
    tried = 0
    for point in POINTS:
        if row.name.startswith("power") and point[0] < 0.0:  # no derivative by the exponent
            continue
        leaves = [Value(x) for x in point[: len(row.partials)]]
        constants = point[len(row.partials) : len(row.operands)]
        function = ROWS.get(row.name.removesuffix("_slope"), row)
        with suppress(DomainError):
            record(function, *leaves, *constants)  # where it has no value, nor has its slope
            check(record(row, *leaves, *constants))
            tried += 1
    assert tried


def drawn(seed: int) -> Value:
    """A random graph of all rows but slopes, which have a value where their functions have none."""
    rng = random.Random(seed)
    graph = draw_of_all_rows(rng)
    while any(row in SLOPES for row, _ in graph.steps):
        graph = draw_of_all_rows(rng)
    return graph.build([Value(x) for x in graph.numbers])


@pytest.mark.parametrize("seed", range(examples(400).max_examples))
def test_random_graphs_are_enclosed(seed: int) -> None:
    check(drawn(seed))


@pytest.mark.parametrize("seed", range(examples(100).max_examples))
def test_derivatives_of_random_graphs_are_enclosed(seed: int) -> None:
    root = drawn(seed)
    leaves = below(root)[1]
    check(grad(root, leaves, create_graph=True, allow_unused=True)[0])


def rump(a: Value, b: Value) -> Value:
    second = a**2 * (11.0 * a**2 * b**2 - b**6 - 121.0 * b**4 - 2.0)
    return 333.75 * b**6 + second + 5.5 * b**8 + a / (2.0 * b)


def wilkinson(x: Value) -> Value:
    """The product of x - 1 to x - 20, multiplied out, with coefficients as doubles."""
    coefficients = [1]
    for root in range(1, 21):
        shifted = [*coefficients, 0]
        coefficients = [a - root * b for a, b in zip(shifted, [0, *coefficients], strict=True)]
    y = x * 0.0
    for coefficient in coefficients:
        y = y * x + float(coefficient)
    return y


def exp_by_series(x: Value) -> Value:
    y = term = x * 0.0 + 1.0
    for n in range(1, 80):
        term = term * x / float(n)
        y = y + term
    return y


def muller(x: Value) -> Value:
    before, now = Value(4.0), x
    for _ in range(25):
        before, now = now, 108.0 - (815.0 - 1500.0 / before) / now
    return now


def logistic(x: Value) -> Value:
    for _ in range(60):
        x = 4.0 * x * (1.0 - x)
    return x


def variance(x: Value) -> Value:
    xs = [x, x + 1.0, x + 2.0]
    return f.mean([y * y for y in xs]) - f.mean(xs) ** 2


def heron(a: Value, b: Value, c: Value) -> Value:
    s = (a + b + c) / 2.0
    return (s * (s - a) * (s - b) * (s - c)).sqrt()


CANCELLING: dict[str, tuple[Callable[..., Value], tuple[float, ...]]] = {
    "x * (1 + 1e-16) - x": (lambda x: x * (1.0 + f.exp(x * 0.0) * 1e-16) - x, (3.0,)),
    "log(exp(x))": (lambda x: x.exp().log(), (1e-9,)),
    "log(exp(x)), x tiny": (lambda x: x.exp().log(), (1e-200,)),
    "Wilkinson": (wilkinson, (19.5,)),
    "Rump": (rump, (77617.0, 33096.0)),
    "(exp(x) - 1) / x": (lambda x: (x.exp() - 1.0) / x, (1e-8,)),
    "(1 - cos(x)) / x²": (lambda x: (1.0 - x.cos()) / (x * x), (1e-5,)),
    "√(x² + 1) - x": (lambda x: (x * x + 1.0).sqrt() - x, (1e6,)),
    "(a + b) - a": (lambda a, b: ((a + b) - a) * b, (1e10, 1e-3)),
    "x - sin(x)": (lambda x: x - x.sin(), (1e-4,)),
    "a root": (lambda b: ((b * b - 4.0).sqrt() - b) / 2.0, (1e6,)),
    "variance": (variance, (1e7,)),
    "log(1 + x)": (lambda x: (1.0 + x).log(), (1e-10,)),
    "tan - sin": (lambda x: x.tan() - x.sin(), (1e-3,)),
    "Muller": (muller, (4.25,)),
    "cosh² - sinh²": (lambda x: x.cosh() ** 2 - x.sinh() ** 2 + x * 1e-3, (15.0,)),
    "log-sum-exp": (lambda a, b: (a.exp() + b.exp()).log() - a, (30.0, 0.5)),
    "exp by its series": (exp_by_series, (-20.0,)),
    "logistic map": (logistic, (0.3,)),
    "Heron": (heron, (100000.0, 99999.99999, 1e-4)),
    "1/x - 1/(x+1)": (lambda x: 1.0 / x - 1.0 / (x + 1.0), (1e9,)),
}


@pytest.mark.parametrize("name", CANCELLING)
def test_the_true_digits_of_what_cancels_are_counted(name: str) -> None:
    build, numbers = CANCELLING[name]
    certificate = check(build(*map(Value, numbers)))
    fewest = min(x.digits for x in (certificate.value, *certificate.gradients))
    assert fewest <= 12


def test_no_digit_of_rumps_number_is_true() -> None:
    certificate = certify(rump(Value(77617.0), Value(33096.0)))
    assert certificate.value.low == pytest.approx(-0.827396059946821368, rel=1e-15)
    assert str(certificate.value) == "no digit is true"
    assert certificate.bits == 128


def almost(x: float) -> Value:
    """x / 3 · 3 of a leaf: the number x, and no precision tells on which side of it."""
    return Value(x, "x") / 3.0 * 3.0


DECIDED: dict[str, tuple[Callable[[Value], Value], float, float]] = {
    "relu": (lambda x: x.relu(), 0.0, 0.0),
    "abs": (lambda x: x.abs(), 0.0, 0.0),
    "leaky_relu": (lambda x: f.leaky_relu(x, 0.25), 0.0, 0.25),
    "elu": (lambda x: f.elu(x, 2.0), 0.0, 2.0),
    "max": (lambda x: f.max(x, 1.0 * x), 1.5, 1.0),
    "min": (lambda x: f.min(x, 2.0 - x), 1.0, 0.0),
    "where": (lambda x: f.where(x, x, 2.0 * x), 0.0, 2.0),
    "a branch not taken": (lambda x: f.where((1.0 - x).relu(), x, x.sqrt()), 0.0, 1.0),
    "a power": (lambda x: x**2, 0.0, 0.0),
}


@pytest.mark.parametrize("name", DECIDED)
def test_at_an_exact_number_a_kink_is_decided(name: str) -> None:
    build, number, slope = DECIDED[name]
    certificate = certify(build(Value(number)))
    assert certificate.kinks == []
    assert certificate.gradients == [Enclosure(slope, slope, slope, 0.0, 17)]


UNDECIDED: dict[str, tuple[Callable[[Value], Value], float, tuple[float, float]]] = {
    "relu": (lambda x: (almost(0.1) - x).relu(), 0.1, (-1.0, 0.0)),
    "abs": (lambda x: (almost(0.1) - x).abs(), 0.1, (-1.0, 1.0)),
    "max": (lambda x: f.max(almost(0.1), 2.0 * x - 0.1), 0.1, (0.0, 2.0)),
    "less": (lambda x: f.where(record(ROWS["less"], almost(0.1), x), x, 3.0), 0.1, (0.0, 1.0)),
    "atan2": (lambda x: f.atan2(almost(0.1) - x, -1.0), 0.1, (1.0, 1.0)),
}


@pytest.mark.parametrize("name", UNDECIDED)
def test_what_no_precision_decides_is_the_hull_of_both_sides(name: str) -> None:
    build, number, (low, high) = UNDECIDED[name]
    x = Value(number, "by")
    certificate = certify(build(x), x)
    kink = certificate.kinks[0]
    assert f"{name}(a" in kink
    assert certificate.bits == 2**12
    assert f"\nat a kink: {kink}" in str(certificate)
    (slope,) = certificate.gradients
    assert slope.low == pytest.approx(low, abs=1e-6)
    assert slope.high == pytest.approx(high, abs=1e-6)


def test_two_branches_that_meet_smoothly_are_no_kink() -> None:
    x = Value(0.1, "by")
    certificate = certify(f.elu(almost(0.1) - x) + x, x)
    assert not certificate.kinks
    assert certificate.gradients[0].low == -5e-324
    assert certificate.gradients[0].high == 5e-324
    difference = almost(0.1) - x
    assert len(certify(f.elu(difference) + difference.relu(), x).kinks) == 1


def test_on_both_sides_of_a_tie_the_larger_is_the_same() -> None:
    x = Value(0.1, "by")
    value = certify(f.max(almost(0.1), x), []).value
    assert value[1:3] == (nextafter(0.1, 0.0), nextafter(0.1, 1.0))


@pytest.mark.parametrize(("exponent", "low"), [(3.0, -1.0), (2.0, 0.0), (0.0, 1.0)])
def test_a_whole_power_of_a_ball_that_holds_0(exponent: float, low: float) -> None:
    x = Value(0.1, "by")
    sign = f.where(record(ROWS["less"], almost(0.1), x), 1.0 * x / x, -1.0)
    value = certify(sign**exponent, []).value
    assert value.low == pytest.approx(low, abs=1e-6)
    assert value.high == pytest.approx(1.0, abs=1e-6)


def test_an_exponent_may_take_many_bits() -> None:
    check(Value(-0.5) ** 1e20)  # b - 1 has 67 bits, and has to be whole


NOT_ENCLOSED: dict[str, tuple[Callable[[Value], Value], float, str]] = {
    "√′": (lambda x: 3.0 * (2.0 * x).sqrt(), 0.0, "derivative of v2 = sqrt(a) by a at a = v1 = 0"),
    "√": (lambda x: (x / 3.0 * 3.0 - x).sqrt().exp(), 0.1, "value of v4 = sqrt(a) at a = v3 = 0"),
    "asin′": (lambda x: x.asin(), 1.0, "derivative of v1 = asin(a) by a at a = x = 1.0 has none"),
    "inf": (lambda x: f.max(x, 1.0), inf, "nothing is proven from x = inf: it is not finite"),
    "constant": (lambda x: f.min(x, inf), 1.0, "nothing is proven from inf: it is not finite"),
}


@pytest.mark.parametrize("name", NOT_ENCLOSED)
def test_where_there_is_no_enclosure_it_says_why(name: str) -> None:
    build, number, why = NOT_ENCLOSED[name]
    before = flint.ctx.prec
    with pytest.raises(CertificationError) as error:
        certify(build(Value(number, "x")))
    assert why in str(error.value)
    assert flint.ctx.prec == before


def test_what_overflows_on_the_way_has_a_true_number() -> None:
    z = Value(1000.0)
    certificate = certify(z.exp() / z.exp())
    assert math.isnan(certificate.value.ours)
    assert certificate.value[1:] == (nextafter(1.0, 0.0), nextafter(1.0, 2.0), inf, 0)
    assert certify(z.exp()).value == Enclosure(inf, LARGEST, inf, inf, 0)
    assert str(certify(z.exp()).value) == "past the largest double"
    quotient = z.exp() / z.exp()
    assert certify(quotient.cos(), []).value.low == pytest.approx(math.cos(1.0))
    assert certify(quotient.tanh(), []).value.low == pytest.approx(math.tanh(1.0))
    assert certify(f.atan2(quotient, z.exp()), []).value.low >= 0.0
    tiny = certify(Value(1e-170) ** 2)
    assert tiny.value[:3] == (0.0, 0.0, 5e-324)
    assert str(tiny.value) == "true to the last place"


SOFTSIGN = ("a / (1.0 + abs(a))", ("1.0 / pow(1.0 + abs(a), 2.0)",))


def faulty(primal: str, partial: str) -> Row:
    """The row of softsign as floats would compute it otherwise."""
    return Row("soft", "soft", *SOFTSIGN, computed=Computed(primal, (partial,), SOFTSIGN[1]))


@pytest.mark.parametrize(
    ("row", "first_off"),
    [
        (faulty(SOFTSIGN[0], "-1.0 / pow(1.0 + abs(a), 2.0)"), "the derivative of v2 = soft(a) by"),
        (faulty(SOFTSIGN[0], "1.0 / (1.0 + abs(a))"), "the derivative of v2 = soft(a) by"),
        (faulty(SOFTSIGN[0], "1.00000000000001 / pow(1.0 + abs(a), 2.0)"), "the derivative of v2"),
        (faulty("a / (1.0000000000001 + abs(a))", SOFTSIGN[1][0]), "the value of v2 = soft(a) at"),
        (faulty("a", SOFTSIGN[1][0]), "the value of v2 = soft(a) at a = v1 = 1.0"),
    ],
)
def test_a_faulty_row_is_found(row: Row, first_off: str) -> None:
    x = Value(0.5, "x")
    root = record(row, 2.0 * x).exp()
    with pytest.raises(CertificationError, match="by the engine, but rounding") as error:
        certify(root)
    assert f"first off is {first_off}" in str(error.value)


def test_a_row_is_held_to_its_mathematics_where_the_text_overflows() -> None:
    texts = ("1.0 / (1.0 + exp(-a))", ("out * (1.0 - out)",))
    at_once = Row("step", "", *texts, computed=Computed("1.0", ("0.0",), texts[1]))
    with pytest.raises(CertificationError, match=r"first off is the value of v2 = step\(a\)"):
        certify(record(at_once, Value(-800.0)))


def test_a_row_of_ones_own_is_certified() -> None:
    softsign = autograd.elemental("softsign", SOFTSIGN[0], SOFTSIGN[1])
    x = Value(-0.3)
    check(softsign(softsign(x) * 3.0))
    check(record(faulty(SOFTSIGN[0], SOFTSIGN[1][0]), x))


def test_a_faulty_sweep_is_found(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(certificates, "grad", lambda *_, **__: [1.0 + 1e-13])
    with pytest.raises(CertificationError, match="so the sweep back is at fault"):
        certify(Value(2.0) * 1.0)


def test_what_changed_since_it_was_recorded_is_refused() -> None:
    x = Value(2.0, "x")
    y = x * x
    x.data = 3.0
    with pytest.raises(ValueError, match="changed since it was recorded"):
        certify(y)
    z = x.exp()
    z._keep(z.op, z.operands, (20.0,))
    with pytest.raises(ValueError, match="changed since it was recorded"):
        certify(z)


def test_inputs_are_those_of_grad() -> None:
    x, other = Value(0.3, "x"), Value(1.0, "other")
    inner = x * x
    inner.label = "inner"
    y = inner.sin()
    x.grad = 5.0
    certificate = certify(y, [inner, x, inner])
    assert [enclosure.ours for enclosure in certificate.gradients] == grad(y, [inner, x, inner])
    assert certificate.names == ["v1", "inner", "x", "inner"]
    assert certify(y, x).gradients == certify(y).gradients
    assert certify(y, []).gradients == []
    assert certify(x).gradients == [Enclosure(1.0, 1.0, 1.0, 0.0, 17)]
    assert certify(y, [other], allow_unused=True).gradients == [Enclosure(0.0, 0.0, 0.0, 0.0, 17)]
    assert x.grad == 5.0
    with pytest.raises(ValueError, match="does not depend on other"):
        certify(y, [other])
    with pytest.raises(TypeError, match="a graph begins at a Value"):
        certify(3.0)  # type: ignore[arg-type]


def test_a_hundred_thousand_operations(capfd: pytest.CaptureFixture[str]) -> None:
    x = Value(0.5, "x")
    y = x
    for _ in range(25_000):
        y = (y * 0.9 + x).tanh() - 0.1
    certificate = certify(y)
    assert certificate.bits == 128
    assert certificate.gradients[0].digits > 12
    assert capfd.readouterr() == ("", "")  # no bar where there is no terminal


def test_as_a_table() -> None:
    a, b = Value(77617.0, "a"), Value(33096.0, "b")
    y = rump(a, b)
    y.label = "y"
    certificate = certify(y, [a])
    assert repr(certificate) == "<Certificate of y and 1 gradient: off by 1.1e+37 ulp at most>"
    lines = [re.split("  +", line) for line in str(certificate).splitlines()]
    assert lines == [
        ["", "ours", "the true number", "off by"],
        [
            "y",
            "-1.1805916207174113e+21",
            "-0.8273960599468214 … -0.8273960599468213",
            "1.1e+37 ulp",
            "no digit is true",
        ],
        [
            "∂y/∂a",
            "-2.040045696685813e+32",
            "-2.0400456966858126e+32 … -2.0400456966858123e+32",
            "1.17 ulp",
            "true to 15 digits",
        ],
    ]


def test_of_many_gradients_the_worst_are_told() -> None:
    net = MLP(2, [6, 1], "tanh", seed=0)
    loss = half_squared_error(net([0.3, 0.7]), 0.2)
    certificate = certify(loss, net.parameters())
    *told, rest = str(certificate).splitlines()
    assert len(told) == 2 + certificates.WORST
    assert rest == "… and 20 gradients more, none of them further off"
    assert f"{certificate.ulps:.2f} ulp" in "\n".join(told)


def test_on_a_terminal_without_these_signs(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(certificates, "can_be_printed", lambda text: False)
    x = Value(0.1, "δ")
    assert "dv1/d\\u03b4" in str(certify(x.exp()))


def test_an_explanation_that_is_proven() -> None:
    x, w = Value(1.5, "x"), Value(-2.0, "w")
    y = (x * w).tanh()
    told = str(explain(y, proven=True)).splitlines()
    assert told[4] == "  dv2 = 1  (exact)"
    assert re.search(r" = 0.0147991  \(true to 1\d digits\)$", told[-1])
    latex = explain(y, w, proven=True).latex()
    assert re.search(r"= 0.0147991 \\quad \\text\{\(true to 1\d digits\)\}", latex)
    plain = str(explain(y)).splitlines()
    assert [line.split("  (")[0] for line in told] == plain


def test_an_explanation_by_matrices_tells_the_worst_of_each() -> None:
    fewest = set()
    for seed in range(6):
        net = MLP(1, [3, 1], "sigmoid", seed=seed)
        loss = half_squared_error(net(Value(0.5, "x")), Value(0.2, "y"))
        digits = [x.digits for x in certify(loss, net.parameters()[:3]).gradients]
        (line,) = re.findall(r"dW1 = .*", str(explain(loss, matrices=True, proven=True)))
        assert line.endswith(f"  (true to {min(digits)} digits)")
        assert line.split("  (")[0] in str(explain(loss, matrices=True))
        fewest.add(min(digits) < max(digits))
    assert fewest == {True, False}


def test_the_command_line_proves(capsys: pytest.CaptureFixture[str]) -> None:
    command.main(["exp(x) - 1", "x=1e-15", "--prove"])
    printed = capsys.readouterr().out
    assert "5.6e+14 ulp  no digit is true\n" in printed
    assert "  dy  = 1  (exact)\n" in printed


def test_without_python_flint_it_says_how_to_get_it(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for name in [name for name in sys.modules if name.startswith("autograd.proof.")]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "flint", None)
    with pytest.raises(ModuleNotFoundError, match=r"pip install 'scalar-autograd\[proof\]'"):
        certify(Value(1.0).exp())
    with pytest.raises(SystemExit):
        command.main(["exp(x)", "x=1", "--prove"])
    assert "pip install 'scalar-autograd[proof]' brings it" in capsys.readouterr().err


def test_what_no_precision_tells_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(truth, "MOST_BITS", 256)
    y: Value = Value(0.7, "x")
    for _ in range(600):  # each step of this map loses a bit
        y = 3.9 * y * (1.0 - y)
    with pytest.raises(CertificationError, match="256 bits are not enough"):
        certify(y, [])
