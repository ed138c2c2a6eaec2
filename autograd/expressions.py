"""Expressions as text: parsed and walked, never run.

They hold numbers, names, + - * / ** and elemental functions. What is written otherwise, as people
write it by hand, is answered with what to write.
"""

import ast
import math
import warnings
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, TypeAlias

from autograd import functions
from autograd.core.numbers import DomainError
from autograd.core.rows import ROWS
from autograd.core.value import Value, record
from autograd.handwriting import meant, rewritten
from autograd.probabilities import logsumexp

LONGEST = 2000  # characters of an expression
DEEPEST = 200  # operations within each other
SIGNS: dict[type[ast.AST], str] = {
    ast.Add: "add",
    ast.Sub: "sub",
    ast.Mult: "mul",
    ast.Div: "div",
    ast.Pow: "power",
    ast.USub: "neg",
}
# Operators that Python has and expressions have not, and what is written for them.
_INSTEAD: dict[type[ast.AST], str] = {
    ast.Mod: "mod(a, b)",
    ast.FloorDiv: "floordiv(a, b)",
    ast.MatMult: "a*b",
    ast.Lt: "less(a, b)",
    ast.LtE: "at_most(a, b)",
    ast.Gt: "less(b, a)",
    ast.GtE: "at_most(b, a)",
    ast.Eq: "equal(a, b)",
    ast.IfExp: "where(condition, a, b)",
    ast.Tuple: "1.5 for 1,5",
}

Known: TypeAlias = Mapping[str, Value | float]


def _of_several(function: Callable[[Sequence[Any]], Any]) -> Callable[..., Any]:
    """A function of a list, called with what would be in it."""
    return lambda *operands: function(operands)


def _loss(name: str) -> Callable[..., Any]:
    """A loss of one sample; the last operand of huber is 1 unless it is given."""
    row = ROWS[name]
    constants = {"huber": [1.0]}.get(name, [])

    def function(*operands: Any) -> Any:
        missing = len(row.operands) - len(operands)
        return record(row, *operands, *(constants if missing == len(constants) else []))

    return function


_OF_SEVERAL: dict[str, Callable[[Sequence[Any]], Any]] = {
    "logsumexp": logsumexp,
    "max": functions.max,
    "mean": functions.mean,
    "min": functions.min,
    "total": functions.total,
}
_LOSSES = ("binary_cross_entropy", "half_squared_error", "huber")


def _calls() -> dict[str, Callable[..., Any]]:
    """The functions that an expression may call, by name."""
    of_rows = {name: getattr(functions, name) for name in ROWS if hasattr(functions, name)}
    of_several = {name: _of_several(function) for name, function in _OF_SEVERAL.items()}
    losses = {name: _loss(name) for name in _LOSSES if name in ROWS}
    return dict(sorted({**of_rows, **of_several, **losses}.items()))


CALLS = _calls()


class NotReadError(ValueError):
    """Text that is no expression here, and may be one as people write it."""


def parse(text: str) -> ast.expr:
    """The syntax of an expression. Raises NotReadError if it is none, ValueError if too long."""
    if len(text) > LONGEST:
        at_most = f"at most {LONGEST:,} are read"
        raise ValueError(f"the expression has {len(text):,} characters, {at_most}")
    try:
        with warnings.catch_warnings(record=True):
            return ast.parse(text, mode="eval").body
    except SyntaxError as error:
        column = error.offset or len(text) + 1
        raise NotReadError(f"not an expression: {error.msg}, at column {column}") from None
    except (ValueError, MemoryError, RecursionError) as error:
        raise ValueError(f"not an expression: {error or 'too deep'}") from None


