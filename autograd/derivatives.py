"""Derivatives as numbers, as Values to differentiate again, as matrices, along a direction."""

import reprlib
from collections.abc import Container, Iterable, Sequence
from math import isfinite
from typing import Any, Literal, overload

from autograd.core.adjoints import adjoints_of
from autograd.core.checks import check_flag
from autograd.core.choices import is_open, sweep
from autograd.core.diagnosis import check_finite, described, first_nonfinite
from autograd.core.graph import below, recorded_partials
from autograd.core.numbers import as_list, number
from autograd.core.tracking import Numbers, number_left
from autograd.core.value import Number, Value
from autograd.derivative_graphs import gradient_graphs

__all__ = ["grad", "hessian", "jacobian", "jvp"]


@overload
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    create_graph: Literal[False] = False,
    *,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[float]: ...
@overload
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    create_graph: Literal[True],
    *,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Value]: ...
@overload
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    create_graph: bool,
    *,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]: ...
def grad(
    output: Value,
    inputs: Value | Iterable[Value],
    create_graph: bool = False,
    *,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]:
    """Give the derivative of `output` by each of `inputs`, leaves or not, in their order.

    The derivatives are floats, or with `create_graph` Values with graphs of their own. No `grad`
    is read or written, so threads may share leaves. Raises ValueError naming an input that
    `output` does not depend on, unless `allow_unused` (then it gets 0), and with `create_graph` if
    data changed since the graph was recorded. Raises FloatingPointError where a derivative is an
    infinity or a NaN, naming the node where it arose, unless `allow_nonfinite`.

    >>> x = Value(2.0, "x")
    >>> (slope,) = grad(x**3, [x], create_graph=True)
    >>> slope.data, grad(slope, [x])
    (12.0, [12.0])
    """
    wanted = _values(inputs)
    check_flag("create_graph", create_graph, "; several inputs go into one list")
    found = _swept(output, wanted)
    if not allow_unused:
        _check_used(wanted, found)
    if not allow_nonfinite:
        check_finite(output, wanted, found)
    if create_graph:
        operations, _ = below(output)
        return gradient_graphs(output, wanted, sweep(output, operations).closed)
    return Numbers(found.get(x, 0.0) for x in wanted)


def gradients(output: Value, inputs: Sequence[Value]) -> tuple[float, ...]:
    """The derivatives by `grad`, 0 where nothing depends; callers let none of them out."""
    found = _swept(output, [*inputs])
    check_finite(output, inputs, found)
    return tuple(found.get(x, 0.0) for x in inputs)


def _swept(output: Value, wanted: list[Value]) -> dict[Any, float]:
    """The derivatives by those Values that lead to the output.

    If one is not finite, they are taken again past the branches not taken, with all others.
    """
    found = adjoints_of(output, wanted)
    if all(map(isfinite, found.values())):
        return found
    operations, _ = below(output)
    return sweep(output, operations).adjoints


def _check_used(wanted: Iterable[Value], adjoints: Container[Value]) -> None:
    for x in wanted:
        if x not in adjoints:
            hint = "allow_unused=True gives 0 for it"
            raise ValueError(f"the output does not depend on {described(x)}; {hint}")


def jacobian(
    outputs: Value | Iterable[Value], inputs: Value | Iterable[Value]
) -> list[list[float]]:
    """Give the derivatives of several outputs, a row each, by several inputs, a column each.

    Where no path leads from an input to an output the derivative is 0. Raises as `grad` does.

    >>> r, phi = Value(2.0, "r"), Value(0.0, "phi")
    >>> jacobian([r * phi.cos(), r * phi.sin()], [r, phi])
    [[1.0, -0.0], [0.0, 2.0]]
    """
    wanted = _values(inputs)
    return [grad(output, wanted, allow_unused=True) for output in _values(outputs)]


def hessian(
    output: Value, inputs: Value | Iterable[Value], *, allow_unused: bool = False
) -> list[list[float]]:
    """Give the second derivatives of `output`, a row and a column for each input.

    Raises as `grad` does; `allow_unused` is its option.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> hessian(x * x * y, [x, y])
    [[10.0, 6.0], [6.0, 0.0]]
    """
    wanted = _values(inputs)
    operations, _ = below(output)
    adjoints, closed = sweep(output, operations)
    if not allow_unused:
        _check_used(wanted, adjoints)
    check_finite(output, wanted, adjoints)
    return jacobian(gradient_graphs(output, wanted, closed), wanted)


def jvp(
    output: Value, inputs: Value | Iterable[Value], tangents: Number | Iterable[Number]
) -> float:
    """Give the derivative of `output` as the inputs move along the tangents, in one sweep upwards.

    `tangents` are numbers, one for each input; an input without a path adds 0. Raises ValueError if
    they are not as many, FloatingPointError as `grad` does.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> jvp(x * y, [x, y], [1.0, -1.0])  # y · 1 + x · (-1)
    2.0
    """
    wanted = _values(inputs)
    speeds = [number(tangent) for tangent in as_list(tangents)]
    if len(wanted) != len(speeds):
        got = f"{len(wanted)} inputs and {len(speeds)} tangents"
        raise ValueError(f"each input has a tangent, got {got}")
    moving: dict[Any, float] = {}
    for x, speed in zip(wanted, speeds, strict=True):
        moving[x] = moving.get(x, 0.0) + speed
    # Along 0 nothing moves, not even at a pole.
    moving = {x: speed for x, speed in moving.items() if speed}
    operations, _ = below(output)
    for node in operations:
        flows = []
        for slot, partial in enumerate(recorded_partials(node)):
            operand = node.operands[slot]
            if operand in moving and is_open(node, slot, partial):
                flows.append(moving[operand] * partial)
        if flows:
            moving[node] = moving.get(node, 0.0) + sum(flows)
    result = moving.get(output, 0.0)
    if not isfinite(result):
        found = first_nonfinite(output, wanted, {})
        how = found[1] if found else "finite numbers multiply past the largest float"
        raise FloatingPointError(f"the derivative along the tangents is {result!r}: {how}")
    number_left("a derivative along tangents was taken")
    return result


def _values(x: Value | Iterable[Value]) -> list[Value]:
    values = as_list(x)
    for value in values:
        if not isinstance(value, Value):
            got = f"{type(value).__name__}: {reprlib.repr(value)}"
            raise TypeError(f"inputs and outputs are Values, got {got}")
    return values
