"""Central differences, to check derivatives against.

Error model: (f(x + h) − f(x − h)) / 2h misses f'(x) by h²/6 · |f‴| (truncation) and ε/h · |f| (rounding, ε = 1.1e-16).
At h = 6e-6 · max(1, |x|) these are about 6e-12 · |f‴| and 2e-11 · |f|: ten digits for a function of moderate size.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from autograd.derivatives import grad
from autograd.errors import GradcheckError, called, described, point
from autograd.tape import names, tape
from autograd.value import Number, Value, number, record, several

__all__ = ["gradcheck", "numeric_derivative"]

EPS = 6e-6


def numeric_derivative(f: Callable[..., Any], inputs: Any, eps: float = EPS) -> Any:
    """Estimate the derivative of f by each input from two calls with Values: a number for a number, a list for several.

    >>> round(numeric_derivative(lambda x: x * x, 3.0), 9)
    6.0
    """
    leaves = [x if isinstance(x, Value) else Value(x) for x in several(inputs)]

    def at(moved: int, x: float) -> float:
        result = f(*(Value(x if i == moved else leaf.data, leaf.label) for i, leaf in enumerate(leaves)))
        return result.data if isinstance(result, Value) else number(result)

    derivatives = []
    for i, leaf in enumerate(leaves):
        step = eps * max(1.0, abs(leaf.data))
        right, left = leaf.data + step, leaf.data - step
        derivatives.append((at(i, right) - at(i, left)) / (right - left))  # by the step as rounded
    return derivatives if isinstance(inputs, Iterable) else derivatives[0]


def gradcheck(f: Callable[..., Value], inputs: Sequence[Value | Number], eps: float = EPS, atol: float = 1e-6,
              rtol: float = 1e-5, raise_exception: bool = True) -> bool:  # fmt: skip
    """Compare the gradients of f at the inputs with central differences: |difference| ≤ atol + rtol · |numeric|.

    Leaves the inputs' own `grad` alone. Gives False, or raises GradcheckError naming the input, both numbers, and the
    first operation whose own derivative differs.

    >>> gradcheck(lambda a, b: a.tanh() * b, [0.3, -2.0])
    True
    """
    leaves = [Value(x.data, x.label) if isinstance(x, Value) else Value(x) for x in inputs]
    root = f(*leaves)

    def differ(ours: float, numeric: float) -> bool:
        return not abs(ours - numeric) <= atol + rtol * abs(numeric)

    gradients = grad(root, leaves, allow_unused=True)
    for i, (ours, numeric) in enumerate(zip(gradients, numeric_derivative(f, leaves, eps), strict=True)):
        if differ(ours, numeric):
            if not raise_exception:
                return False
            raise GradcheckError(f"by input {i}, {described(leaves[i])}: backward {ours!r}, differences {numeric!r}; "
                                 f"{_blame(root, differ, eps)}")  # fmt: skip
    return True


def _blame(root: Value, differ: Callable[[float, float], bool], eps: float) -> str:
    """The first operation below `root` with a partial that differs from its own central differences."""

    def numeric(node: Value, i: int) -> Any:
        before, after = node.operands[:i], node.operands[i + 1 :]
        return numeric_derivative(lambda x: record(node.op, *before, x, *after), node.operands[i], eps)

    for node in tape(root)[0]:
        for i in range(len(node.op.partials)):
            with suppress(ArithmeticError, ValueError):
                if differ(node.partials[i], difference := numeric(node, i)):
                    named = names(root)
                    return (f"{named[node]} = {called(node.op)} at {point(node.op, node.operands, named)} has the partial "
                            f"{node.partials[i]!r} by {node.op.operands[i]}, differences {difference!r}")  # fmt: skip
    return "each operation agrees with its own: a path was lost, as by .data, or the graph changes beside the point"