class Expression:
    """An expression as text and as syntax, to be evaluated at numbers of its names."""

    def __init__(self, text: str) -> None:
        self.text = " ".join(text.split())
        self.body = parse(self.text)

    def names(self) -> set[str]:
        """The names in it, of functions too."""
        return {node.id for node in ast.walk(self.body) if isinstance(node, ast.Name)}

    def _in_order(self) -> list[str]:
        """The names in it but those of functions, from left to right."""
        found = [node for node in ast.walk(self.body) if isinstance(node, ast.Name)]
        found.sort(key=lambda node: (node.lineno, node.col_offset))
        return [name for name in dict.fromkeys(node.id for node in found) if name not in CALLS]

    def at(self, known: Known) -> Any:
        """Its value, recorded as a graph.

        Raises ValueError for what is not known or not defined, and says where.
        """
        return self._value(self.body, known, DEEPEST)

    def _value(self, node: ast.expr, known: Known, deeper: int) -> Any:
        if not deeper:
            at = self._column(node)
            raise ValueError(f"more than {DEEPEST} operations within each other{at}")
        match node:
            case ast.Constant(value=x) if type(x) in (int, float):
                return float(str(x))  # 1e400 and a 1 with 400 zeros are inf
            case ast.Name(id=name) if name in known:
                return known[name]
            case ast.Name(id=name) if name not in CALLS:
                missing = [each for each in self._in_order() if each not in known]
                add = " ".join(f"{each}=1.5" for each in missing)
                raise NotReadError(f"{name} has no number{self._column(node)}: add {add}, say")
            case ast.UnaryOp(op=ast.UAdd(), operand=a):
                return self._value(a, known, deeper - 1)
        name, operands = self._operation(node)
        values = [self._value(operand, known, deeper - 1) for operand in operands]
        return self._applied(node, name, values)

    def _operation(self, node: ast.expr) -> tuple[str, list[ast.expr]]:
        """The name of the row that a node of the syntax applies, and to what."""
        match node:
            case ast.UnaryOp(op=ast.USub(), operand=a):
                return "neg", [a]
            case ast.BinOp(op=sign, left=a, right=b) if type(sign) in SIGNS:
                return SIGNS[type(sign)], [a, b]
            case ast.Call(func=ast.Name(id=name), args=operands, keywords=[]) if name in CALLS:
                return name, operands
        part = ast.get_source_segment(self.text, node)
        raise NotReadError(f"{part!r:.60} is not known{self._column(node)}; {_instead(node)}")

    def _applied(self, node: ast.expr, name: str, values: Sequence[Value | float]) -> Any:
        if name == "power" and isinstance(values[1], float):
            name = "power_constant"
        at = self._column(node)
        try:
            return CALLS[name](*values) if name in CALLS else record(ROWS[name], *values)
        except TypeError:
            count = len(ROWS[name].operands)
            plural = "" if count == 1 else "s"
            raise ValueError(
                f"{name} takes {count} operand{plural}, got {len(values)}{at}"
            ) from None
        except (DomainError, ValueError) as error:  # there is no value, or no operand
            raise ValueError(f"{error}{at}") from None

    def _column(self, node: ast.expr) -> str:
        before = self.text.encode()[: node.col_offset].decode()
        return f", at column {len(before) + 1}"


def _instead(node: ast.expr) -> str:
    """What to write for syntax that is not known."""
    match node:
        case ast.Call(func=ast.Name(id=name)):
            hint = meant(name, CALLS)
        case ast.BinOp(op=sign) | ast.Compare(ops=[sign]):
            hint = _written(sign)
        case _:
            hint = _written(node)
    return hint or f"known are numbers, names, + - * / ** and calls of {', '.join(CALLS)}"


def _written(node: ast.AST) -> str:
    return f"write {_INSTEAD[type(node)]}" if type(node) in _INSTEAD else ""


def read(text: str, known: Known) -> tuple[Expression, Any]:
    """An expression out of text, and its value at what is known.

    Raises ValueError for text that is none, with what to write if it is one as people write it.
    """
    try:
        expression = Expression(text)
        return expression, expression.at(known)
    except NotReadError:
        told = _told_by_hand(" ".join(text.split()), known)
        if told:
            raise ValueError(told) from None
        raise


def _told_by_hand(text: str, given: Collection[str]) -> str:
    """What to write for an expression as people write it; nothing if Python cannot read that."""
    left, sign, right = text.partition("=")
    is_equation = bool(sign) and left.strip().isidentifier() and not right.startswith("=")
    ours = rewritten(right if is_equation else text, given, CALLS)
    if is_equation:
        choices = dict.fromkeys([ours.text, ours.other] if ours else [right])
        return f"an expression has no =: write {', or '.join(repr(x.strip()) for x in choices)}"
    if ours is None:
        return ""
    try:
        parse(ours.text)
    except ValueError:
        return ""
    unread = _why_not_read(ours.text, given)
    return f"{ours.told()}; there {unread}" if unread else ours.told()


def _why_not_read(text: str, given: Collection[str]) -> str:
    """What else keeps an expression from being read, at any numbers."""
    try:
        Expression(text).at(dict.fromkeys(given, math.nan))
    except NotReadError as error:
        return str(error)
    except ValueError:
        return ""
    return ""
