"""What can go wrong with numbers, and the words for it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from math import isfinite
from typing import TYPE_CHECKING, Any

from autograd.formula import splice
from autograd.ops import OPS, Op
from autograd.tape import names, tape

if TYPE_CHECKING:
    from autograd.value import Value

__all__ = ["CompileError", "DomainError", "GradcheckError", "first_nonfinite"]


class DomainError(ValueError, ArithmeticError):
    """An operation was asked for a value it does not have, such as log(-1) or 1/0."""


class GradcheckError(ArithmeticError):
    """A gradient differs from its central differences."""


class CompileError(ValueError):
    """A graph cannot be compiled, and why."""


def check_known(kind: str, name: Any, known: Iterable[str]) -> None:
    """Raise ValueError if an option is none of those there are."""
    if name not in known:
        raise ValueError(f"unknown {kind} {name!r}; known are {', '.join(known)}")


def described(operand: Value | float, known: Mapping[Any, str] | None = None) -> str:
    """Tell an operand by name and number, `x = -1.0`; one without a name by what made it, `x * 3.0 = -3.0`."""
    if isinstance(operand, float):
        return repr(operand)
    operands = [repr(x) if isinstance(x, float) else str(x.label) or repr(x._data) for x in operand.operands]
    name = (known or {}).get(operand) or str(operand.label) or (called(operand.op, operands) if operands else "")
    return f"{name} = {operand._data!r}{_origin(operand)}" if name else f"{operand._data!r}{_origin(operand)}"


def called(op: Op, operands: Sequence[str] = ()) -> str:
    """Tell an operation on its operands as its formula, if that is short and says which, else by name: `a * b`, `relu(a)`."""
    operands = operands or op.operands
    if op is OPS.get(op.name) and len(op.primal) <= len("pow(a, b)"):
        return splice(op.primal, dict(zip(op.operands, operands, strict=True)))
    return f"{op.name}({_listed(operands)})"


def _origin(node: Value) -> str:
    return f" (made at {node.origin})" if node.origin else ""


def _listed(items: Sequence[str]) -> str:
    return ", ".join([*items[:8], *["…"] * (len(items) > 8)])


def point(op: Op, operands: Sequence[Value | float], known: Mapping[Any, str] | None = None) -> str:
    """Tell where an operation was applied: `a = x = 2.0, b = 3.0`."""
    return _listed([f"{name} = {described(x, known)}" for name, x in zip(op.operands, operands, strict=True)])


def first_nonfinite(root: Value, by: Iterable[Value] | None = None,
                    adjoints: Mapping[Value, Any] | None = None) -> tuple[Value, str] | None:  # fmt: skip
    """Find the first node below `root` where an infinity or a NaN arose, and say how; None if all is finite.

    Values and local derivatives come first, in evaluation order; then the gradients of the last `backward`, or `adjoints`,
    root first. With `by` only what makes the derivative by one of these Values infinite or NaN.

    >>> from autograd import Value
    >>> first_nonfinite((Value(0.0, "x").sqrt() + 1.0) * 2.0)[1]
    'the derivative of v1 = sqrt(a) by a at a = x = 0.0 is inf'
    """
    operations, leaves = tape(root)
    path = set(leaves if by is None else by)
    for node in (*leaves, *operations):
        rules = zip(node.operands, node.op.operands, node.partials[: len(node.op.partials)], strict=False)
        if flows := [(name, partial) for operand, name, partial in rules if operand in path]:
            path.add(node)
        bad = [(name, partial) for name, partial in flows if not isfinite(partial)]
        if bad or (by is None and not isfinite(node._data)):
            return _told(root, node, *bad[:1])
    for node in (*reversed(operations), *leaves):
        if node in path and not isfinite(adjoint := _adjoint(node, adjoints)):
            name = names(root)[node]
            return node, (f"the gradient of {name} (value {node._data!r}{_origin(node)}) is {adjoint!r}: finite derivatives "
                          "multiply past the largest float")  # fmt: skip
    return None


def check_finite(root: Value, leaves: Iterable[Value], adjoints: Mapping[Value, Any] | None = None) -> None:
    """Raise FloatingPointError if the gradient of a leaf is an infinity or a NaN, naming the node where it arose."""
    for leaf in leaves:
        if not isfinite(gradient := _adjoint(leaf, adjoints)):
            _, how = first_nonfinite(root, [leaf], adjoints) or (leaf, "")
            raise FloatingPointError(f"{names(root)[leaf]} would get the gradient {gradient!r}: {how}")


def _adjoint(node: Value, adjoints: Mapping[Value, Any] | None) -> float:
    adjoint: Any = (node.grad or 0.0) if adjoints is None else adjoints.get(node, 0.0)
    return getattr(adjoint, "_data", adjoint)  # type: ignore[no-any-return]  # a derivative's may be a Value


def _told(root: Value, node: Value, *bad: tuple[str, float]) -> tuple[Value, str]:
    """Go from a node with a bad value or derivative down to where a value went bad, and put it into words."""
    while worse := [operand for operand in node._prev if not isfinite(operand._data)]:
        node = worse[0]
    named = names(root)
    if not node.operands:
        return node, f"the leaf {described(node, named)} is not finite"
    where = f"{named[node]} = {called(node.op)}{_origin(node)}"
    at = f"at {point(node.op, node.operands, named)} is"
    if not isfinite(node._data):
        return node, f"the value of {where} {at} {node._data!r}"
    return node, f"the derivative of {where} by {bad[0][0]} {at} {bad[0][1]!r}"
