"""A row's text is parsed once, and each notation writes the same formula."""

import ast
import ctypes
import math
import subprocess
import xml.etree.ElementTree as ElementTree
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from autograd.core.constants import folded
from autograd.core.formula import call, parsed
from autograd.core.mathml import MATHML
from autograd.core.notation import (
    ARRAYS,
    ASCII,
    C_LANGUAGE,
    IEEE,
    JAVASCRIPT,
    LATEX,
    PYTHON,
    TEXT,
    Notation,
)
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, affine_row, mean_row, total_row

TEXTS = [text for row in ROWS.values() for text in (row.primal, *row.partials)]
POINTS = 1000


def test_python_writes_every_text_as_it_stands() -> None:
    wide = [affine_row(2), affine_row(2000), total_row(1000), mean_row(1000)]
    texts = TEXTS + [text for row in wide for text in (row.primal, *row.partials)]
    assert [PYTHON.written(text) for text in texts] == texts


@pytest.mark.parametrize(
    ("notation", "written"),
    [
        (PYTHON, "2.0 * x if x > (-1.5) else 1.0 / pow(x, (-1.5) - 1.0)"),
        (TEXT, "2 · x if x > (-1.5) else 1 / pow(x, (-1.5) - 1)"),
        (
            LATEX,
            r"\begin{cases} 2 \cdot x & \text{if } x > -1.5 \\ "
            r"\frac{1}{{x}^{-1.5 - 1}} & \text{otherwise} \end{cases}",
        ),
        (IEEE, "2.0 * x if x > (-1.5) else divide(1.0, pow(x, (-1.5) - 1.0))"),
        (JAVASCRIPT, "x > (-1.5) ? 2.0 * x : divide(1.0, pow(x, (-1.5) - 1.0))"),
        (C_LANGUAGE, "x > (-1.5) ? 2.0 * x : 1.0 / pow(x, (-1.5) - 1.0)"),
        (ARRAYS, "where(less(-1.5, x), 2.0 * x, 1.0 / pow(x, (-1.5) - 1.0))"),
    ],
    ids=lambda x: type(x).__name__ if not isinstance(x, str) else "",
)
def test_each_notation_writes_a_formula_its_own_way(notation: object, written: str) -> None:
    text = "2.0 * a if a > b else 1.0 / pow(a, b - 1.0)"
    assert notation.written(text, {"a": "x", "b": "-1.5"}) == written  # type: ignore[attr-defined]


FORMULAS = st.recursive(
    st.sampled_from(["a", "b", "2.0"]),
    lambda part: st.one_of(
        st.tuples(part, st.sampled_from("+-*/"), part).map(lambda x: f"({x[0]}) {x[1]} ({x[2]})"),
        part.map(lambda x: f"-({x})"),
        st.tuples(part, part, part).map(lambda x: f"({x[0]}) if ({x[1]}) < 1.0 else ({x[2]})"),
    ),
)


@given(FORMULAS)
def test_brackets_stand_where_they_have_to(text: str) -> None:
    """What is written parses to the tree that was written."""
    assert ast.dump(parsed(PYTHON.written(text))) == ast.dump(parsed(text))


MINUS_THREE = "<mrow><mo>−</mo><mn>3</mn></mrow>"
CHILDREN = {"mfrac": 2, "msup": 2, "msub": 2, "mtr": 2, "msqrt": 1}
LEAVES = {"mi", "mn", "mo", "mtext"}


def elements(mathml: str) -> list[ElementTree.Element]:
    return [*ElementTree.fromstring(f"<math>{mathml}</math>").iter()]


def assert_is_mathml(text: str) -> None:
    """Each element has as many children as MathML says; text stands in the innermost alone."""
    for element in elements(text):
        assert len(element) == CHILDREN.get(element.tag, len(element)), text
        assert bool((element.text or "").strip()) == (element.tag in LEAVES), text
        assert not (element.tail or "").strip(), text


@pytest.mark.parametrize("text", TEXTS)
def test_each_text_of_a_row_is_mathml(text: str) -> None:
    names = {name for row in ROWS.values() for name in (*row.operands, "out")}
    assert_is_mathml(MATHML.written(text))
    assert_is_mathml(MATHML.written(text, dict.fromkeys(names, MINUS_THREE)))


@given(FORMULAS)
def test_each_formula_is_mathml(text: str) -> None:
    assert_is_mathml(MATHML.written(text))
    assert_is_mathml(MATHML.written(text, {"a": MINUS_THREE}))


