"""Why a partial is what it is: every line is computed, and comes to the partial.

Numbers are of 60 digits, and h = 1e-10. Error model, for a case that holds at a point, with
s = (1 + |partial|)²:

- Lines that are equal for every h differ by rounding. A difference quotient loses 10 of the 60
  digits: some 1e-50 · s, at most 1e-48 · s.
- Where the limit is taken, two lines differ by h times how fast a quotient changes with h, which is
  half a second derivative. On the samples of tests/rows.py that is at most 2.5 · s: in a / b by b,
  where b is 0.1 and a is 0.01, it is 10 and s is 4. So at most 10 · h · s.

So a line that lacks a term in h², and a limit that is not declared, are off by 1e28 times what
rounding may do; a line with a wrong sign or factor, by 1e8 times what a limit may do.
"""

import json
import random
from collections.abc import Iterator, Mapping
from itertools import product
from typing import Any, TypeAlias

import mpmath
import pytest
from mpmath import mpf

from autograd.core.formula import names_in, parsed
from autograd.core.grammar import complaint
from autograd.core.mathml import MATHML
from autograd.core.notation import JAVASCRIPT, LATEX, PYTHON, TEXT, Notation
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, Row, affine_row, mean_row, total_row
from autograd.show.arguments import ARGUMENTS
from autograd.show.why import Case, step, why, why_as_data
from tests.rows import entry_of
from tests.test_house import PACKAGE
from tests.test_notation import assert_is_mathml, elements

DIGITS = 60
STEP = mpf("1e-10")
ROUNDING = mpf("1e-48")
CHANGE = 10 * STEP
POINTS = 20

Point: TypeAlias = tuple[float, ...]

SENTENCES: dict[str, dict[str, str]] = json.loads(
    (PACKAGE / "show/page/why.json").read_text(encoding="utf-8")
)
WIDE = [row(width) for row in (affine_row, total_row, mean_row) for width in (1, 2, 3, 8)]
TOLD = [row for row in [*ROWS.values(), *WIDE] if row.partials]
PARTIALS = [(row, slot) for row in TOLD for slot in range(len(row.partials))]
# Where kinks are, and exponents that have cases of their own.
SPECIAL = (-1.0, 0.0, 0.5, 1.0, 2.0, 3.0, 4.0)
HELD = "detached"  # the idea of a partial that is 0 whatever the quotient is


def name_of(x: Any) -> str | None:
    return f"{x.name}-{len(x.operands)}" if isinstance(x, Row) else None


each_partial = pytest.mark.parametrize(("row", "slot"), PARTIALS, ids=name_of)


class Exact(Notation):
    """Python over mpmath's numbers, so that 1.0 / 3.0 has all digits too."""

    def number(self, x: float) -> str:
        return f"mpf({x!r})"


EXACT = Exact()
MATHEMATICS = {
    **{name: getattr(mpmath, name) for name in FUNCTIONS if hasattr(mpmath, name)},
    "abs": abs,
    "pow": mpmath.power,
    "fmod": lambda a, b: mpmath.sign(a) * (abs(a) % abs(b)),
    "log2": lambda a: mpmath.log(a, 2),
    "log10": lambda a: mpmath.log(a, 10),
    **CONSTANTS,
    "pi": mpmath.pi,
    "mpf": mpf,
}


@pytest.fixture(autouse=True)
def _sixty_digits() -> Iterator[None]:
    with mpmath.workdps(DIGITS):
        yield


def number(text: str, known: Mapping[str, Any]) -> Any:
    return eval(EXACT.written(text), MATHEMATICS, {**known})


def known_at(row: Row, point: Point, h: Any = STEP) -> dict[str, Any]:
    """The names of lines at a point."""
    known = dict(zip(row.operands, map(mpf, point), strict=True))
    return {**known, "out": number(row.primal, known), "h": h}


def holds(case: Case, known: Mapping[str, Any]) -> bool:
    return not case.when or bool(number(case.when, known))


def first_that_holds(row: Row, slot: int, known: Mapping[str, Any]) -> Case | None:
    return next((case for case in why(row, slot) if holds(case, known)), None)


