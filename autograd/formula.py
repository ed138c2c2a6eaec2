"""Reading a row: run its text, splice names into it, widen a group row to a number of operands."""

import ast
import linecache
import math
import re
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from functools import cache
from typing import Any

from autograd.ops import FUNCTIONS, Op

_NAME = re.compile(r"[A-Za-z_]\w*")
_ALLOWED = (ast.Expression, ast.Name, ast.Load, ast.Constant, ast.Call, ast.BinOp, ast.UnaryOp, ast.USub, ast.UAdd,
            ast.Add, ast.Sub, ast.Mult, ast.Div, ast.IfExp, ast.Compare, ast.Lt, ast.LtE, ast.Gt, ast.GtE)  # fmt: skip
_GROUP_CALL = re.compile(r"(sum|dot)\((\w+)(?:, (\w+))?\)")


def define(name: str, source: str, namespace: dict[str, Any]) -> Callable[..., Any]:
    """Run the source of one function and give the function; `inspect.getsource`, pdb and tracebacks show its text."""
    filename = f"<autograd {name} {hash(source):x}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    scope: dict[str, Any] = {}  # of its own: a function called tanh must not hide the tanh that it calls
    exec(compile(source, filename, "exec"), namespace, scope)
    function: Callable[..., Any] = scope.popitem()[1]
    return function


def splice(text: str, names: Mapping[str, str]) -> str:
    """Put names or numbers in the place of a row's operands.

    >>> splice("pow(a, b)", {"a": "x", "b": "-2.0"})
    'pow(x, (-2.0))'
    """
    safe = {old: f"({new})" if new.startswith("-") else new for old, new in names.items()}
    return _NAME.sub(lambda match: safe.get(match[0], match[0]), text)


@cache
def is_factor(text: str) -> bool:
    """Can the text be multiplied as it stands, to the same last bit? `cos(a)` can, `a - b` and `1.0 / a` cannot."""
    return isinstance(ast.parse(text, mode="eval").body, ast.Name | ast.Constant | ast.Call)


def element(group: str, index: int) -> str:
    """The name of one member of a group: `xs` → `x1`."""
    return f"{group.strip('*s')}{index + 1}"


def terms(op: Op, width: int) -> list[str]:
    """What a group row adds up, each summand as text.

    >>> from autograd.ops import OPS
    >>> terms(OPS["affine"], 2)
    ['x1 * w1', 'x2 * w2']
    """
    call = _GROUP_CALL.search(op.primal)
    groups = [group for group in call.groups()[1:] if group] if call else []
    return [" * ".join(element(group, i) for group in groups) for i in range(width)]


@cache
def widen(op: Op, operand_count: int) -> Op:
    """The row of a group row for a number of operands, without groups; any other row as it is.

    >>> from autograd.ops import OPS
    >>> widen(OPS["affine"], 5).primal, widen(OPS["affine"], 5).partials
    ('x1 * w1 + x2 * w2 + b', ('w1', 'w2', 'x1', 'x2', '1.0'))
    """
    if not any(name.startswith("*") for name in op.operands):
        return op
    shares = op.grouped(range(operand_count))
    width = next(len(share) for share in shares if isinstance(share, range))
    total = " + ".join(terms(op, width)) or "0.0"
    primal = _GROUP_CALL.sub(f"({total})" if width > 1 and "/" in op.primal else total, op.primal)
    operands, partials = [], []
    for name, partial, share in zip(op.operands, op.partials, shares, strict=True):
        for i in range(width if isinstance(share, range) else 1):
            operands.append(element(name, i) if name.startswith("*") else name)
            partials.append(element(partial, i) if f"*{partial}" in op.operands else partial)
    size = f"{width}.0"
    sized = [text.replace("len(values)", size) for text in (primal, *partials)]
    return Op(op.name, op.symbol, sized[0], tuple(sized[1:]), domain=op.domain, operands=tuple(operands))


def _source(op: Op) -> str:
    flat = []
    for name, partial in zip(op.operands, op.partials, strict=False):
        if f"*{partial}" in op.operands:
            flat.append(f"*{partial}")
        else:
            flat.append(f"*[{partial}] * len({name[1:]})" if name.startswith("*") else partial)
    parameters = ", ".join(op.operands).replace("*", "")
    return f"def {op.name}({parameters}):\n    out = {op.primal}\n    return out, ({', '.join(flat)},)\n"


