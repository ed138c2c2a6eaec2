"""Derivatives as numbers, as Values to differentiate again, and as matrices."""

from collections.abc import Callable, Container, Iterable, Sequence
from functools import wraps
from math import isfinite
from typing import Any, Literal, TypeVar, overload

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

Asked = TypeVar("Asked", bound=Callable[..., Any])


def _of_values(function: Asked) -> Asked:
    """Let `grad(f)` of a plain function, as JAX writes it, say what takes functions here."""

    @wraps(function)
    def asked(*arguments: Any, **options: Any) -> Any:
        if len(arguments) == 1 and callable(arguments[0]):
            check_output(arguments[0])
        return function(*arguments, **options)

    return asked  # type: ignore[return-value]  # called as the function is


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
@_of_values
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    create_graph: bool = False,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]:
    """Give the derivative of `output` by each of `inputs`, leaves or not, in their order.

    The derivatives are floats, or with `create_graph` Values with graphs of their own. No `grad`
    is read or written, so threads may share leaves. Raises ValueError naming an input that
    `output` does not depend on, unless `allow_unused` (then it gets 0), and with `create_graph` if
    data changed since the graph was recorded, or an operation is `custom`. Raises
    FloatingPointError where a derivative is an infinity or a NaN, naming the node where it arose,
    unless `allow_nonfinite`.

    >>> x = Value(2.0, "x")
    >>> (slope,) = grad(x**3, [x], create_graph=True)
    >>> slope.data, grad(slope, [x])
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


@_of_values
def jacobian(
    outputs: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    *,
    allow_nonfinite: bool = False,
) -> list[list[float]]:
    """Give the derivatives of several outputs, a row each, by several inputs, a column each.

    Where no path leads from an input to an output the derivative is 0. Raises as `grad` does;
    with `allow_nonfinite` infinities and NaNs stay in their places.

    >>> r, phi = Value(2.0, "r"), Value(0.0, "phi")
    >>> jacobian([r * phi.cos(), r * phi.sin()], [r, phi])
    [[1.0, -0.0], [0.0, 2.0]]
    """
    rows = values_of(outputs)
    wanted = values_of(inputs)
    return [
        grad(output, wanted, allow_unused=True, allow_nonfinite=allow_nonfinite) for output in rows
    ]


@_of_values
def hessian(
    output: Value,
    inputs: Value | Iterable[Value],
    *,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[list[float]]:
    """Give the second derivatives of `output`, a row and a column for each input.

    Raises as `grad` does, whose options it has.

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
