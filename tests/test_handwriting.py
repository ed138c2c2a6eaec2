"""What people write by hand is told as what Python reads; what may be two things is left."""

import ast
import math
from contextlib import suppress
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.expressions import CALLS, read
from autograd.handwriting import meant, rewritten
from tests.strategies import examples

GIVEN = {"x": 1.5, "w": 2.0, "x1": 0.5, "pi": math.pi}


def told(text: str) -> str | None:
    found = rewritten(text, GIVEN, CALLS)
    return found.text if found else None


@pytest.mark.parametrize(
    ("text", "ours"),
    [
        ("x·w ⋅ x × w ∙ 2", "x*w * x * w * 2"),
        ("x÷w − 1", "x/w - 1"),
        ("（x＋１）＊ｗ，2", "(x+1)*w,2"),
        ("x^2^w", "x**2**w"),
        ("x² + x⁻¹⁰", "x**2 + x**-10"),
        ("2x + 3.5e2w", "2*x + 3.5e2*w"),
        ("2(x+1)(w - 1)", "2*(x+1)*(w - 1)"),
        ("x(x+1)", "x*(x+1)"),
        ("x w", "x*w"),
        ("xw + wxx", "x*w + w*x*x"),
        ("2πx", "2*pi*x"),
        ("x₁", "x1"),
        ("x₁w", "x1*w"),
        ("√x + √(x+1) + √2x", "sqrt(x) + sqrt(x+1) + sqrt(2*x)"),
        ("|x|", "abs(x)"),
        ("2|x - |w|| + |x|·|w|", "2*abs(x - abs(w)) + abs(x)*abs(w)"),
        ("|-x|", "abs(-x)"),
        ("e", "exp(1)"),
        ("2e", "2*exp(1)"),
        ("e^x + e**-x·w", "exp(x) + exp(-x)*w"),
        ("e^x^2 + e^(x+w)", "exp(x**2) + exp(x+w)"),
        ("e² + e^-|x|", "exp(2) + exp(-abs(x))"),
        ("e^x² + e^-x⁻¹", "exp(x**2) + exp(-x**-1)"),
        ("1/xw + w^xx", "1/(x*w) + w**(x*x)"),
        ("ln(x) + sgn(w)", "log(x) + sign(w)"),
        ("ln x + sin w", "log(x) + sin(w)"),
        ("Φ(x)·σ(w)", "normal_cdf(x)*sigmoid(w)"),
        ("lse(x, w) + arctan(2x)", "logsumexp(x, w) + atan(2*x)"),
        ("ln(ln(x))²", "log(log(x))**2"),
    ],
)
def test_handwriting(text: str, ours: str) -> None:
    found = rewritten(text, GIVEN, CALLS)
    assert found is not None
    assert found.text == ours
    ast.parse(ours, mode="eval")
    assert all(0 <= fix.start < len(text) and fix.was and fix.becomes for fix in found.fixes)
    assert rewritten(ours, GIVEN, CALLS) is None


@pytest.mark.parametrize(
    "text",
    ["", "x*w", "q + x", "foo(x)", "2 3", "log^-1(x)", "x and w", "not x", "x.real", "x[0]", "|x",
     "x|", "(x", "x)", "² x", "x²)", "√", "2x if x else w", "e^", "x 'w'", "1_000x", "|" * 9, "x!"],
)  # fmt: skip
def test_what_is_none_or_may_be_two_things_is_left(text: str) -> None:
    assert told(text) is None


def test_names_with_numbers_are_themselves() -> None:
    given = {"e": 1.0, "π": 3.0, "ln": 2.0, "xw": 1.0}
    assert rewritten("e + π*xw + ln", given, CALLS) is None
    found = rewritten("ln(e)", given, CALLS)
    assert found is not None
    assert found.text == "ln*(e)"


def test_it_ends_for_what_is_deep_or_long() -> None:
    assert told("(" * 2000) is None
    assert told("|" * 2000) is None
    assert told("√" * 2000) is None
    assert told("e^" * 999 + "x") is None
    assert told("(x)" * 600) == "*".join(["(x)"] * 600)
    assert rewritten("x" * 1990 + "q", {"x", "xx", "xxx"}, CALLS) is None


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("square", "write x**2"),
        ("ceil", "write -floor(-x)"),
        ("sigmod", "did you mean sigmoid"),
        ("arctanx", "did you mean atan"),
        ("logsumex", "did you mean logsumexp"),
        ("frobnicate", ""),
    ],
)
def test_what_a_name_may_have_meant(name: str, answer: str) -> None:
    assert meant(name, CALLS).startswith(answer)
    assert bool(meant(name, CALLS)) == bool(answer)


