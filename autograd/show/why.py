"""Why each partial is what it is: the limit of a difference quotient, told line by line.

The lines are text in the rows' own grammar, so that every notation writes them. Those of the table
of rows stand in arguments.py and slopes.py; those of rows made for a number of operands are here.

>>> [case] = why(ROWS["mul"], 0)
>>> case.lines
('((a + h) * b - a * b) / h', '(a * b + h * b - a * b) / h', 'h * b / h', 'b')
"""

import ast
import math
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple, TypeAlias

from autograd.core.formula import fold, negative, parsed, replaced
from autograd.core.mathml import MATHML
from autograd.core.notation import JAVASCRIPT, PYTHON, Template
from autograd.core.rows import ROWS, Row, affine_row, mean_row, role, total_row
from autograd.show.argument import ARROW, Argument
from autograd.show.arguments import ARGUMENTS

FEW = 3  # terms of a sum that is written in full: x1 · w1 + x2 · w2 + b


class Case(NamedTuple):
    """One way the argument goes, from the difference quotient to the partial.

    It goes so where `when` holds, everywhere if that is ""; of several the first that holds is
    told. The lines are equal, whatever h is, except that `lines[limit]` is the limit of the line
    before; where h cancels, so that none is, `limit` is the number of lines. Where `is_convention`,
    at a kink, the last line is not the limit of the others: it is what was agreed on.

    `idea` is the key of a sentence in page/why.json, "" where h only cancels.
    """

    when: str
    lines: tuple[str, ...]
    limit: int
    idea: str
    is_convention: bool = False


def why(row: Row, slot: int) -> tuple[Case, ...]:
    """The cases of the argument for one partial of a row.

    Where nobody has written an argument, there is one case: the quotient, and the partial.
    """
    operand = row.operands[slot]
    if _says_the_same(row, ROWS.get(row.name)):
        arguments = [x for x in ARGUMENTS if (x.row, x.operand) == (row.name, operand)]
        if arguments:
            return tuple(_told(row, slot, argument) for argument in arguments)
    if _says_the_same(row, _made_for_as_many(row)):
        tell = _told_of_product if row.name == "affine" else _told_of_term
        return (tell(row, slot),)
    quotient = _quotient(row.primal, operand, step(row))
    return (Case("", (quotient, row.partials[slot]), 1, "unwritten"),)


def step(row: Row) -> str:
    """The name of what an operand grows by: h, or hh if an operand has that name."""
    name = "h"
    while name in row.operands:
        name += "h"
    return name


def _says_the_same(row: Row, ours: Row | None) -> bool:
    """Whether a row is one of ours, or a copy, and not another one of that name."""
    return ours is not None and vars(row) == vars(ours)


def _made_for_as_many(row: Row) -> Row | None:
    """Our row of the same name for as many operands."""
    count = len(row.operands)
    match row.name:
        case "affine":
            return affine_row(count // 2)
        case "total":
            return total_row(count)
        case "mean":
            return mean_row(count)
    return None


def _told(row: Row, slot: int, argument: Argument) -> Case:
    lines = [line.strip() for line in argument.between.strip().splitlines()]
    if not argument.is_convention:
        lines.insert(0, _quotient(argument.primal or row.primal, row.operands[slot]))
    partial = argument.partial or row.partials[slot]
    if lines[-1] == ARROW:
        lines[-1] += partial
    else:
        lines.append(partial)
    arrows = [place for place, line in enumerate(lines) if line.startswith(ARROW)]
    limit = arrows[0] if arrows else len(lines)
    texts = tuple(line.removeprefix(ARROW).strip() for line in lines)
    return Case(argument.when, texts, limit, argument.idea, argument.is_convention)


def _told_of_product(row: Row, slot: int) -> Case:
    """The argument for x, w or b in x · w + b, as the document has it."""
    operand = row.operands[slot]
    partial = row.partials[slot]
    width = len(row.operands) // 2
    factors = zip(row.operands[:width], row.operands[width:-1], strict=True)
    terms = [*(f"{x} * {w}" for x, w in factors), "b"]
    place = width if operand == "b" else slot % width
    idea = ""
    if len(terms) > FEW:
        terms = [terms[place]]
        place = 0
        idea = "others"
    now = " + ".join(terms)
    change = {"x": f"h * {partial}", "w": f"{partial} * h", "b": "h"}[role(operand)]
    terms[place] += f" + {change}"
    later = " + ".join(terms)
    multiplied_out = PYTHON.written(f"({later} - ({now})) / h")
    lines = [_quotient(now, operand), multiplied_out, f"{change} / h", partial]
    different = tuple(dict.fromkeys(lines))
    return Case("", different, len(different), idea)


def _told_of_term(row: Row, slot: int) -> Case:
    """The argument for one of several that are added up, and divided by their number in a mean."""
    operand = row.operands[slot]
    count = len(row.operands)
    divisor = f" / {count}.0" if row.name == "mean" else ""
    is_short = count <= FEW
    quotient = _quotient(row.primal if is_short else operand + divisor, operand)
    lines = (quotient, f"h{divisor} / h", row.partials[slot])
    return Case("", lines, len(lines), "" if is_short else "others")


def _quotient(primal: str, operand: str, step: str = "h") -> str:
    """The difference quotient of a formula by one of its names."""
    now = parsed(primal)
    grown = ast.BinOp(ast.Name(operand), ast.Add(), ast.Name(step))
    change = ast.BinOp(replaced(now, {operand: grown}), ast.Sub(), now)
    return PYTHON.template(ast.BinOp(change, ast.Div(), ast.Name(step))).fill({})


TemplateData: TypeAlias = list[str | int]


def why_as_data(row: Row, constants: Mapping[str, float] | None = None) -> list[list[Any]]:
    """The cases of each partial, for a page: conditions in JavaScript, lines in MathML.

    In a template a number is a slot: of an operand, then of `out`, then of h. `constants` are
    operands whose numbers are known: they are written in, and decide which cases there are.
    """
    known = constants or {}
    return [_cases_as_data(row, why(row, slot), known) for slot in range(len(row.partials))]


def _cases_as_data(
    row: Row, cases: Sequence[Case], known: Mapping[str, float]
) -> list[dict[str, Any]]:
    numbers = {name: _number(x) for name, x in known.items()}

    def line(text: str) -> TemplateData:
        return _as_data(row, MATHML.template(replaced(parsed(text), numbers)))

    told = []
    for case in cases:
        when = fold(parsed(case.when or "True"), known)
        if isinstance(when, ast.Constant) and not when.value:
            continue
        is_decided = isinstance(when, ast.Constant)
        told.append(
            {
                "when": None if is_decided else _as_data(row, JAVASCRIPT.template(when)),
                "lines": [line(text) for text in case.lines],
                "limit": case.limit,
                "idea": case.idea,
                "isConvention": case.is_convention,
            }
        )
        if is_decided:  # what comes later is never the first that holds
            break
    return told


def _number(x: float) -> ast.expr:
    size = ast.Constant(abs(x))
    return negative(size) if math.copysign(1.0, x) < 0.0 else size


def _as_data(row: Row, template: Template) -> TemplateData:
    slots = {name: slot for slot, name in enumerate((*row.operands, "out", step(row)))}
    return [part if isinstance(part, str) else slots[part.name] for part in template.parts]
