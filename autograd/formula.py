"""Reading a row: splice names into it, run it, write the method that records it."""

import ast
import itertools
import keyword
import linecache
import math
import re
import weakref
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import lru_cache
from typing import Any

from autograd.ops import FUNCTIONS, Op

_SERIAL = itertools.count()
_NAME = re.compile(r"[A-Za-z_]\w*")
# The parts of a row but for names: numbers, signs, comparisons.
_PARTS = re.compile(r"\b\d+(\.\d*(e[-+]?\d+)?|e[-+]?\d+)|[<>]=?|(?<![*/])[*/](?![*/])|[-+(),]")
_TESTS = {ast.Lt: "less({}, {})", ast.LtE: "at_most({}, {})", ast.Gt: "less({1}, {0})", ast.GtE: "at_most({1}, {0})"}


def define(name: str, source: str, scope: dict[str, Any], rewrite: ast.NodeTransformer | None = None) -> Callable[..., Any]:
    """Run the source of one function and give the function; `inspect.getsource`, pdb and tracebacks show its text."""
    if rewrite:
        source = ast.unparse(rewrite.visit(ast.parse(source))) + "\n"
    filename = f"<autograd {name} {next(_SERIAL)}>"
    linecache.cache[filename] = (len(source), None, source.splitlines(keepends=True), filename)
    made: dict[str, Callable[..., Any]] = {}  # not in the scope: a method called tanh must not hide the tanh that it calls
    exec(compile(source, filename, "exec"), scope, made)
    weakref.finalize(function := made.popitem()[1], linecache.cache.pop, filename, None)
    return function


def splice(text: str, names: Mapping[str, str]) -> str:
    """Put names or numbers in the place of a row's operands: `pow(a, b)` → `pow(x, (-2.0))`."""
    return _NAME.sub(lambda match: f"({new})" if (new := names.get(match[0], match[0])).startswith("-") else new, text)


@lru_cache(256)
def _runner(op: Op, lenient: bool = False) -> Callable[..., tuple[float, tuple[float, ...]]]:
    """The row as a function of its operands; a lenient one gives IEEE 754's ±inf and nan where Python raises."""
    source = f"def {op.name}({', '.join(op.operands)}):\n    out = {op.primal}\n    return out, ({', '.join(op.partials)},)\n"
    return define(op.name, source, _IEEE, _Divisions()) if lenient else define(op.name, source, FUNCTIONS)


def evaluate(op: Op, operands: Sequence[float]) -> tuple[float, tuple[float, ...]]:
    """Value and partials under the policy for numbers; ValueError or ZeroDivisionError where there is no value."""
    try:
        return _runner(op)(*operands)
    except (ArithmeticError, ValueError):
        if not any(map(math.isnan, operands)):
            with suppress(OverflowError):
                eval(op.primal, FUNCTIONS, dict(zip(op.operands, operands, strict=True)))
        return _runner(op, lenient=True)(*operands)


class _Divisions(ast.NodeTransformer):
    """`a / b` → `divide(a, b)`: the one operator of rows that raises on floats."""

    def visit_BinOp(self, node: ast.BinOp) -> ast.expr:
        self.generic_visit(node)
        divides = isinstance(node.op, ast.Div)
        return ast.Call(ast.Name("divide", ast.Load()), [node.left, node.right], []) if divides else node


def _ieee(function: Callable[..., float]) -> Callable[..., float]:
    def lenient(a: float, *b: float) -> float:
        try:
            return function(a, *b)
        except (OverflowError, ValueError) as error:
            if isinstance(error, ValueError) and (a or function not in (math.log, math.pow)):
                return math.nan
            odd = function is math.sinh or (function is math.pow and b[0] % 2.0 == 1.0)
            return -math.inf if function is math.log or (odd and math.copysign(1.0, a) < 0.0) else math.inf

    return lenient


_IEEE = {name: _ieee(f) if callable(f) else f for name, f in FUNCTIONS.items()}
_IEEE["divide"] = lambda a, b: a / b if b else a * math.copysign(math.inf, b)


class _Folding(ast.NodeTransformer):
    """Puts known numbers into a text, computes with them, and takes the branch that they decide."""

    def __init__(self, known: Mapping[str, float]) -> None:
        self.known = known

    def visit(self, node: Any) -> Any:
        node = super().visit(node)
        match node:
            case ast.Name(id=name) if name in self.known:
                return ast.Constant(self.known[name])
            case ast.IfExp(test=ast.Constant(value=holds)):
                return node.body if holds else node.orelse
            case ast.Call(func=ast.Name(id="pow"), args=[base, ast.Constant(value=1.0)]):
                return base
            case ast.BinOp() | ast.Compare() if not any(isinstance(part, ast.Name) for part in ast.walk(node)):
                with suppress(ArithmeticError):
                    return ast.Constant(eval(ast.unparse(node)))
        return node


