"""What the text of a row may say: what Python, C, JavaScript, numba, arrays and LaTeX all can."""

import ast
import io
import math
import tokenize
from collections.abc import Container, Iterator, Mapping
from contextlib import suppress
from types import MappingProxyType
from typing import Any, NamedTuple

from autograd.core.custom import CustomRow
from autograd.core.formula import COMPARISONS, OPERATORS, number_of, parsed
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, WIDEST, Row, arity

MADE_OF = "numbers such as 2.0, + - * /, functions such as exp(a), and … if a < 0.0 else …"
TERMS = 50  # in one pair of brackets
DEEPEST = 100  # operations within each other: Python gives up at 200 brackets, and when recursing
LONGEST = 80  # letters of a formula in an error
LATEST = 5  # rows of one's own that an error names

_NO_ROWS: Mapping[str, Row] = MappingProxyType({})

_WRITTEN = {
    ast.Pow: "**",
    ast.FloorDiv: "//",
    ast.Mod: "%",
    ast.MatMult: "@",
    ast.Eq: "==",
    ast.NotEq: "!=",
}


class _Part(NamedTuple):
    """A part of a formula that is to be read: as a number, or as the condition of a choice."""

    tree: ast.AST
    depth: int
    is_condition: bool = False


def complaint(text: str, operands: Container[str], rows: Mapping[str, Row] = _NO_ROWS) -> str:
    """What is wrong with a formula as the text of a row, in a sentence; nothing if all is well.

    `rows` are those that it may call, the latest last, and custom ones, which it may not.
    """
    try:
        parts = [_Part(parsed(text), 0)]
    except (SyntaxError, ValueError) as error:
        return f"is not an expression: {error.msg if isinstance(error, SyntaxError) else error}"
    except (MemoryError, RecursionError):
        return _TOO_DEEP
    while parts:
        part = parts.pop()
        if part.depth > DEEPEST:
            return _TOO_DEEP
        tree = part.tree
        wrong = _wrong_condition(tree) if part.is_condition else _wrong_number(tree, rows)
        wrong = wrong or _wrong_name(tree, operands, rows)
        if wrong:
            source = ast.get_source_segment(text, tree) or ""
            return wrong.format(source[:LONGEST], source[:LONGEST])
        parts += reversed([*_parts_of(tree, part.depth + 1)])
    return ""


_TOO_DEEP = f"has more than {DEEPEST} operations within each other, sums aside"


def _parts_of(tree: ast.AST, depth: int) -> Iterator[_Part]:
    match tree:
        case ast.IfExp(test=test, body=yes, orelse=no):
            yield _Part(yes, depth)
            yield _Part(test, depth, is_condition=True)
            yield _Part(no, depth)
        case ast.BinOp(left=a, op=ast.Add(), right=b):
            yield _Part(a, depth - 1)  # sums are walked in a loop
            yield _Part(b, depth)
        case ast.Call(args=arguments):
            for argument in arguments:
                yield _Part(argument, depth)
        case _:
            for child in ast.iter_child_nodes(tree):
                if isinstance(child, ast.expr):
                    yield _Part(child, depth)


def _wrong_condition(tree: ast.AST) -> str:
    match tree:
        case ast.Compare(ops=signs) if all(type(sign) in COMPARISONS for sign in signs):
            return ""
        case ast.Compare(ops=signs):
            sign = next(sign for sign in signs if type(sign) not in COMPARISONS)
            return (
                f"uses {_WRITTEN.get(type(sign), type(sign).__name__)!r}; it compares by < <= > >="
            )
    return "chooses by {!r}; a condition compares, as a < 0.0 does"


