"""What can go wrong with numbers, and the words for it."""

from __future__ import annotations

from collections.abc import Sequence
from math import isfinite
from typing import TYPE_CHECKING

from autograd.ops import Op
from autograd.tape import tape

if TYPE_CHECKING:
    from autograd.value import Value

__all__ = ["CompileError", "DomainError", "GradcheckError", "first_nonfinite"]


class DomainError(ValueError, ArithmeticError):
    """An operation was asked for a value it does not have, such as log(-1) or 1/0."""


class GradcheckError(ArithmeticError):
    """A gradient differs from its central differences."""


class CompileError(ValueError):
    """A graph cannot be compiled, and why."""


def described(operand: Value | float) -> str:
    """Tell an operand by label and number: `x = -1.0`, or `-1.0` for one without a label."""
    label, data = ("", operand) if isinstance(operand, float) else (operand.label, operand.data)
    return f"{label} = {data!r}" if label else repr(data)


def point(op: Op, operands: Sequence[Value | float]) -> str:
    """Tell where an operation was applied: `a = x = 2.0, b = 3.0`."""
    named = [f"{name} = {described(x)}" for name, x in zip(op.operands, operands, strict=True)]
    return ", ".join(named[:8] + ["…"] * (len(named) > 8))


def first_nonfinite(root: Value) -> tuple[Value, str] | None:
    """Find the first node below `root` where an infinity or a NaN arose, and say how; None if all is finite.

    Values and local derivatives come first, in evaluation order; then the gradients of the last `backward`, root first.

    >>> from autograd import Value
    >>> first_nonfinite((Value(0.0, "x").sqrt() + 1.0) * 2.0)[1]
    'the derivative of sqrt(a) by a at a = x = 0.0 is inf'
    """
    operations, leaves = tape(root)
    for leaf in leaves:
        if not isfinite(leaf.data):
            return leaf, f"the leaf {described(leaf)} is not finite"
    for node in operations:
        formula = node.op.primal[:80]
        if not isfinite(node.data):
            return node, f"the value of {formula} at {point(node.op, node.operands)} is {node.data!r}"
        for name, operand, partial in zip(node.op.operands, node.operands, node.partials, strict=False):
            if not isfinite(partial) and not isinstance(operand, float):
                return node, f"the derivative of {formula} by {name} at {point(node.op, node.operands)} is {partial!r}"
    for node in (*reversed(operations), *leaves):
        if not isfinite(node.grad or 0.0):
            return node, f"the gradient of {node.label or node.op.primal[:80]} (value {node.data!r}) is {node.grad!r}"
    return None
