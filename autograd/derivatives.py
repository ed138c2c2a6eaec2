"""Derivatives as numbers, as Values to differentiate again, and as matrices."""

from collections.abc import Container, Iterable, Sequence
from math import isfinite
from typing import Any, Literal, overload

from autograd.core.adjoints import adjoints_of
from autograd.core.checks import check_flag
from autograd.core.choices import Use, sweep
from autograd.core.diagnosis import check_finite, described, told_instead
from autograd.core.graph import below
from autograd.core.numbers import as_list
from autograd.core.tracking import Numbers
from autograd.core.value import Value
from autograd.derivative_graphs import gradient_graphs

__all__ = ["grad", "hessian", "jacobian"]


@overload
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    create_graph: Literal[False] = False,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[float]: ...
@overload
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    create_graph: Literal[True],
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Value]: ...
@overload
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    create_graph: bool,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]: ...
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    create_graph: bool = False,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]:
    """Give the derivative of one Value by others.

    No `grad` is read or written, so several threads may use the same leaves.

    Arguments:

    - `output`: the Value to differentiate.
    - `inputs`: the Values to differentiate by, leaves or not: one, or a list, tuple or other
      iterable of them.
    - `create_graph`: True gives Values with graphs of their own, which can be differentiated again.
      False, the default, gives floats.
    - `allow_unused`: True gives 0 by an input on which `output` does not depend. False, the
      default, raises.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Returns a list with one derivative for each of `inputs`, in their order.

    Raises:

    - `TypeError` if `output` or one of `inputs` is no Value.
    - `ValueError` if `output` does not depend on one of `inputs`; with `create_graph` also if the
      data of a leaf changed since the graph was recorded, or if an operation is `custom`.
    - `FloatingPointError` if a derivative is infinite or NaN, naming the node where it arose.

    >>> x = Value(2.0, "x")
    >>> (slope,) = grad(x**3, [x], create_graph=True)
    >>> slope.data, grad(slope, [x])  # 3 · x² and 6 · x
    (12.0, [12.0])
    """
    check_output(output)
    wanted = values_of(inputs)
    check_flag("create_graph", create_graph)
    found = swept(output, wanted)
    if not allow_unused:
        check_used(wanted, found)
    if not allow_nonfinite:
        check_finite(output, wanted, found)
    if create_graph:
        return gradient_graphs({output: 1.0}, wanted, closed_uses(output))
    return Numbers(found.get(x, 0.0) for x in wanted)


def gradients(
    output: Value, inputs: Sequence[Value], *, allow_nonfinite: bool = False
) -> tuple[float, ...]:
    """The derivatives by `grad`, 0 where nothing depends; callers let none of them out."""
    found = swept(output, [*inputs])
    if not allow_nonfinite:
        check_finite(output, inputs, found)
    return tuple(found.get(x, 0.0) for x in inputs)


def swept(output: Value, wanted: list[Value]) -> dict[Any, float]:
    """The derivatives of an output by those Values that lead to it.

    If one is not finite, they are taken again past the branches not taken, with all others.
    """
    found = adjoints_of(output, wanted)
    if all(map(isfinite, found.values())):
        return found
    operations, _ = below(output)
    return sweep(output, operations).adjoints


def closed_uses(output: Value) -> set[Use]:
    """The uses below an output through which nothing flows at this point."""
    operations, _ = below(output)
    return sweep(output, operations).closed


def check_used(wanted: Iterable[Value], adjoints: Container[Value]) -> None:
    """Raise ValueError naming the first of the wanted that the output does not depend on."""
    for x in wanted:
        if x not in adjoints:
            hint = "allow_unused=True gives 0 for it"
            raise ValueError(f"the output does not depend on {described(x)}; {hint}")


def jacobian(
    outputs: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    *,
    allow_nonfinite: bool = False,
) -> list[list[float]]:
    """Give the derivatives of several Values by several others, as a matrix.

    Where an output does not depend on an input the derivative is 0.

    Arguments:

    - `outputs`: the n Values to differentiate: one, or a list, tuple or other iterable of them.
    - `inputs`: the m Values to differentiate by: one, or a list, tuple or other iterable of them.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Returns n × m floats: a list with a row for each output, which has a number for each input.

    Raises:

    - `TypeError` if one of `outputs` or `inputs` is no Value.
    - `FloatingPointError` if a derivative is infinite or NaN, naming the node where it arose.

    >>> r, phi = Value(2.0, "r"), Value(0.0, "phi")
    >>> jacobian([r * phi.cos(), r * phi.sin()], [r, phi])
    [[1.0, -0.0], [0.0, 2.0]]
    """
    rows = values_of(outputs)
    wanted = values_of(inputs)
    return [
        grad(output, wanted, allow_unused=True, allow_nonfinite=allow_nonfinite) for output in rows
    ]


def hessian(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[list[float]]:
    """Give the second derivatives of one Value, as a matrix.

    For the product of this matrix and a vector `hvp` is faster.

    Arguments:

    - `output`: the Value to differentiate twice.
    - `inputs`: the m Values to differentiate by: one, or a list, tuple or other iterable of them.
    - `allow_unused`: True gives 0 by an input on which `output` does not depend. False, the
      default, raises.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Returns m × m floats: a list with a row for each input, which has a number for each input.

    Raises:

    - `TypeError` if `output` or one of `inputs` is no Value.
    - `ValueError` if `output` does not depend on one of `inputs`, if the data of a leaf changed
      since the graph was recorded, or if an operation is `custom`.
    - `FloatingPointError` if a derivative is infinite or NaN, naming the node where it arose.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> hessian(x * x * y, [x, y])
    [[10.0, 6.0], [6.0, 0.0]]
    """
    check_output(output)
    wanted = values_of(inputs)
    gradient = grad(
        output,
        wanted,
        create_graph=True,
        allow_unused=allow_unused,
        allow_nonfinite=allow_nonfinite,
    )
    return jacobian(gradient, wanted, allow_nonfinite=allow_nonfinite)


def check_output(x: Any) -> None:
    """Raise TypeError for anything but a Value, with what takes plain functions."""
    if not isinstance(x, Value):
        raise TypeError(f"a graph begins at a Value, got {told_instead(x)}")


def values_of(x: Value | Iterable[Value]) -> list[Value]:
    """The Values of a list, or of one alone; TypeError for anything else."""
    values = as_list(x)
    for value in values:
        if not isinstance(value, Value):
            raise TypeError(f"inputs and outputs are Values, got {told_instead(value)}")
    return values