@cache
def runner(op: Op, lenient: bool = False) -> Callable[..., tuple[float, tuple[float, ...]]]:
    """The row as a function of its operands (groups as sequences) that gives `out` and the partials of all operands.

    Where Python raises, the lenient one gives the answers of IEEE 754: ±inf past the largest float and at poles, else nan.
    """
    source = _source(op)
    if lenient:
        source = ast.unparse(_Divisions().visit(ast.parse(source))) + "\n"
    return define(op.name, source, _IEEE if lenient else FUNCTIONS)


def evaluate(op: Op, operands: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    """Value and partials under the policy for numbers; ValueError or ZeroDivisionError where there is no value."""
    shares = op.grouped(operands)
    try:
        return runner(op)(*shares)
    except (ArithmeticError, ValueError):
        if not any(map(math.isnan, operands)):
            with suppress(OverflowError):
                eval(op.primal, FUNCTIONS, dict(zip(op.operands, shares, strict=True)))  # raises outside the domain
        return runner(op, lenient=True)(*shares)


def method_source(op: Op, method: str, swapped: bool = False) -> str:
    """Write the method that records one operation: value, operands and local partials, straight from the row."""
    mine, others = ("b", "a") if swapped else ("a", "b")
    binary = len(op.operands) == 2
    rules = " and ".join(f"∂/∂{name} = {partial}" for name, partial in zip(op.operands, op.partials, strict=False))
    plural = "s" if len(op.partials) > 1 else ""
    lines = [
        f"def {method}(self{', other' if binary else ''}):",
        f'    """{op.primal}, with the local partial{plural} {rules}."""',
        f"    {mine} = self._data",
    ]
    if binary:
        lines += [
            "    if isinstance(other, Value):",
            f"        {others} = other._data",
            "    else:",
            f"        {others} = other = as_float(other)",
            f"        if {others} is None:",
            "            return NotImplemented",
        ]
    left, right = ("other", "self") if swapped else ("self", "other")
    out, da, db = (op.primal, *op.partials, "0.0")[:3]
    if {*_NAME.findall(f"{out} {da} {db}")} & {*FUNCTIONS, "out"}:
        lines += [
            "    try:",
            f"        out = {op.primal}",
            f"        da = {da}",
            *([f"        db = {db}"] if binary else []),
            "    except (ArithmeticError, ValueError):",
            f"        return record({op.name.upper()}, {f'{left}, {right}' if binary else 'self'})",
        ]
        out, da, db = "out", "da", "db"
    return "\n".join(
        [
            *lines,
            "    node = new(Value)",
            f"    node._data = {out}",
            f"    node._a, node._da = {left}, {da}",
            f"    node._b, node._db = {right if binary else None}, {db if binary else None}",
            f'    node.op, node.label, node.grad = {op.name.upper()}, "", 0.0',
            "    return node\n",
        ]
    )


def check(op: Op) -> None:
    """Raise ValueError if a row's text is not what rows may be made of."""
    allowed = {*op.operands, *FUNCTIONS, "out"}
    for text in (op.primal, *op.partials):
        try:
            nodes = list(ast.walk(ast.parse(text, mode="eval")))
        except SyntaxError as error:
            raise ValueError(f"{op.name}: {text!r} is not an expression: {error.msg}") from None
        for node in nodes:
            if isinstance(node, ast.Name) and node.id not in allowed - ({"out"} if text is op.primal else set()):
                raise ValueError(f"{op.name}: {text!r} uses {node.id!r}; known are {', '.join(sorted(allowed))}")
            if not isinstance(node, _ALLOWED):
                raise ValueError(f"{op.name}: {text!r} uses {type(node).__name__}, which a row may not; see autograd.ops")


class _Divisions(ast.NodeTransformer):
    """`a / b` → `divide(a, b)`: the one operator of rows that raises on floats."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:  # noqa: N802  ast looks the method up by this name
        self.generic_visit(node)
        if not isinstance(node.op, ast.Div):
            return node
        return ast.Call(ast.Name("divide", ast.Load()), [node.left, node.right], [])


def _divide(a: float, b: float) -> float:
    try:
        return a / b
    except ZeroDivisionError:
        return a * math.copysign(math.inf, b)


def _ieee(function: Callable[..., float]) -> Callable[..., float]:
    def lenient(a: float, *b: float) -> float:
        try:
            return function(a, *b)
        except (OverflowError, ValueError) as error:
            pole = function in (math.log, math.pow) and not a
            if isinstance(error, ValueError) and not pole:
                return math.nan
            odd = function is math.sinh or (function is math.pow and b[0] % 2.0 == 1.0)
            size = -math.inf if function is math.log else math.inf
            return math.copysign(size, a) if odd else size

    return lenient


_IEEE = {name: _ieee(f) if callable(f) else f for name, f in FUNCTIONS.items()} | {"divide": _divide}
