"""Wrong twins of rows: each has one small fault in one of its texts.

A sign is turned, a number or a whole text is a millionth too large, operands are swapped, a summand
or factor is missing, a function is its neighbour's, a choice takes the other branch. Where a text
is said once, for people and for floats, it is wrong for both; else in one of the places alone.
"""

import ast
import random
from collections.abc import Iterator, Sequence
from itertools import islice
from typing import Any, NamedTuple

from autograd.core.computed import Computed
from autograd.core.rows import FUNCTIONS, Row
from tests.mathematics import LEAST, MOST, WAYS, Numbers, Point
from tests.rows import entry_of

MILLIONTH = "1.000001"
DIFFERENT = 1e-9  # relative: a twin that differs less is none
POINTS = 60

_PAIRS = """
    sin cos, tan atan, exp expm1, log log1p, log2 log10, sqrt abs, asin acos, sinh cosh,
    tanh asinh, acosh atanh, erf erfc, hypot atan2, pow atan2
"""
_NEIGHBOURS: dict[str, str] = {}
for _pair in _PAIRS.split(","):
    _one, _other = _pair.split()
    _NEIGHBOURS |= {_one: _other, _other: _one}


class Twin(NamedTuple):
    """A row with a fault, and what it is."""

    fault: str
    row: Row


def twins(row: Row, every: int = 1) -> Iterator[Twin]:
    """Twins of a row that give other numbers than it somewhere: all, or of every so many one."""
    known = [*_known(row)]
    for twin in islice(_twins(row), 0, None, every):
        if any(_differ(numbers, twin.row, point) for point, numbers in known):
            yield twin


def _twins(row: Row) -> Iterator[Twin]:
    is_said_once = row.computed == Computed(row.primal, row.partials, row.partials)
    computed = None if is_said_once else row.computed
    for text in _faults(row.primal, row.operands):
        yield _twin(row, f"primal {text}", text, row.partials, computed)
    for fault, partials in _faults_in_one(row.partials, row.operands):
        yield _twin(row, f"partials {fault}", row.primal, partials, computed)
    for fault, wrong in [] if is_said_once else _faults_in_computed(row):
        yield _twin(row, f"computed {fault}", row.primal, row.partials, wrong)


def _twin(
    row: Row, fault: str, primal: str, partials: tuple[str, ...], computed: Computed | None
) -> Twin:
    parts = (row.name, row.symbol, primal, partials, row.domain, row.operands, computed)
    return Twin(fault, Row(*parts))


def _faults_in_computed(row: Row) -> Iterator[tuple[str, Computed]]:
    computed = row.computed
    names = (*row.operands, *(name for name, _ in computed.steps))
    for text in _faults(computed.primal, names):
        yield f"primal {text}", computed._replace(primal=text)
    for fault, partials in _faults_in_one(computed.partials, names):
        yield f"partials {fault}", computed._replace(partials=partials)
    for fault, slopes in _faults_in_one(computed.slopes, row.operands):
        yield f"slopes {fault}", computed._replace(slopes=slopes)
    for i, (name, step) in enumerate(computed.steps):
        for text in _faults(step, names[: len(row.operands) + i]):
            steps = (*computed.steps[:i], (name, text), *computed.steps[i + 1 :])
            yield f"step {name} = {text}", computed._replace(steps=steps)


def _faults_in_one(
    texts: tuple[str, ...], names: Sequence[str]
) -> Iterator[tuple[str, tuple[str, ...]]]:
    """Texts with a fault in one of them, or with two in the place of each other."""
    for i, text in enumerate(texts):
        for wrong in _faults(text, names):
            yield f"{i}: {wrong}", (*texts[:i], wrong, *texts[i + 1 :])
    for i in range(1, len(texts)):
        swapped = (*texts[: i - 1], texts[i], texts[i - 1], *texts[i + 1 :])
        yield f"{i - 1} and {i} swapped", swapped


def _faults(text: str, names: Sequence[str]) -> Iterator[str]:
    """A text with one fault each."""
    yield f"-({text})"
    yield f"{MILLIONTH} * ({text})"
    for node in ast.walk(ast.parse(text, mode="eval")):
        if isinstance(node, ast.expr):
            before, after = text[: node.col_offset], text[node.end_col_offset :]
            for wrong in _changed(node, names):
                yield f"{before}({wrong}){after}"


def _changed(node: ast.expr, names: Sequence[str]) -> Iterator[str]:
    """Other formulas in the place of a part."""
    match node:
        case ast.UnaryOp(operand=a):
            yield ast.unparse(a)
        case ast.BinOp(left=a, op=sign, right=b):
            yield from _changed_operation(ast.unparse(a), ast.unparse(b), sign)
        case ast.IfExp(test=test, body=yes, orelse=no):
            yield ast.unparse(ast.IfExp(test, no, yes))
        case ast.Constant(value=x) if x:
            yield f"{MILLIONTH} * {x!r}"
        case ast.Call(func=ast.Name(id=name), args=arguments):
            listed = ", ".join(ast.unparse(x) for x in reversed(arguments))
            if len(arguments) == 2:
                yield f"{name}({listed})"
            if name in _NEIGHBOURS:
                yield f"{_NEIGHBOURS[name]}({listed})"
        case ast.Name(id=name) if name not in FUNCTIONS:
            yield from (other for other in names if other != name)


def _changed_operation(a: str, b: str, sign: ast.operator) -> Iterator[str]:
    yield f"({a})"
    yield f"({b})"
    match sign:
        case ast.Add():
            yield f"({a}) - ({b})"
        case ast.Sub():
            yield f"({b}) - ({a})"
            yield f"({a}) + ({b})"
        case ast.Mult():
            yield f"({a}) / ({b})"
        case ast.Div():
            yield f"({b}) / ({a})"
            yield f"({a}) * ({b})"


def _known(row: Row) -> Iterator[tuple[Point, Numbers]]:
    """What a row gives within its intervals and at numbers of any size, where that is usual."""
    rng = random.Random(f"twins of {row.name}")
    entry = entry_of(row)
    for i in range(POINTS):
        point = tuple(rng.uniform(*interval) for interval in entry.sample)
        if i % 2:
            point = (rng.choice([1.0, -1.0]) * 10.0 ** rng.uniform(-6.0, 6.0), *point[1:])
        numbers = _numbers(row, point)
        if entry.smooth(*point) and numbers and all(map(_is_usual, numbers)):
            yield point, numbers


def _is_usual(number: tuple[str, Any]) -> bool:
    size = abs(number[1])
    return bool(size == 0.0 or LEAST < size < MOST)


def _numbers(row: Row, point: Point) -> Numbers:
    """All that a row gives at a point; nothing if one of it is not defined there."""
    try:
        return [number for way in WAYS for number in way(row, point)]
    except (ArithmeticError, ValueError, TypeError):
        return []


def _differ(numbers: Numbers, twin: Row, point: Point) -> bool:
    """Whether a twin gives others than these numbers at a point, or none."""
    others = _numbers(twin, point)
    return len(others) < len(numbers) or any(
        not abs(x - y) <= DIFFERENT * abs(x) for (_, x), (_, y) in zip(numbers, others, strict=True)
    )
