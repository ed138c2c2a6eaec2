"""Central differences, to check derivatives against.

Error model: (f(x + h) − f(x − h)) / 2h misses f'(x) by h²/6 · |f‴| (truncation) and ε/h · |f|
(rounding, ε = 1.1e-16). At h = 6e-6 · max(1, |x|) these are about 6e-12 · |f‴| and 2e-11 · |f|: ten
digits for a function of moderate size.
"""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import Any

from autograd.core.diagnosis import called, described, point
from autograd.core.graph import below, names, recorded_partials
from autograd.core.numbers import as_list, number
from autograd.core.tracking import number_left, peek
from autograd.core.value import Number, Value, record
from autograd.derivatives import grad

__all__ = ["GradcheckError", "gradcheck", "numeric_derivative"]

EPS = 6e-6


class GradcheckError(ArithmeticError):
    """A gradient differs from its central differences: raised by `gradcheck`.

    It is an `ArithmeticError`. The message names the input, both numbers, and the first operation
    whose own derivative differs.

    >>> from autograd import GradcheckError, elemental, gradcheck
    >>> wrong = elemental("wrong", "a * a", ["3.0 * a"])
    >>> try:
    ...     gradcheck(wrong, [2.0])
    ... except GradcheckError as error:
    ...     print(str(error).partition("; ")[2].partition(", ")[0])
    v2 = wrong(a) at a = v1 = 2.0 has the partial 6.0 by a
    """


def numeric_derivative(f: Callable[..., Any], inputs: Any, eps: float = EPS) -> Any:
    """Estimate the derivative of a function by each input, from two calls of it.

    The estimate is `(f(x + h) - f(x - h)) / 2h`. It has about ten digits for a function of moderate
    size.

    Arguments:

    - `f`: a function that takes as many Values as there are inputs, and gives a Value or a number.
    - `inputs`: the point: a number or a Value, or a list, tuple or other iterable of these.
    - `eps`: the step h, as a multiple of max(1, |x|); 6e-6 by default.

    Returns a float for one input, and a list of floats for several.

    Raises:

    - `TypeError` if an input, `eps` or what `f` gives is no number.
    - `ValueError` if `eps` is not above 0.

    >>> round(numeric_derivative(lambda x: x * x, 3.0), 9)
    6.0
    >>> [round(slope, 9) for slope in numeric_derivative(lambda x, y: x * y, [3.0, 5.0])]
    [5.0, 3.0]
    """
    leaves = [x if isinstance(x, Value) else Value(x) for x in as_list(inputs)]
    number_left("a numeric derivative was taken")
    derivatives = [_difference(f, leaves, i, eps) for i in range(len(leaves))]
    return derivatives if isinstance(inputs, Iterable) else derivatives[0]


def _difference(f: Callable[..., Any], leaves: Sequence[Value], moved: int, eps: float) -> float:
    """The central difference quotient of f by one of its inputs."""

    def at(x: float) -> float:
        operands = [Value(peek(leaf), leaf.label) for leaf in leaves]
        operands[moved] = Value(x, leaves[moved].label)
        result = f(*operands)
        return peek(result) if isinstance(result, Value) else number(result)

    x = peek(leaves[moved])
    step = number(eps, "eps is") * max(1.0, abs(x))
    if not step > 0.0:
        raise ValueError(f"eps is a step above 0, got {eps!r}")
    right = x + step
    left = x - step
    return (at(right) - at(left)) / (right - left)  # by the step as rounded


def gradcheck(
    f: Callable[..., Value],
    inputs: Value | Number | Iterable[Value | Number],
    eps: float = EPS,
    atol: float = 1e-6,
    rtol: float = 1e-5,
    *,
    raise_exception: bool = True,
) -> bool:
    """Compare the gradients of a function with central differences.

    They agree where `|gradient - difference| ≤ atol + rtol · |difference|`. The inputs' own `grad`
    is left alone.

    Arguments:

    - `f`: a function that takes as many Values as there are inputs, and gives a Value.
    - `inputs`: the point: a number or a Value, or a list, tuple or other iterable of these.
    - `eps`: the step of the differences, as a multiple of max(1, |x|); 6e-6 by default.
    - `atol`: the absolute tolerance, 1e-6 by default.
    - `rtol`: the relative tolerance, as a part of the difference quotient; 1e-5 by default.
    - `raise_exception`: False gives False where they differ. True, the default, raises.

    Returns True if they agree for all inputs.

    Raises:

    - `GradcheckError` if they differ, naming the input, both numbers, and the first operation whose
      own derivative differs.
    - `FloatingPointError` if a gradient is infinite or NaN.
    - `TypeError` if `f` gives no Value.

    >>> gradcheck(lambda a, b: a.tanh() * b, [0.3, -2.0])
    True
    >>> gradcheck(lambda a: a.detach() * a, [3.0], raise_exception=False)  # 3 instead of 6
    False
    """
    points = as_list(inputs)
    leaves = [Value(peek(x), x.label) if isinstance(x, Value) else Value(x) for x in points]
    root = f(*leaves)

    def differ(ours: float, numeric: float) -> bool:
        return not abs(ours - numeric) <= atol + rtol * abs(numeric)

    gradients = grad(root, leaves, allow_unused=True)
    differences = numeric_derivative(f, leaves, eps)
    for i, (ours, numeric) in enumerate(zip(gradients, differences, strict=True)):
        if not differ(ours, numeric):
            continue
        if not raise_exception:
            return False
        numbers = f"backward {ours!r}, differences {numeric!r}"
        why = _first_that_differs(root, differ, eps)
        raise GradcheckError(f"by input {i}, {described(leaves[i])}: {numbers}; {why}")
    return True


def _first_that_differs(root: Value, differ: Callable[[float, float], bool], eps: float) -> str:
    """Name the first operation with a partial that differs from its own central differences."""
    operations, _ = below(root)
    for node in operations:
        for slot in range(len(node.op.partials)):
            with suppress(ArithmeticError, ValueError):
                numeric = _numeric_partial(node, slot, eps)
                if differ(recorded_partials(node)[slot], numeric):
                    return _told(root, node, slot, numeric)
    return (
        "each operation agrees with its own: a path was lost, as by .data, "
        "or the graph changes beside the point"
    )


def _numeric_partial(node: Value, slot: int, eps: float) -> Any:
    before = node.operands[:slot]
    after = node.operands[slot + 1 :]

    def operation(x: Value) -> Any:
        return record(node.op, *before, x, *after)

    return numeric_derivative(operation, node.operands[slot], eps)


def _told(root: Value, node: Value, slot: int, numeric: float) -> str:
    named = names(root)
    operation = f"{named[node]} = {called(node.op)} at {point(node.op, node.operands, named)}"
    partial = f"the partial {recorded_partials(node)[slot]!r} by {node.op.operands[slot]}"
    return f"{operation} has {partial}, differences {numeric!r}"
