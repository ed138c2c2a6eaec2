"""Central differences, to check derivatives against.

Error model: (f(x + h) − f(x − h)) / 2h misses f'(x) by h²/6 · |f‴| (truncation) and ε/h · |f| (rounding, ε = 1.1e-16).
At h = 6e-6 · max(1, |x|) these are about 6e-12 · |f‴| and 2e-11 · |f|: ten digits for a function of moderate size.
"""

from collections.abc import Callable, Sequence
from typing import Any

from autograd.errors import GradcheckError, described
from autograd.value import Number, Value, gradients, number

__all__ = ["gradcheck", "numeric_derivative"]

EPS = 6e-6


def numeric_derivative(f: Callable[..., Any], inputs: Any, eps: float = EPS) -> Any:
    """Estimate the derivative of f by each input from two calls with Values: a number for a number, a list for several.

    >>> round(numeric_derivative(lambda x: x * x, 3.0), 9)
    6.0
    """
    if not hasattr(inputs, "__len__"):
        return numeric_derivative(f, [inputs], eps)[0]
    point = [x if isinstance(x, Value) else Value(x) for x in inputs]

    def at(moved: Value, x: float) -> float:
        result = f(*(Value(x if leaf is moved else leaf.data, leaf.label) for leaf in point))
        return result.data if isinstance(result, Value) else number(result)

    derivatives = []
    for leaf in point:
        step = eps * max(1.0, abs(leaf.data))
        right, left = leaf.data + step, leaf.data - step
        derivatives.append((at(leaf, right) - at(leaf, left)) / (right - left))  # the step as rounded
    return derivatives


def gradcheck(f: Callable[..., Value], inputs: Sequence[Value | Number], eps: float = EPS, atol: float = 1e-6,
              rtol: float = 1e-5, raise_exception: bool = True) -> bool:  # fmt: skip
    """Compare the gradients of f at the inputs with central differences: |difference| ≤ atol + rtol · |numeric|.

    Leaves the inputs' own `grad` alone. Gives False, or raises GradcheckError naming the input and both numbers.

    >>> gradcheck(lambda a, b: a.tanh() * b, [0.3, -2.0])
    True
    """
    leaves = [Value(x.data, x.label) if isinstance(x, Value) else Value(x) for x in inputs]
    _, found = gradients(f(*leaves), leaves)
    for i, (ours, numeric) in enumerate(zip(found, numeric_derivative(f, leaves, eps), strict=True)):
        if not abs(ours - numeric) <= atol + rtol * abs(numeric):
            if not raise_exception:
                return False
            raise GradcheckError(f"by input {i}, {described(leaves[i])}: backward {ours!r}, differences {numeric!r}")
    return True