@pytest.mark.parametrize("text", ["x·w", "2x", "e^x", "ln(x)"])
def test_nothing_is_computed_of_what_is_told(text: str) -> None:
    with pytest.raises(ValueError, match="; write '"):
        read(text, GIVEN)


def value_of(text: str) -> Any:
    return read(text, GIVEN)[1]


def test_what_is_told_is_what_was_meant() -> None:
    for text, meant_number in {
        "2x²": 2 * 1.5**2,
        "e^-x²": math.exp(-(1.5**2)),
        "√(x·w) + |−x|": math.sqrt(3.0) + 1.5,
        "2πx": 2 * math.pi * 1.5,
        "sin^2(x)": math.sin(1.5) ** 2,
        "tan⁻¹(x) + sinh^-1 x": math.atan(1.5) + math.asinh(1.5),
        "math.exp(x) + np.exp(x)": 2 * math.exp(1.5),
        "Sin(x)·ReLU(x)": math.sin(1.5) * 1.5,
        "sin 2x + lnx": math.sin(3.0) + math.log(1.5),
        "xe^x + 2ex": 1.5 * math.exp(1.5) + 2 * math.e * 1.5,
        "2math.pi·xsin(x)": 2 * math.pi * 1.5 * math.sin(1.5),
    }.items():
        ours = told(text)
        assert ours is not None
        assert value_of(ours) == pytest.approx(meant_number, rel=1e-15)


@pytest.mark.parametrize(
    ("text", "wide", "narrow"),
    [
        ("sin x^2", "sin(x**2)", "sin(x)**2"),
        ("exp x²", "exp(x**2)", "exp(x)**2"),
        ("√x²", "sqrt(x**2)", "sqrt(x)**2"),
        ("√2x", "sqrt(2*x)", "sqrt(2)*x"),
        ("e^2x", "exp(2*x)", "exp(2)*x"),
        ("e^-x^2/2", "exp(-x**2/2)", "exp(-x**2)/2"),
        ("1/2x", "1/(2*x)", "1/2*x"),
        ("1/xw", "1/(x*w)", "1/x*w"),
        ("1/2x²", "1/(2*x**2)", "1/2*x**2"),
        ("x^1/2", "x**(1/2)", "x**1/2"),
        ("x^-1/2", "x**-(1/2)", "x**-1/2"),
        ("w^xx", "w**(x*x)", "w**x*x"),
        ("sin x/2", "sin(x/2)", "sin(x)/2"),
        ("ln x·w", "log(x*w)", "log(x)*w"),
    ],
)
def test_where_two_readings_are_possible_both_are_told(text: str, wide: str, narrow: str) -> None:
    with pytest.raises(ValueError, match=r"^it may be read in two ways: write ") as error:
        read(text, GIVEN)
    assert str(error.value).endswith(f"write {wide!r}, or {narrow!r}")
    for ours in (wide, narrow):
        assert math.isfinite(value_of(ours))


@pytest.mark.parametrize(
    "text", ["x^2/2", "sin x cos w", "e^x sin w", "e^x/(1+e^x)", "√(x+1)²", "e^2 x"]
)
def test_where_one_reading_is_meant_it_alone_is_told(text: str) -> None:
    found = rewritten(text, GIVEN, CALLS)
    assert found is not None
    assert found.text == found.other


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("q + 2x", r"write 'q \+ 2\*x'; there q has no number, at column 1"),
        ("foo(2x)", r"write 'foo\(2\*x\)'; there 'foo\(2\*x\)' is not known, at column 1"),
        ("y = sin x^2", r"^an expression has no =: write 'sin\(x\*\*2\)', or 'sin\(x\)\*\*2'$"),
    ],
)
def test_what_else_is_wrong_is_told_too(text: str, told: str) -> None:
    with pytest.raises(ValueError, match=told):
        read(text, GIVEN)


@examples(300)
@given(st.lists(st.sampled_from([*"xwe23.^/*+-()|√²⁻π ", "sin", "ln ", "math.", "q"]), max_size=12))
def test_any_text_is_read_or_answered(parts: list[str]) -> None:
    with suppress(ValueError):
        read("".join(parts), GIVEN)
    found = rewritten("".join(parts), GIVEN, CALLS)
    if found:
        narrow, wide = (is_syntax(text) for text in (found.other, found.text))
        assert narrow == wide


def is_syntax(text: str) -> bool:
    try:
        ast.parse(text.strip(), mode="eval")
    except SyntaxError:
        return False
    return True
