"""The branches that rows did not take: nothing flows to them, not even 0 · inf.

The partial by a branch not taken is the number 0, written out in the row: `0.0 if a <= 0.0 else
1.0`. Multiplied by an infinite derivative below, it would give NaN where the derivative is 0.
"""

import ast
from collections.abc import Callable, Sequence
from functools import lru_cache
from math import isfinite
from typing import Any, NamedTuple

from autograd.core.define import define
from autograd.core.graph import recorded_partials
from autograd.core.numbers import IEEE_FUNCTIONS
from autograd.core.rows import CONSTANTS, Row
from autograd.core.tracking import peek


class Use(NamedTuple):
    """A Value as an operand of another: of `result`, at `slot`."""

    result: Any
    slot: int


class Sweep(NamedTuple):
    """The derivatives of a root by the nodes below it, and the uses through which nothing flows."""

    adjoints: dict[Any, float]
    closed: set[Use]

    def contribution(self, node: Any, slot: int) -> float:
        """What a node adds to the derivative by an operand: adjoint × partial, if that flows."""
        product: float = self.adjoints.get(node, 0.0) * recorded_partials(node)[slot]
        is_nothing = Use(node, slot) in self.closed and not isfinite(product)
        return 0.0 if is_nothing else product


def sweep(root: Any, operations: Sequence[Any], seed: float = 1.0) -> Sweep:
    """Find the derivative of a root by each node below it, past the branches not taken.

    `operations` are those below it, operands before results; `seed` is the root's own. It takes
    some five times as long as the sweep of `backward`, which comes first, and is asked only where
    that ends in an infinity or a NaN, or where every use is of interest.
    """
    found = Sweep({root: seed}, set())
    reached = {root}  # by what flows
    for node in reversed(operations):
        if node not in found.adjoints:
            continue
        for slot, partial in enumerate(recorded_partials(node)):
            operand = node.operands[slot]
            if operand.__class__ is float:
                continue
            if node in reached and is_open(node, slot, partial):
                reached.add(operand)
            else:
                found.closed.add(Use(node, slot))
            before = found.adjoints.get(operand, -0.0)  # the zero that changes no number
            found.adjoints[operand] = before + found.contribution(node, slot)
    return found


def is_open(node: Any, slot: int, partial: float) -> bool:
    """Whether anything flows from a node to an operand: not where its row says the number 0."""
    if partial != 0.0:
        return True
    numbers = [x if x.__class__ is float else peek(x) for x in node.operands]
    return _zero_patterns(node.op)(*numbers, peek(node))[slot] != 0.0


@lru_cache(256)
def _zero_patterns(row: Row) -> Callable[..., Sequence[float]]:
    """A function of operands and `out`: the zero pattern of each partial, as a number."""
    # Loaded when it is needed: notations take as long to load as the rest of the core.
    from autograd.core.notation import IEEE

    texts = [IEEE.template(zero_pattern(partial)).fill({}) for partial in row.partials]
    listed = "".join(f"{text}, " for text in texts)
    operands = ", ".join((*row.operands, "out"))
    source = f"def {row.name}({operands}):\n    return ({listed})\n"
    return define(row.name, source, {**IEEE_FUNCTIONS, **CONSTANTS})


def zero_pattern(partial: str) -> ast.expr:
    """The choices of a partial, with 0 in the place of the number 0, and 1 of anything else."""
    from autograd.core.formula import parsed  # later, as above

    return _pattern(parsed(partial))


def _pattern(tree: ast.expr) -> ast.expr:
    match tree:
        case ast.IfExp(test=test, body=yes, orelse=no):
            return ast.IfExp(test, _pattern(yes), _pattern(no))
        case ast.Constant(value=x) if not x:
            return ast.Constant(0.0)
    return ast.Constant(1.0)


def gate(partial: str) -> ast.expr | None:
    """The zero pattern of a partial through which at times nothing flows, else None."""
    tree = zero_pattern(partial)
    return tree if isinstance(tree, ast.IfExp) and _has_zero(tree) else None


def _has_zero(tree: ast.expr) -> bool:
    match tree:
        case ast.IfExp(body=yes, orelse=no):
            return _has_zero(yes) or _has_zero(no)
        case ast.Constant(value=x):
            return not x
    return False
