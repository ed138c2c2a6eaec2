"""Products of derivatives and vectors: vjp, jvp, hvp, which form no matrix.

A sweep down from all outputs multiplies the Jacobian by a vector from the left, a sweep up from all
inputs from the right. A Hessian is the Jacobian of a gradient, so a sweep over that is enough.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from math import isfinite
from typing import Any, Literal, overload

from autograd.core.checks import check_flag
from autograd.core.choices import is_open
from autograd.core.diagnosis import check_finite, described, first_nonfinite
from autograd.core.graph import below_all, recorded_partials
from autograd.core.numbers import as_list, number
from autograd.core.rows import affine_row
from autograd.core.tracking import Numbers, number_left, peek
from autograd.core.value import Number, Operand, Value, record
from autograd.derivative_graphs import gradient_graphs, tangent_graphs
from autograd.derivatives import check_output, check_used, closed_uses, grad, swept, values_of

__all__ = ["hvp", "jvp", "vjp"]


@overload
def vjp(
    outputs: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    cotangents: Number | Iterable[Number],
    *,
    create_graph: Literal[False] = False,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[float]: ...
@overload
def vjp(
    outputs: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    cotangents: Operand | Iterable[Operand],
    *,
    create_graph: Literal[True],
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Value]: ...
@overload
def vjp(
    outputs: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    cotangents: Operand | Iterable[Operand],
    *,
    create_graph: bool,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]: ...
def vjp(
    outputs: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    cotangents: Operand | Iterable[Operand],
    *,
    create_graph: bool = False,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]:
    """Give a vector times the Jacobian: Σ cotangent · ∂output/∂input for each input.

    The matrix is not formed: one sweep down from all outputs is enough.

    Arguments:

    - `outputs`: the n Values to differentiate: one, or a list, tuple or other iterable of them.
    - `inputs`: the m Values to differentiate by: one, or a list, tuple or other iterable of them.
    - `cotangents`: the vector, a number for each of `outputs`. With `create_graph` Values may be
      among them. Nothing flows from an output whose cotangent is the number 0.
    - `create_graph`: True gives Values with graphs of their own, which can be differentiated again.
      False, the default, gives floats.
    - `allow_unused`: True gives 0 by an input on which no output depends. False, the default,
      raises.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Returns a list with m results, one for each of `inputs`.

    Raises:

    - `TypeError` if one of `outputs` or `inputs` is no Value, or a cotangent is no number.
    - `ValueError` if there are not as many cotangents as outputs, or if no output depends on one of
      `inputs`; with `create_graph` also if the data of a leaf changed since the graph was recorded,
      or if an operation is `custom`.
    - `FloatingPointError` if a cotangent or a result is infinite or NaN.

    >>> r, phi = Value(2.0, "r"), Value(0.0, "phi")
    >>> vjp([r * phi.cos(), r * phi.sin()], [r, phi], [1.0, 10.0])  # [1, 10] · [[1, 0], [0, 2]]
    [1.0, 20.0]
    """
    tops = values_of(outputs)
    wanted = values_of(inputs)
    check_flag("create_graph", create_graph)
    seeds = _paired("output", tops, "cotangent", cotangents, create_graph)
    if not allow_nonfinite:
        _check_finite("cotangent", seeds)
    return _pulled_back(tops, seeds, wanted, create_graph, allow_unused, allow_nonfinite)


@overload
def hvp(
    output: Value,
    inputs: Value | Iterable[Value],
    vector: Number | Iterable[Number],
    *,
    create_graph: Literal[False] = False,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[float]: ...
@overload
def hvp(
    output: Value,
    inputs: Value | Iterable[Value],
    vector: Operand | Iterable[Operand],
    *,
    create_graph: Literal[True],
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Value]: ...
@overload
def hvp(
    output: Value,
    inputs: Value | Iterable[Value],
    vector: Operand | Iterable[Operand],
    *,
    create_graph: bool,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]: ...
def hvp(
    output: Value,
    inputs: Value | Iterable[Value],
    vector: Operand | Iterable[Operand],
    *,
    create_graph: bool = False,
    allow_unused: bool = False,
    allow_nonfinite: bool = False,
) -> list[Any]:
    """Give the Hessian-vector product: the second derivatives of one Value along a direction.

    The m × m matrix is not formed: one sweep over the graph of the gradient is enough, for a
    thousand inputs as for one.

    Arguments:

    - `output`: the Value to differentiate twice.
    - `inputs`: the m Values to differentiate by: one, or a list, tuple or other iterable of them.
    - `vector`: m numbers, one for each of `inputs`. With `create_graph` Values may be among them.
    - `create_graph`: True gives Values with graphs of their own, which can be differentiated again.
      False, the default, gives floats.
    - `allow_unused`: True gives 0 by an input on which `output` does not depend. False, the
      default, raises.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Returns a list with m results, one for each of `inputs`.

    Raises:

    - `TypeError` if `output` or one of `inputs` is no Value, or `vector` holds what is no number.
    - `ValueError` if `vector` is not as long as `inputs`, if `output` does not depend on one of
      `inputs`, if the data of a leaf changed since the graph was recorded, or if an operation is
      `custom`.
    - `FloatingPointError` if a number of `vector` or a result is infinite or NaN.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> hvp(x * x * y, [x, y], [1.0, -1.0])  # [[10, 6], [6, 0]] · [1, -1]
    [4.0, 6.0]
    """
    check_output(output)
    wanted = values_of(inputs)
    check_flag("create_graph", create_graph)
    seeds = _paired("input", wanted, "vector component", vector, create_graph)
    if not allow_nonfinite:
        _check_finite("vector component", seeds)
    gradient = grad(
        output,
        wanted,
        create_graph=True,
        allow_unused=allow_unused,
        allow_nonfinite=allow_nonfinite,
    )
    by_input = dict(zip(wanted, gradient, strict=True))
    cotangents = {by_input[x]: component for x, component in seeds.items()}
    return _pulled_back(gradient, cotangents, wanted, create_graph, True, allow_nonfinite)


def _pulled_back(
    outputs: list[Value],
    cotangents: Mapping[Any, Any],
    wanted: list[Value],
    create_graph: bool,
    allow_unused: bool,
    allow_nonfinite: bool,
) -> list[Any]:
    """Σ cotangent · ∂output/∂input; outputs without a cotangent count as used, and add nothing."""
    root = _weighted(cotangents)
    found = swept(root, wanted)
    unreached = [x for x in wanted if x not in found]
    if unreached and not allow_unused:
        check_used(unreached, swept(_weighted(dict.fromkeys(outputs, 1.0)), unreached))
    if not allow_nonfinite:
        check_finite(root, wanted, found)
    if create_graph:
        return gradient_graphs(cotangents, wanted, closed_uses(root))
    return Numbers(found.get(x, 0.0) for x in wanted)


def _weighted(cotangents: Mapping[Any, Any]) -> Value:
    """Σ cotangent · output as a node: a sweep down from it is one from all outputs."""
    weights = [_number_of(cotangent) for cotangent in cotangents.values()]
    if not weights:
        return Value(0.0)
    if weights == [1.0]:
        return next(iter(cotangents))  # type: ignore[no-any-return]  # a Value
    root: Value = record(affine_row(len(weights)), *cotangents, *weights, 0.0)
    return root


def _number_of(x: Any) -> float:
    return peek(x) if isinstance(x, Value) else x


def _paired(
    one: str, values: list[Value], other: str, numbers: Operand | Iterable[Operand], keeps: bool
) -> dict[Any, Any]:
    """The number, or if it `keeps` them the Value, for each of some Values.

    If one of them comes twice, it gets the sum. Zeros are left out.
    """
    partners = as_list(numbers)
    if len(values) != len(partners):
        got = f"{len(values)} {one}s and {len(partners)} {other}s"
        raise ValueError(f"each {one} has a {other}, got {got}")
    found: dict[Any, Any] = {}
    for x, partner in zip(values, partners, strict=True):
        seed = partner if keeps and isinstance(partner, Value) else _checked(partner, other)
        found[x] = found[x] + seed if x in found else seed
    return {x: seed for x, seed in found.items() if isinstance(seed, Value) or seed}


def _checked(x: Operand, what: str) -> float:
    if isinstance(x, Value):
        hint = "create_graph=True takes Values"
        raise TypeError(f"a {what} is one real number, got a Value; {hint}")
    return number(x, f"a {what} is")


def _check_finite(what: str, seeds: Mapping[Any, Any]) -> None:
    for x, seed in seeds.items():
        if not isfinite(_number_of(seed)):
            raise FloatingPointError(f"the {what} of {described(x)} is {_number_of(seed)!r}")


@overload
def jvp(
    output: Value,
    inputs: Value | Iterable[Value],
    tangents: Number | Iterable[Number],
    *,
    create_graph: Literal[False] = False,
    allow_nonfinite: bool = False,
) -> float: ...
@overload
def jvp(
    output: Iterable[Value],
    inputs: Value | Iterable[Value],
    tangents: Number | Iterable[Number],
    *,
    create_graph: Literal[False] = False,
    allow_nonfinite: bool = False,
) -> list[float]: ...
@overload
def jvp(
    output: Value,
    inputs: Value | Iterable[Value],
    tangents: Operand | Iterable[Operand],
    *,
    create_graph: Literal[True],
    allow_nonfinite: bool = False,
) -> Value: ...
@overload
def jvp(
    output: Iterable[Value],
    inputs: Value | Iterable[Value],
    tangents: Operand | Iterable[Operand],
    *,
    create_graph: Literal[True],
    allow_nonfinite: bool = False,
) -> list[Value]: ...
@overload
def jvp(
    output: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    tangents: Operand | Iterable[Operand],
    *,
    create_graph: bool,
    allow_nonfinite: bool = False,
) -> Any: ...
def jvp(
    output: Value | Iterable[Value],
    inputs: Value | Iterable[Value],
    tangents: Operand | Iterable[Operand],
    *,
    create_graph: bool = False,
    allow_nonfinite: bool = False,
) -> Any:
    """Give the Jacobian times a vector: how outputs change as inputs move along tangents.

    The matrix is not formed: one sweep up from all inputs is enough.

    Arguments:

    - `output`: the Value to differentiate; or n of them, a list, tuple or other iterable.
    - `inputs`: the m Values that move: one, or a list, tuple or other iterable of them. An input on
      which nothing depends adds 0.
    - `tangents`: the vector, a number for each of `inputs`. With `create_graph` Values may be among
      them.
    - `create_graph`: True gives Values with graphs of their own, which can be differentiated again.
      False, the default, gives floats.
    - `allow_nonfinite`: True gives infinities and NaNs as they come. False, the default, raises.

    Returns one result for one Value, and a list of n results for several.

    Raises:

    - `TypeError` if an output or one of `inputs` is no Value, or a tangent is no number.
    - `ValueError` if there are not as many tangents as inputs; with `create_graph` also if the data
      of a leaf changed since the graph was recorded, or if an operation is `custom`.
    - `FloatingPointError` if a tangent or a result is infinite or NaN.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> jvp(x * y, [x, y], [1.0, -1.0])  # y · 1 + x · (-1)
    2.0
    >>> from autograd import jacobian
    >>> along = jvp([x * y, x**3], [x], [1.0], create_graph=True)  # [y, 3 · x²]
    >>> jacobian(along, [x, y])
    [[0.0, 1.0], [18.0, 0.0]]
    """
    tops = values_of(output)
    wanted = values_of(inputs)
    check_flag("create_graph", create_graph)
    moving = _paired("input", wanted, "tangent", tangents, create_graph)
    if not allow_nonfinite:
        _check_finite("tangent", moving)
    found = tangent_graphs(tops, moving) if create_graph else _moved(tops, moving)
    if not allow_nonfinite:
        for top, derivative in zip(tops, found, strict=True):
            _check_finite_along(top, wanted, _number_of(derivative))
    if not create_graph:
        number_left("a derivative along tangents was taken")
    return found[0] if isinstance(output, Value) else found


def _moved(outputs: list[Value], tangents: Mapping[Any, float]) -> list[float]:
    """The derivatives of outputs as some Values move along tangents; along 0 nothing moves."""
    moving = {**tangents}
    operations, _ = below_all(outputs)
    for node in operations:
        flows = []
        for slot, partial in enumerate(recorded_partials(node)):
            operand = node.operands[slot]
            if operand in moving and is_open(node, slot, partial):
                flows.append(moving[operand] * partial)
        if flows:
            moving[node] = moving.get(node, 0.0) + sum(flows)
    return [moving.get(output, 0.0) for output in outputs]


def _check_finite_along(output: Value, wanted: list[Value], derivative: float) -> None:
    if not isfinite(derivative):
        found = first_nonfinite(output, wanted, {})
        how = found[1] if found else "finite numbers multiply past the largest float"
        raise FloatingPointError(f"the derivative along the tangents is {derivative!r}: {how}")