def folded(op: Op, operands: Sequence[Any]) -> Op:
    """A row at constants that decide its branches: of `x**2` the derivative is `2.0 * a`."""
    known = {name: x for name, x in zip(op.operands, operands, strict=True) if isinstance(x, float)}
    if not known or not any(" if " in text for text in (op.primal, *op.partials)):
        return op
    primal, *partials = (ast.unparse(_Folding(known).visit(ast.parse(text))) for text in (op.primal, *op.partials))
    return replace(op, primal=primal, partials=tuple(partials))


def javascript(text: str) -> str:
    """A row's text as JavaScript; it calls `divide`, as JavaScript's own division never fails."""
    if re.search(r"/ (?!\d)| if ", text):  # rewritten only where needed, as ast recurses along a sum
        tree = Choices("where({}, lambda: {}, lambda: {})").visit(_Divisions().visit(ast.parse(text)))
        text = re.sub("lambda ?:", "() =>", ast.unparse(tree))  # Python 3.10 writes the space
    return text


class Choices(ast.NodeTransformer):
    """`x if a < b else y` → `where(less(a, b), x, y)` or as it is to be said; `a < b < c` → `less(a, b) * less(b, c)`."""

    def __init__(self, said: str = "where({}, {}, {})") -> None:
        self.said = said

    def visit_IfExp(self, node: ast.IfExp) -> ast.expr:
        self.generic_visit(node)
        return ast.parse(self.said.format(*map(ast.unparse, (node.test, node.body, node.orelse))), mode="eval").body

    def rewritten(self, line: str) -> str:
        """A line of a function anew if it compares; not all of a text at once, as ast recurses along its longest sum."""
        return f"    {ast.unparse(self.visit(ast.parse(line.strip())))}\n" if re.search("[<>]", line) else line

    def visit_Compare(self, node: ast.Compare) -> ast.expr:
        self.generic_visit(node)
        sides = [ast.unparse(side) for side in (node.left, *node.comparators)]
        tests = [_TESTS[type(sign)].format(*pair) for sign, *pair in zip(node.ops, sides, sides[1:], strict=False)]
        return ast.parse(" * ".join(tests), mode="eval").body


_OTHER = """\
    if isinstance(other, Value):
        {name} = other._data
    else:
        {name} = other = as_float(other)
        if {name} is None:
            return NotImplemented
"""
_GUARDED = """\
    try:
        out = {out}
        da = {da}
        db = {db}
    except (ArithmeticError, ValueError):
        return record({row}, {operands})
"""
_RECORD = """\
    node = new(Value)
    node._data = {out}
    node._a, node._da = {left}, {da}
    node._b, node._db = {right}, {db}
    node.op, node.label, node.grad = {row}, "", 0.0
    return node
"""


def method_source(op: Op, method: str, swapped: bool = False) -> str:
    """Write the method that records one operation: value, operands and local partials, straight from the row."""
    binary, row = len(op.operands) == 2, op.name.upper()
    mine, others = ("b", "a") if swapped else ("a", "b")
    left, right = ("other", "self") if swapped else ("self", "other" if binary else None)
    operands = f"{left}, {right}" if binary else "self"
    out, da, db = (op.primal, *op.partials, "0.0" if binary else None, None)[:3]
    rules = " and ".join(f"∂/∂{name} = {partial}" for name, partial in zip(op.operands, op.partials, strict=False))
    source = f"def {method}(self{', other' * binary}):\n"
    source += f'    """{op.primal}, with the local partial{"s" * (len(op.partials) > 1)} {rules}."""\n    {mine} = self._data\n'
    source += _OTHER.format(name=others) * binary
    if {*_NAME.findall(f"{out} {da} {db}")} & {*FUNCTIONS, "out"}:
        source += _GUARDED.format(out=out, da=da, db=db, row=row, operands=operands)
        out, da, db = "out", "da", "db"
    return source + _RECORD.format(out=out, left=left, da=da, right=right, db=db, row=row)


def check(op: Op) -> None:
    """Raise ValueError if a row's name or text is not what rows may be made of, naming what is wrong."""
    if not op.name.isidentifier() or keyword.iskeyword(op.name) or not 1 <= len(op.partials) <= 4:
        raise ValueError(f"a row has an identifier as name and 1 to 4 partials, got {op.name!r} and {op.partials}")
    known = [*op.operands, *(name for name in FUNCTIONS if name.isalnum())]  # not the __builtins__ that exec adds
    for text in (op.primal, *op.partials):
        if foreign := {*_PARTS.sub(" ", text).split()} - {*known, "if", "else"}:
            raise ValueError(f"{op.name}: {text!r} uses {min(foreign)!r}; rows are made of numbers such as 2.0, + - * /, "
                             f"< <= > >=, if … else and {', '.join(known)}")  # fmt: skip
        try:
            compares = isinstance(ast.parse(text, op.name, "eval").body, ast.Compare)
        except SyntaxError as error:
            raise ValueError(f"{op.name}: {text!r} is not an expression: {error.msg}") from None
        if compares:
            raise ValueError(f"{op.name}: {text!r} is not a number; write 1.0 if {text} else 0.0")
        known.append("out")
