"""Rows that call other rows: the formula of what is called is put in the place of the call.

Three texts come of one. The mathematics of a row takes the mathematics of the called ones; what
floats compute takes what floats compute of those; and `create_graph` records those of ours as the
operations that they are.
"""

import ast
from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from autograd.core.computed import Computed
from autograd.core.formula import parsed, replaced, with_parts
from autograd.core.grammar import grouped
from autograd.core.notation import PYTHON
from autograd.core.rows import Row

MOST_PARTS = 50_000  # of a formula, which doubles where one that uses its operand twice calls such


class Called(NamedTuple):
    """A row that may be called, and its value as `create_graph` records it, in calls of ours."""

    row: Row
    on_values: str


class TooLongError(ValueError):
    """A formula is too long with the formulas in it of what it calls."""


def calls_any(text: str, known: Mapping[str, Called]) -> bool:
    """Whether a text calls a row."""
    return any(_callee(part, known) for part in ast.walk(parsed(text)))


def _callee(tree: ast.AST, known: Mapping[str, Called]) -> Called | None:
    match tree:
        case ast.Call(func=ast.Name(id=name)):
            return known.get(name)
    return None


def mathematics(text: str, known: Mapping[str, Called]) -> str:
    """A text with the mathematics of the rows that it calls."""
    return _written(_with_formulas(parsed(text), known, lambda called: called.row.primal))


def on_values(text: str, known: Mapping[str, Called]) -> str:
    """A text as `create_graph` records it: no rows are called in it but ours."""
    return _written(_with_formulas(parsed(text), known, lambda called: called.on_values))


def computed(primal: str, partials: Sequence[str], known: Mapping[str, Called]) -> Computed:
    """What floats compute of a row that calls others."""
    floats = _Floats(known)
    out = floats.put_in(parsed(primal), True)
    # The partials add no steps of their own, as a value may be there where a partial is not.
    rules = [floats.put_in(parsed(partial), False) for partial in partials]
    return Computed(
        _written(out),
        tuple(map(_written, rules)),
        tuple(on_values(partial, known) for partial in partials),
        tuple(floats.steps),
        floats.needs_doubles,
    )


def _written(tree: ast.expr) -> str:
    return grouped(PYTHON.template(tree).fill({}))


def _with_formulas(
    tree: ast.expr, known: Mapping[str, Called], formula: Callable[[Called], str]
) -> ast.expr:
    called = _callee(tree, known)
    whole = with_parts(tree, lambda part: _with_formulas(part, known, formula))
    if called is None or not isinstance(whole, ast.Call):
        return whole
    meaning = dict(zip(called.row.operands, whole.args, strict=True))
    return _short(replaced(parsed(formula(called)), meaning))


def _short(tree: ast.expr) -> ast.expr:
    if sum(1 for _ in ast.walk(tree)) > MOST_PARTS:
        raise TooLongError(
            f"has more than {MOST_PARTS:,} parts with the formulas of what it calls put in"
        )
    return tree


class _Floats:
    """Calls in the texts of one row, replaced by what floats compute of the called rows.

    A call that is always made is a step, computed once and known by a name, and so are its operands
    and its own steps. In a branch it is a formula in place: there it may have no value elsewhere.
    """

    def __init__(self, known: Mapping[str, Called]) -> None:
        self.known = known
        self.steps: list[tuple[str, str]] = []
        self.needs_doubles = False
        self._values: dict[tuple[Row, str], ast.expr] = {}  # of calls that are steps

    def put_in(self, tree: ast.expr, is_sure: bool) -> ast.expr:
        """A tree without calls of rows; `is_sure` says that it is computed wherever the row is."""
        called = _callee(tree, self.known)
        if isinstance(tree, ast.IfExp):
            branches = (self.put_in(tree.body, False), self.put_in(tree.orelse, False))
            return ast.IfExp(self.put_in(tree.test, is_sure), *branches)
        whole = with_parts(tree, lambda part: self.put_in(part, is_sure))
        if called is None or not isinstance(whole, ast.Call):
            return whole
        self.needs_doubles |= called.row.computed.needs_doubles
        key = (called.row, ast.dump(whole))
        if key not in self._values:
            value = self._value(called.row, whole.args, is_sure)
            if not is_sure:
                return value
            self._values[key] = value
        return self._values[key]

    def _value(self, row: Row, operands: Sequence[ast.expr], is_sure: bool) -> ast.expr:
        """The value of a called row, and before it what its text has names for."""
        meaning: dict[str, ast.expr] = {}

        def put(name: str, tree: ast.expr) -> ast.expr:
            return self._step(f"{row.name}_{name}", tree) if is_sure else _short(tree)

        for name, operand in zip(row.operands, operands, strict=True):
            meaning[name] = put(name, operand)
        for name, text in row.computed.steps:
            meaning[name] = put(name, replaced(parsed(text), meaning))
        return put("out", replaced(parsed(row.computed.primal), meaning))

    def _step(self, name: str, tree: ast.expr) -> ast.expr:
        """Name what is no name or number already."""
        if isinstance(tree, ast.Name | ast.Constant):
            return tree
        # C knows no other letters.
        plain = name if name.isascii() else "step"
        name = f"{plain}_{len(self.steps) + 1}"
        self.steps.append((name, _written(tree)))
        return ast.Name(name)