@pytest.mark.parametrize(
    ("text", "mathml"),
    [
        ("1.0 - a", "<mn>1</mn> <mo>−</mo> <mi>a</mi>"),
        (
            "x1 * w12",
            ("<msub><mi>x</mi><mn>1</mn></msub> <mo>·</mo> <msub><mi>w</mi><mn>12</mn></msub>"),
        ),
        (
            "-1.0 / b",
            (
                "<mfrac><mrow><mrow><mo>−</mo><mn>1</mn></mrow></mrow>"
                "<mrow><mi>b</mi></mrow></mfrac>"
            ),
        ),
        (
            "pow(a + b, 2.0)",
            "<msup><mrow><mo>(</mo><mi>a</mi> <mo>+</mo> <mi>b</mi><mo>)</mo></mrow>"
            "<mrow><mn>2</mn></mrow></msup>",
        ),
        ("exp(-a)", "<msup><mi>e</mi><mrow><mrow><mo>−</mo><mi>a</mi></mrow></mrow></msup>"),
        (
            "sqrt(abs(a))",
            "<msqrt><mrow><mrow><mo>|</mo><mrow><mi>a</mi></mrow><mo>|</mo></mrow></mrow></msqrt>",
        ),
        (
            "sin(pi)",
            (
                "<mrow><mi>sin</mi><mo>&#x2061;</mo>"
                "<mrow><mo>(</mo><mi>π</mi><mo>)</mo></mrow></mrow>"
            ),
        ),
        (
            "1e-07",
            (
                "<mrow><mn>1</mn> <mo>·</mo> "
                "<msup><mn>10</mn><mrow><mo>−</mo><mn>7</mn></mrow></msup></mrow>"
            ),
        ),
        (
            "0.0 if a <= 0.0 else a if a < b else inf",
            "<mrow><mo>{</mo><mtable>"
            '<mtr><mtd style="text-align: left"><mn>0</mn></mtd>'
            '<mtd style="text-align: left"><mi>a</mi> <mo>≤</mo> <mn>0</mn></mtd></mtr>'
            '<mtr><mtd style="text-align: left"><mi>a</mi></mtd>'
            '<mtd style="text-align: left"><mi>a</mi> <mo>&lt;</mo> <mi>b</mi></mtd></mtr>'
            '<mtr><mtd style="text-align: left"><mi>∞</mi></mtd>'
            '<mtd style="text-align: left"><mtext>otherwise</mtext></mtd></mtr>'
            "</mtable></mrow>",
        ),
    ],
)
def test_mathml_of_a_formula(text: str, mathml: str) -> None:
    assert MATHML.written(text) == mathml


@pytest.mark.parametrize(
    ("text", "read"),
    [
        ("a + b", "−3+(−3)"),
        ("a - b", "−3−(−3)"),
        ("a * b", "−3·(−3)"),
        ("a / b", "−3−3"),
        ("(a + b) / 2.0", "−3+(−3)2"),
        ("-a", "−(−3)"),
        ("pow(a, b)", "(−3)−3"),
        ("1.0 if a < b else 0.0", "{1−3<−30−3≥−3"),
        ("1.0 if 0.0 <= b <= 0.0 else 0.0", "{10≤−3≤00otherwise"),
        ("log(a)", "log\u2061(−3)"),
        ("(a - b) * a", "(−3−(−3))·(−3)"),
    ],
)
def test_negative_numbers_stand_in_brackets_where_they_have_to(text: str, read: str) -> None:
    """What is read along the line: fractions and powers keep apart what they hold."""
    filled = MATHML.written(text, {"a": MINUS_THREE, "b": MINUS_THREE})
    assert MATHML.number(-3.0) == MINUS_THREE
    assert "".join((element.text or "").strip() for element in elements(filled)) == read


def test_a_slope_is_written_with_a_prime_for_people() -> None:
    slope = call("tanh_slope", ["x"])
    text, ascii_text, latex, mathml, python = [
        notation.template(slope).fill({}) for notation in (TEXT, ASCII, LATEX, MATHML, PYTHON)
    ]
    assert (text, ascii_text) == ("tanh′(x)", "tanh'(x)")
    assert latex == r"\operatorname{tanh}'\left(x\right)"
    assert_is_mathml(mathml)
    assert "<msup><mi>tanh</mi><mo>′</mo></msup>" in mathml
    assert python == "tanh_slope(x)"


@pytest.mark.parametrize(
    ("exponent", "partial"),
    [
        (2.0, "2.0 * a"),
        (3.0, "3.0 * pow(a, 2.0)"),
        (0.0, "0.0"),
        (-1.0, "-1.0 * pow(a, -2.0)"),
    ],
)
def test_constants_decide_the_branches_of_a_row(exponent: float, partial: str) -> None:
    assert folded(ROWS["power_constant"], [None, exponent]).partials == (partial,)