def _wrong_number(tree: ast.AST, rows: Mapping[str, Row]) -> str:
    match tree:
        case ast.Constant(value=x) if type(x) in (int, float):
            return "" if _is_finite(x) else "uses {!r}, past the largest float; write inf"
        case ast.Compare():
            return "uses a comparison: {!r} is not a number; write 1.0 if {} else 0.0"
        case ast.UnaryOp(op=ast.USub() | ast.UAdd()) | ast.Name() | ast.IfExp():
            return ""
        case ast.BinOp(op=ast.Div(), right=ast.Constant(value=0)):
            return "uses {!r}, a division by 0; write inf or nan"
        case ast.BinOp(op=sign) if type(sign) in OPERATORS:
            return ""
        case ast.BinOp(op=sign) if type(sign) in _WRITTEN:
            return f"uses {_WRITTEN[type(sign)]!r}; rows are made of {MADE_OF}"
        case ast.Call(func=ast.Name(id=name), args=arguments, keywords=[]):
            return _wrong_call(name, arguments, rows)
    return f"uses {{!r}}; rows are made of {MADE_OF}"


def _wrong_call(name: str, arguments: list[ast.expr], rows: Mapping[str, Row]) -> str:
    if name not in FUNCTIONS and name not in rows:
        of_ours = {*FUNCTIONS, *ROWS}
        is_custom = {called: isinstance(row, CustomRow) for called, row in rows.items()}
        own = [called for called in rows if called not in of_ours and not is_custom[called]]
        ours = sorted(of_ours & {*FUNCTIONS, *rows})
        return f"uses {{!r}}; what may be called is {', '.join([*own[-LATEST:], *ours])}"
    if isinstance(rows.get(name), CustomRow):
        return f"uses {{!r}}; {name} is custom, two Python functions, and has no formula to put in"
    count = arity(name) if name in FUNCTIONS else len(rows[name].operands)
    is_starred = any(isinstance(x, ast.Starred) for x in arguments)
    if len(arguments) == count and not is_starred:
        return ""
    return f"uses {{!r}}; {name} takes {count} in brackets"


def _wrong_name(tree: ast.AST, operands: Container[str], rows: Mapping[str, Row]) -> str:
    if not isinstance(tree, ast.Name) or tree.id in operands or tree.id in CONSTANTS:
        return ""
    if tree.id in FUNCTIONS or tree.id in rows:
        return "uses {!r}, a function, without brackets: {}(a)"
    return f"uses {{!r}}; rows are made of {MADE_OF}"


def _is_finite(x: Any) -> bool:
    try:
        return math.isfinite(number_of(x))
    except OverflowError:
        return False


def grouped(text: str) -> str:
    """A formula on one line; a sum of very many terms as a sum of sums, in brackets.

    Python's parser and compiler recurse along a sum, and give up near 3,000 terms.
    """
    line = " ".join(text.split())
    with suppress(RecursionError):  # what is that deep is refused for it
        line = _grouped_within(line)
    terms = _terms(line)
    most = TERMS if "-" in line else WIDEST  # differences are not walked in a loop
    if len(terms) <= most:
        return line
    while len(terms) > most:
        starts = range(0, len(terms), TERMS)
        terms = [f"({' + '.join(terms[start : start + TERMS])})" for start in starts]
    return " + ".join(terms)


def _grouped_within(line: str) -> str:
    """The same for the sums in brackets."""
    parts = []
    start = 0
    depth = 0
    for place, sign in enumerate(line):
        if depth and sign in ",)" and depth == 1:
            parts.append(grouped(line[start:place]))
        depth += _BRACKETS.get(sign, 0)
        if depth < 0:
            return line
        if depth == 1 and sign in "(,":
            parts.append(f"{sign} " if sign == "," else sign)
            start = place + 1
        elif depth == 0:
            parts.append(sign)
    return "".join(parts) if depth == 0 else line


def _terms(line: str) -> list[str]:
    """The terms of a sum; of anything else the whole."""
    terms = []
    start = 0
    depth = 0
    try:
        for token in tokenize.generate_tokens(io.StringIO(line).readline):
            if token.string in _BRACKETS:
                depth += _BRACKETS[token.string]
            elif depth == 0 and token.string in _OTHER_THAN_SUMS:
                return [line]
            elif depth == 0 and token.string == "+":
                terms.append(line[start : token.start[1]].strip())
                start = token.end[1]
    except tokenize.TokenError:
        return [line]
    terms.append(line[start:].strip())
    return terms if all(terms) else [line]


_BRACKETS = {"(": 1, ")": -1}
_OTHER_THAN_SUMS = ("if", "<", "<=", ">", ">=")
