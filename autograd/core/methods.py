"""The fast methods of Value, each written from its row: see `inspect.getsource(Value.__mul__)`."""

from collections.abc import Callable
from typing import Any

from autograd.core.computed import steps
from autograd.core.define import define
from autograd.core.numbers import as_float
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, Row
from autograd.core.tracking import SCOPE

SCOPE |= FUNCTIONS | CONSTANTS
SCOPE |= {row.name.upper(): row for row in ROWS.values()}
SCOPE["as_float"] = as_float


def method(row_name: str, name: str = "", swapped: bool = False) -> Callable[..., Any]:
    """The method that records one operation; `swapped` is for `__radd__` and its kin.

    It does what `record` does for one or two operands, faster, and turns to it where `math` raises.
    """
    row = ROWS[row_name]
    name = name or row_name
    is_binary = len(row.operands) == 2
    source = _binary(row, name, swapped) if is_binary else _unary(row, name)
    function = define(f"Value.{name}", source, SCOPE)
    function.__module__ = "autograd.core.value"
    function.__qualname__ = f"Value.{name}"
    return function


_OF_ONE = """\
def {name}(self):
    \"\"\"{told}\"\"\"
    a = self._data
"""

_OF_TWO = """\
def {name}(self, other):
    \"\"\"{told}.\"\"\"
    {mine} = self._data
    if isinstance(other, Value):
        {others} = other._data
    else:
        {others} = other = as_float(other)
        if {others} is None:
            return NotImplemented
"""

_GUARDED = """\
    try:
{steps}        out = {out}
        da = {by_a}{and_by_b}
    except (ArithmeticError, ValueError):
        return record({row}, {operands})
"""

_RECORDED = """\
    node = new(Value)
    node._data = {out}
    node._a, node._da = {left}, {by_a}
    node._b, node._db = {right}, {by_b}
    node._row, node._label = {row}, ""
    node._grad, node._made = 0.0, now
    return node
"""


def _unary(row: Row, name: str) -> str:
    head = _OF_ONE.format(name=name, told=_told_of_one(row))
    return head + _body(row, "self", None)


def _binary(row: Row, name: str, swapped: bool) -> str:
    if swapped:
        head = _OF_TWO.format(name=name, told=_told(row), mine="b", others="a")
        return head + _body(row, "other", "self")
    head = _OF_TWO.format(name=name, told=_told(row), mine="a", others="b")
    return head + _body(row, "self", "other")


def _body(row: Row, left: str, right: str | None) -> str:
    """Compute value and partials, and record them with the operands."""
    computed = row.computed
    by_b = _partial_by_b(row)
    known = {
        "row": row.name.upper(),
        "left": left,
        "right": right,
        "operands": f"{left}, {right}" if right else left,
        "steps": "".join(f"        {step}\n" for step in steps(computed)),
        "out": computed.primal,
        "by_a": computed.partials[0],
        "by_b": by_b,
        "and_by_b": f"\n        db = {by_b}" if by_b else "",
    }
    if not _needs_guard(row):
        return _RECORDED.format(**known)
    known_by_name = {"out": "out", "by_a": "da", "by_b": "db" if by_b else None}
    return _GUARDED.format(**known) + _RECORDED.format(**known | known_by_name)


def _partial_by_b(row: Row) -> str | None:
    if len(row.partials) == 2:
        return row.computed.partials[1]
    return "0.0" if len(row.operands) == 2 else None


def _needs_guard(row: Row) -> bool:
    """Whether there are steps, a function is called, which may raise, or `out` is used again."""
    texts = " ".join([row.computed.primal, *row.computed.partials])
    return bool(row.computed.steps) or "(" in texts or "out" in texts


def _told(row: Row) -> str:
    """A row in a sentence."""
    named = zip(row.operands, row.partials, strict=False)
    rules = " and ".join(f"∂/∂{name} = {partial}" for name, partial in named)
    plural = "s" if len(row.partials) > 1 else ""
    return f"{row.primal}, with the local partial{plural} {rules}"


def _told_of_one(row: Row) -> str:
    """A row of one operand in the sentences that `help` shows."""
    value = "" if row.primal == f"{row.name}(a)" else f" = {row.primal}"
    where = ", where `out` is that value" if "out" in row.partials[0] else ""
    domain = f" It needs {row.domain}, else there is a `DomainError`." if row.domain else ""
    return (
        f"Return `{row.name}(a){value}`, where `a` is this Value.\n\n"
        f"    Its derivative is `{row.partials[0]}`{where}.{domain}\n    "
    )