def test_c_gives_the_numbers_of_python(cc: str, tmp_path: Path) -> None:
    """All texts compiled by the machine's cc, at 1,000 points each, have Python's bits.

    Both call the same C library for functions; without contraction the operators round alike. But
    Python's hypot is its own: each is right to 1 ulp, so they may be 2 apart, and two of them in a
    row, with a rounding after each, 4 + 1.
    """
    names = sorted({name for row in ROWS.values() for name in (*row.operands, "out")})
    arguments = ", ".join(f"double {name}" for name in names)
    lines = ["#include <math.h>"]
    for i, text in enumerate(TEXTS):
        lines.append(f"double f{i}({arguments}) {{ return {C_LANGUAGE.written(text)}; }}")
    source = tmp_path / "rows.c"
    source.write_text("\n".join(lines), encoding="utf-8")
    library = tmp_path / "rows.so"
    options = ["-O1", "-ffp-contract=off", "-shared", "-fPIC"]
    subprocess.run([cc, *options, "-o", library, source, "-lm"], check=True)
    in_c = ctypes.CDLL(str(library))
    for i, text in enumerate(TEXTS):
        function = in_c[f"f{i}"]
        function.restype = ctypes.c_double
        function.argtypes = [ctypes.c_double] * len(names)
        code = compile(PYTHON.written(text), "row", "eval")
        for point in points(len(names)):
            known = dict(zip(names, point, strict=True))
            try:
                expected = eval(code, {**FUNCTIONS, **CONSTANTS}, known)
            except (ArithmeticError, ValueError):
                continue  # Python raises where C has an infinity or a NaN
            apart = 5.0 * math.ulp(expected) if "hypot" in text else 0.0
            assert are_alike(function(*point), expected, apart), (text, known)


def points(count: int) -> list[list[float]]:
    """Numbers of both signs over ten magnitudes, always the same ones."""
    rows = []
    state = 1
    for _ in range(POINTS):
        row = []
        for _ in range(count):
            state = state * 6364136223846793005 + 1442695040888963407 & (1 << 64) - 1
            unit = (state >> 11) / 2.0**53
            row.append(math.copysign(10.0 ** (10.0 * unit - 7.0), (state >> 5 & 1) - 0.5))
        rows.append(row)
    return rows


def are_alike(a: float, b: float, apart: float) -> bool:
    if math.isnan(b):
        return math.isnan(a)
    same_sign = math.copysign(1.0, a) == math.copysign(1.0, b)
    return same_sign and (a == b or abs(a - b) <= apart)


def test_a_factor_has_the_brackets_it_needs() -> None:
    texts = ("a * b", "a / b", "-a * b", "a + b", "exp(a)", "a")
    written = [PYTHON.factor(parsed(text)).fill({}) for text in texts]
    assert written == ["a * b", "(a / b)", "(-a * b)", "(a + b)", "exp(a)", "a"]


@pytest.mark.parametrize(
    ("notation", "text", "written"),
    [
        (LATEX, "2.5e-07 * a", r"2.5 \cdot 10^{-7} \cdot a"),
        (LATEX, "a * 1e+20", r"a \cdot \left(1 \cdot 10^{20}\right)"),
        (LATEX, "pow(a + b, 2.0)", r"{\left(a + b\right)}^{2}"),
        (LATEX, "leaky_relu(a)", r"\operatorname{leaky\_relu}\left(a\right)"),
        (LATEX, "exp(a) * -b", r"e^{a} \cdot \left(-b\right)"),
        (C_LANGUAGE, "a if 0.0 < a <= b else abs(b)", "0.0 < a && a <= b ? a : fabs(b)"),
        (C_LANGUAGE, "(a if a < b else b) + 1.0", "(a < b ? a : b) + 1.0"),
        (
            C_LANGUAGE,
            "(a if a < b else b) if (a if b < 0.0 else b) < b else 1.0",
            "(b < 0.0 ? a : b) < b ? (a < b ? a : b) : 1.0",
        ),
        (ARRAYS, "a <= b", "at_most(a, b)"),
        (ARRAYS, "a > b", "less(b, a)"),
        (ARRAYS, "0.0 < a <= b", "less(0.0, a) * at_most(a, b)"),
    ],
)
def test_what_notations_say_otherwise(notation: Notation, text: str, written: str) -> None:
    assert notation.written(text) == written


def test_constants_are_looked_for_only_where_they_decide_a_branch() -> None:
    """A program asks for each operand of a row: the sums of a look-up have a thousand."""

    class Unread(tuple[Any, ...]):
        def __iter__(self) -> Iterator[Any]:
            pytest.fail("the operands were read")

    row = affine_row(500)
    assert folded(row, Unread([1.0] * 1001)) is row
    assert folded(ROWS["power_constant"], [None, 2.0]) is not ROWS["power_constant"]