def samples(row: Row) -> list[Point]:
    """Points where tests/rows.py samples the row, always the same ones."""
    rng = random.Random(row.name)
    tested = entry_of(row)
    found: list[Point] = []
    while len(found) < POINTS:
        point = tuple(rng.uniform(low, high) for low, high in tested.sample)
        if tested.smooth(*point):
            found.append(point)
    return found


def special_points(row: Row) -> Iterator[tuple[Point, dict[str, Any]]]:
    """Points where kinks and special exponents are, if the row has real numbers there."""
    if len(row.operands) > 3:
        return
    for point in product(SPECIAL, repeat=len(row.operands)):
        if row.name == "huber" and point[2] <= 0.0:  # which the loss refuses
            continue
        try:
            known = known_at(row, point)
            numbers = [known["out"], *(number(partial, known) for partial in row.partials)]
        except (ArithmeticError, ValueError):
            continue
        if all(isinstance(x, mpf) and mpmath.isfinite(x) for x in map(mpmath.mpmathify, numbers)):
            yield point, known


def difference_quotient(row: Row, slot: int, known: Mapping[str, Any]) -> Any:
    """The quotient of the row itself, with all its branches."""
    operand = row.operands[slot]
    later = {**known, operand: known[operand] + known["h"]}
    return (number(row.primal, later) - number(row.primal, known)) / known["h"]


def assert_leads_to_the_partial(row: Row, slot: int, case: Case, known: Mapping[str, Any]) -> None:
    """Lines before the limit are the quotient, those from there on are the partial."""
    partial = number(row.partials[slot], known)
    quotient = difference_quotient(row, slot, known)
    scale = (1 + abs(partial)) ** 2
    for place, line in enumerate(case.lines):
        expected = quotient if place < case.limit else partial
        assert abs(number(line, known) - expected) <= ROUNDING * scale, (line, known)
    assert abs(quotient - partial) <= CHANGE * scale


@each_partial
def test_each_line_comes_to_the_partial(row: Row, slot: int) -> None:
    for point in samples(row):
        known = known_at(row, point)
        cases = [case for case in why(row, slot) if holds(case, known)]
        assert cases, point
        for case in cases:
            if case.idea != HELD:
                assert_leads_to_the_partial(row, slot, case, known)


@each_partial
def test_each_case_is_told_somewhere_and_comes_to_the_partial_there(row: Row, slot: int) -> None:
    known_at_points = [known for _, known in special_points(row)]
    known_at_points += [known_at(row, point) for point in samples(row)]
    for case in why(row, slot):
        places = [known for known in known_at_points if case == first_that_holds(row, slot, known)]
        assert places, case
        for known in places:
            if not case.is_convention:
                assert_leads_to_the_partial(row, slot, case, known)


