"""Central differences, to check derivatives against.

Error model: (f(x + h) − f(x − h)) / 2h misses f'(x) by h²/6 · |f'''| (truncation) plus ε/h · |f| (rounding, ε = 1.1e-16).
With h = 6e-6 · max(1, |x|) both are near 6e-12 · |f'''| and 2e-11 · |f|: about ten digits for functions of moderate size.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import overload

from autograd.errors import GradcheckError, described
from autograd.value import Number, Value, number

__all__ = ["gradcheck", "numeric_derivative"]

EPS = 6e-6


@overload
def numeric_derivative(f: Callable[..., Value | float], inputs: Number, eps: float = EPS) -> float: ...
@overload
def numeric_derivative(f: Callable[..., Value | float], inputs: Sequence[Value | Number], eps: float = EPS) -> list[float]: ...
def numeric_derivative(f: Callable[..., Value | float], inputs: object, eps: float = EPS) -> float | list[float]:
    """Estimate the derivative of f by each of its inputs from two evaluations each, f being called with Values.

    A number gives one number, a sequence a list. The step is eps · max(1, |x|).

    >>> round(numeric_derivative(lambda x: x * x, 3.0), 9)
    6.0
    """
    if not isinstance(inputs, Sequence):
        return numeric_derivative(f, [number(inputs)], eps)[0]
    point = [x.data if isinstance(x, Value) else number(x) for x in inputs]
    labels = [x.label if isinstance(x, Value) else "" for x in inputs]

    def at(index: int, x: float) -> float:
        moved = [*point[:index], x, *point[index + 1 :]]
        result = f(*map(Value, moved, labels))
        return result.data if isinstance(result, Value) else number(result)

    derivatives = []
    for i, x in enumerate(point):
        step = eps * max(1.0, abs(x))
        right, left = x + step, x - step
        derivatives.append((at(i, right) - at(i, left)) / (right - left))  # the step as rounded, not as asked for
    return derivatives


def gradcheck(
    f: Callable[..., Value],
    inputs: Sequence[Value | Number],
    eps: float = EPS,
    atol: float = 1e-6,
    rtol: float = 1e-5,
    raise_exception: bool = True,
) -> bool:
    """Compare the gradients of f at the inputs with central differences: |difference| ≤ atol + rtol · |numeric|.

    The inputs' own `grad` is left alone. Raises GradcheckError naming the input and both numbers, or gives False.

    >>> gradcheck(lambda a, b: a.tanh() * b, [0.3, -2.0])
    True
    """
    leaves = [Value(x.data, x.label) if isinstance(x, Value) else Value(x) for x in inputs]
    f(*leaves).backward()
    for i, (leaf, numeric) in enumerate(zip(leaves, numeric_derivative(f, leaves, eps), strict=True)):
        if not abs(leaf.grad - numeric) <= atol + rtol * abs(numeric):
            if raise_exception:
                raise GradcheckError(
                    f"by input {i} ({described(leaf)}) backward gives {leaf.grad!r}, central differences {numeric!r}"
                )
            return False
    return True
