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
    """An operation was asked for a value it does not have, such as log(-1) or 1/0.

    >>> from autograd import Value
    >>> Value(-1.0, "x").log()
    Traceback (most recent call last):
    autograd.errors.DomainError: log is not defined at a = x = -1.0: log(a) needs a > 0
    """


class GradcheckError(ArithmeticError):
    """A gradient that differs from its central differences."""


class CompileError(ValueError):
    """A graph that cannot be compiled, and why."""


def domain_error(op: Op, operands: Sequence[Value | float]) -> DomainError:
    """Name the operation, its operands with labels and values, and the domain they left."""
    where = ", ".join(f"{name} = {described(x)}" for name, x in zip(op.operands, operands, strict=True))
    return DomainError(f"{op.name} is not defined at {where}: {op.primal} needs {op.domain}")


def described(operand: Value | float) -> str:
    """Tell an operand by label and number: `x = -1.0`, or `-1.0` for one without a label."""
    if isinstance(operand, float):
        return repr(operand)
    return f"{operand.label} = {operand.data!r}" if operand.label else repr(operand.data)


def first_nonfinite(root: Value) -> tuple[Value, str] | None:
    """Find the first node below `root`, in evaluation order, where an infinity or a NaN arose, and say how.

    Values and local derivatives are looked at first; then, from the root down, the gradients of the last `backward`.
    None where everything is finite.

    >>> from autograd import Value
    >>> y = (Value(0.0, "x").sqrt() + 1.0) * 2.0
    >>> first_nonfinite(y)[1]
    'the derivative of √ by a = x = 0.0 is inf'
    """
    operations, leaves = tape(root)
    for leaf in leaves:
        if not isfinite(leaf.data):
            return leaf, f"the leaf {described(leaf)} is not finite"
    for node in operations:
        operands = ", ".join(map(described, node.operands[:4])) + (", …" if len(node.operands) > 4 else "")
        if not isfinite(node.data):
            return node, f"the value of {node.op.symbol} at {operands} is {node.data!r}"
        for i, (operand, partial) in enumerate(zip(node.operands, node.partials, strict=True)):
            if not isfinite(partial) and not isinstance(operand, float):
                name = f"{node.op.operands[i]} = " if len(node.op.operands) == len(node.operands) else ""
                return node, f"the derivative of {node.op.symbol} by {name}{described(operand)} is {partial!r}"
    for node in (*reversed(operations), *leaves):
        if not isfinite(node.grad):
            return node, f"the gradient of {node.label or node.op.symbol or 'a leaf'} (value {node.data!r}) is {node.grad!r}"
    return None