@pytest.mark.parametrize(
    ("name", "right", "wrong"),
    [
        ("mul", "h * b / h", "h * a / h"),
        ("power", "pow(h, 3.0)) / h", "pow(h, 2.0)) / h"),
        ("half_squared_error", "a - b + h / 2.0", "a - b - h / 2.0"),
        ("sqrt", "→ 1.0 / (2.0", "1.0 / (2.0"),
        ("tanh", "cosh(a + h) * sinh(a)", "cosh(a + h) * cosh(a)"),
    ],
)
def test_a_wrong_line_is_seen(
    name: str, right: str, wrong: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    changed = [x._replace(between=x.between.replace(right, wrong)) for x in ARGUMENTS]
    assert changed != [*ARGUMENTS]
    monkeypatch.setattr("autograd.show.why.ARGUMENTS", changed)
    with pytest.raises(AssertionError):
        test_each_case_is_told_somewhere_and_comes_to_the_partial_there(ROWS[name], 0)


KINKS = [(row, slot) for row, slot in PARTIALS if any(c.is_convention for c in why(row, slot))]


@pytest.mark.parametrize(("row", "slot"), KINKS, ids=name_of)
def test_a_kink_has_two_quotients_and_the_convention_lies_between_them(row: Row, slot: int) -> None:
    """It is one of the subgradients, as every sensible convention is.

    Where both quotients grow beyond all bounds, as at the jump of a sign, there is none; and what
    is detached has none on purpose.
    """
    (case,) = [case for case in why(row, slot) if case.is_convention]
    *lines, convention = case.lines
    for point, known in special_points(row):
        if not holds(case, known):
            continue
        sides = []
        for h in (-STEP, STEP):
            here = {**known, "h": h}
            quotient = difference_quotient(row, slot, here)
            for place, line in enumerate(lines):
                allowed = ROUNDING if place < case.limit else CHANGE
                assert abs(number(line, here) - quotient) <= allowed * (1 + abs(quotient)), point
            sides.append(quotient)
        partial = number(row.partials[slot], known)
        assert number(convention, known) == partial
        if case.idea == HELD:
            assert entry_of(row).is_held
            continue
        if case.idea == "jump_both":
            assert min(sides) == 1 / STEP
            continue
        assert min(sides) - CHANGE <= partial <= max(sides) + CHANGE


def test_a_row_of_the_table_without_an_argument_is_told_as_ones_own(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("autograd.show.why.ARGUMENTS", ())
    assert why(ROWS["neg"], 0) == (Case("", ("(-(a + h) - (-a)) / h", "-1.0"), 1, "unwritten"),)


@each_partial
def test_an_argument_begins_with_a_quotient_and_goes_on(row: Row, slot: int) -> None:
    for case in why(row, slot):
        assert 2 <= len(case.lines) <= 7
        assert 0 < case.limit <= len(case.lines)
        assert len({*case.lines}) == len(case.lines)
        assert "h" in names_in(parsed(case.lines[0]))
        assert "h" not in names_in(parsed(case.lines[-1]))


@each_partial
def test_lines_are_texts_as_rows_are(row: Row, slot: int) -> None:
    """They keep the grammar, stand as Python is written here, and every notation writes them."""
    names = {*row.operands, "out", "h"}
    for case in why(row, slot):
        texts = [*case.lines, f"1.0 if {case.when} else 0.0"] if case.when else [*case.lines]
        for text in texts:
            assert not complaint(text, names)
            assert PYTHON.written(text) == text
            assert TEXT.written(text)
            assert LATEX.written(text)
            assert_is_mathml(MATHML.written(text))


def test_no_argument_is_left_over() -> None:
    told = {(row.name, row.operands[slot]) for row, slot in PARTIALS}
    assert {(argument.row, argument.operand) for argument in ARGUMENTS} <= told


def test_each_idea_has_its_sentence_and_each_sentence_its_use() -> None:
    ideas = {case.idea for row, slot in PARTIALS for case in why(row, slot)}
    assert "unwritten" not in ideas
    assert ideas - {""} | {"unwritten"} == {*SENTENCES}
    for said in SENTENCES.values():
        assert [*said] == ["en", "zh"]
        assert all(text.strip() == text and text for text in said.values())
        holes = [text.replace("{h}", "").count("{") for text in said.values()]
        assert holes == [0, 0]
        assert ("{h}" in said["en"]) == ("{h}" in said["zh"])


def test_a_neuron_of_one_input_is_told_as_in_the_document() -> None:
    by_w = why(affine_row(1), 1)
    by_b = why(affine_row(1), 2)
    assert [TEXT.written(line, {"h": "Δw1"}) for line in by_w[0].lines] == [
        "(x1 · (w1 + Δw1) + b - (x1 · w1 + b)) / Δw1",
        "(x1 · w1 + x1 · Δw1 + b - (x1 · w1 + b)) / Δw1",
        "x1 · Δw1 / Δw1",
        "x1",
    ]
    assert [TEXT.written(line, {"h": "Δb"}) for line in by_b[0].lines] == [
        "(x1 · w1 + (b + Δb) - (x1 · w1 + b)) / Δb",
        "(x1 · w1 + b + Δb - (x1 · w1 + b)) / Δb",
        "Δb / Δb",
        "1",
    ]


def test_a_square_is_told_as_in_the_document() -> None:
    case = why(ROWS["power_constant"], 0)[0]
    assert (case.when, case.lines[-2:]) == ("2.0 <= b <= 2.0", ("2.0 * a + h", "2.0 * a"))


def test_what_has_many_inputs_is_told_by_what_changes() -> None:
    lines = why(affine_row(1000), 1999)[0].lines
    assert lines[0] == "(x1000 * (w1000 + h) - x1000 * w1000) / h"
    assert max(map(len, lines)) < 60


def test_a_row_of_ones_own_is_told_by_its_quotient_and_partial() -> None:
    row = Row("softsign", "softsign", "a / (1.0 + abs(a))", ("1.0 / pow(1.0 + abs(a), 2.0)",))
    quotient = "((a + h) / (1.0 + abs(a + h)) - a / (1.0 + abs(a))) / h"
    assert why(row, 0) == (Case("", (quotient, *row.partials), 1, "unwritten"),)


def test_another_row_of_a_name_we_have_is_ones_own() -> None:
    for name in ("mul", "affine", "total", "mean"):
        row = Row(name, name, "a * b * 2.0", ("b * 2.0", "a * 2.0"))
        assert [case.idea for case in why(row, 0)] == ["unwritten"]


def test_an_operand_may_be_called_h() -> None:
    row = Row("area", "area", "h * w", ("w", "h"), operands=("h", "w"))
    assert step(row) == "hh"
    assert why(row, 0)[0].lines == ("((h + hh) * w - h * w) / hh", "w")
    assert why_as_data(row)[0][0]["lines"][1] == [1]


def test_a_sum_of_ones_own_may_have_a_thousand_terms() -> None:
    operands = tuple(f"a{i}" for i in range(1000))
    row = Row("all", "all", " + ".join(operands), ("1.0",) * 1000, operands=operands)
    assert why(row, 999)[0].lines[0].endswith("/ h")


def filled(template: list[str | int], texts: list[str]) -> str:
    """What the page does with a template."""
    return "".join(part if isinstance(part, str) else texts[part] for part in template)


@pytest.mark.parametrize("row", TOLD, ids=name_of)
def test_a_page_gets_the_same_lines(row: Row) -> None:
    data = json.loads(json.dumps(why_as_data(row)))
    names = [*row.operands, "out", "h"]
    symbols = [MATHML.name(name) for name in names]
    for slot, told in enumerate(data):
        cases = why(row, slot)
        assert [part["idea"] for part in told] == [case.idea for case in cases]
        assert [part["limit"] for part in told] == [case.limit for case in cases]
        assert [part["isConvention"] for part in told] == [case.is_convention for case in cases]
        for part, case in zip(told, cases, strict=True):
            lines = [filled(line, symbols) for line in part["lines"]]
            assert lines == [MATHML.written(line) for line in case.lines]
            assert bool(case.when) == (part["when"] is not None)
            if case.when:
                assert filled(part["when"], names) == JAVASCRIPT.written(case.when)


def test_a_known_exponent_decides_which_case_is_told() -> None:
    (told,) = why_as_data(ROWS["power_constant"], {"b": 2.0})
    assert [(case["when"], case["idea"]) for case in told] == [(None, "cancelled")]
    (told,) = why_as_data(ROWS["power_constant"], {"b": -1.0})
    assert [case["idea"] for case in told] == ["power_at_zero", "power"]
    assert filled(told[-1]["lines"][-1], ["x", "", "y", "h"]) == MATHML.written(
        "-1.0 * pow(a, -1.0 - 1.0)", {"a": "x"}
    )


def test_a_known_negative_number_stands_in_brackets_where_it_has_to() -> None:
    told, _ = why_as_data(ROWS["max"], {"b": -3.0})
    lines = [filled(line, ["a", "", "y", "h"]) for line in told[1]["lines"]]
    assert lines[0] == MATHML.written("(-3.0 - (-3.0)) / h", {"h": "h"})
    assert "".join(element.text or "" for element in elements(lines[0])) == "−3−(−3)h"
