"""Derivatives as numbers, as Values that can be differentiated again, as matrices, and along a direction.

The partials of a row are text, and Values understand it: evaluated on floats it gives a gradient, evaluated on Values a
graph of the gradient, to any order.
"""

import functools
import reprlib
from collections.abc import Callable, Iterable
from contextlib import suppress
from math import isfinite
from typing import Any

from autograd import functions
from autograd.errors import called, check_finite, described, first_nonfinite
from autograd.formula import symbolic_partial
from autograd.ops import FUNCTIONS, OPS, Op
from autograd.tape import tape
from autograd.value import Number, Value, looks, number, record

__all__ = ["grad", "hessian", "jacobian", "jvp"]


def grad(output: Value, inputs: Value | Iterable[Value], create_graph: bool = False, *,
         allow_unused: bool = False, allow_nonfinite: bool = False) -> list[Any]:  # fmt: skip
    """Give the derivative of `output` by each of `inputs`, leaves or not: floats, or with `create_graph` Values.

    No `grad` is read or written, so threads may share leaves. Raises ValueError naming an input that `output` does not
    depend on, unless `allow_unused` (then 0), or, with `create_graph`, one whose data changed since it was used; and
    FloatingPointError as `backward` does, unless `allow_nonfinite`.

    >>> x = Value(2.0, "x")
    >>> (slope,) = grad(x**3, [x], create_graph=True)
    >>> slope.data, grad(slope, [x])
    (12.0, [12.0])
    """
    inputs = _several(inputs)
    if create_graph not in (True, False):
        raise TypeError(f"create_graph is True or False, got {create_graph!r:.80}; several inputs go into one list")
    operations, leaves = tape(output)
    needed: set[Any] = set(inputs)
    for node in operations:
        if not needed.isdisjoint(node.operands):
            needed.add(node)
    adjoints: dict[Any, Any] = {output: 1.0}
    for node in reversed(operations):
        if node in needed and (adjoint := adjoints.get(node)) is not None:
            for i, (operand, partial) in enumerate(zip(node.operands, node.partials[: len(node.op.partials)], strict=False)):
                if operand in needed:
                    flow = _times(adjoint, _partial(node, i, partial)) if create_graph else adjoint * partial
                    adjoints[operand] = adjoints[operand] + flow if operand in adjoints else flow
    if unused := [leaf for leaf in inputs if leaf not in adjoints and not allow_unused]:
        raise ValueError(f"the output does not depend on {described(unused[0])}; allow_unused=True gives 0 for it")
    if not allow_nonfinite:
        check_finite(output, inputs, adjoints)
    result = [adjoints.get(leaf, 0.0) for leaf in inputs]
    if create_graph:  # a Value of its own each: not one that was there before, whose label is another's
        recorded = {*operations, *leaves}
        return [x * 1.0 if x in recorded else x if isinstance(x, Value) else Value(x) for x in result]
    return result


def jacobian(outputs: Value | Iterable[Value], inputs: Value | Iterable[Value]) -> list[list[float]]:
    """Give the derivatives of several outputs, a row each, by several inputs, a column each; 0 where there is no path.

    >>> r, phi = Value(2.0, "r"), Value(0.0, "phi")
    >>> jacobian([r * phi.cos(), r * phi.sin()], [r, phi])
    [[1.0, -0.0], [0.0, 2.0]]
    """
    inputs = _several(inputs)
    return [grad(output, inputs, allow_unused=True) for output in _several(outputs)]


def hessian(output: Value, inputs: Value | Iterable[Value], *, allow_unused: bool = False) -> list[list[float]]:
    """Give the second derivatives of `output`, a row and a column for each input. Raises as `grad` does.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> hessian(x * x * y, [x, y])
    [[10.0, 6.0], [6.0, 0.0]]
    """
    inputs = _several(inputs)
    return jacobian(grad(output, inputs, create_graph=True, allow_unused=allow_unused), inputs)


def jvp(output: Value, inputs: Value | Iterable[Value], tangents: Number | Iterable[Number]) -> float:
    """Give the derivative of `output` as the inputs move along the tangents, in one sweep from the leaves up: what `grad`
    gives times the tangents, 0 for an input without a path.

    Raises ValueError if there are not as many tangents as inputs, and FloatingPointError as `grad` does.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> jvp(x * y, [x, y], [1.0, -1.0])  # y · 1 + x · (-1)
    2.0
    """
    inputs, tangents = _several(inputs), list(tangents) if isinstance(tangents, Iterable) else [tangents]
    if len(inputs) != len(tangents):
        raise ValueError(f"each input has a tangent, got {len(inputs)} inputs and {len(tangents)} tangents")
    moving: dict[Any, float] = {}
    for leaf, tangent in zip(inputs, map(number, tangents), strict=True):
        if tangent:  # along 0 nothing moves, not even where a partial is infinite
            moving[leaf] = moving.get(leaf, 0.0) + tangent
    for node in tape(output)[0]:
        steps = zip(node.operands, node.partials[: len(node.op.partials)], strict=False)
        if flows := [moving[x] * partial for x, partial in steps if x in moving]:
            moving[node] = moving.get(node, 0.0) + sum(flows)
    result = moving.get(output, 0.0)
    if not isfinite(result):
        _, how = first_nonfinite(output, inputs, moving) or (output, "")
        raise FloatingPointError(f"the derivative along the tangents is {result!r}: {how}")
    return result


def _several(values: Value | Iterable[Value]) -> list[Value]:
    several: list[Any] = list(values) if isinstance(values, Iterable) else [values]
    if wrong := [x for x in several if not isinstance(x, Value)]:
        raise TypeError(f"inputs and outputs are Values, got {type(wrong[0]).__name__}: {reprlib.repr(wrong[0])}")
    return several


def _float(x: Value | float) -> float:
    return x._data if isinstance(x, Value) else x


def _times(adjoint: Any, partial: Any) -> Any:
    """adjoint · partial, without a node for a factor of 1."""
    return partial if _is_one(adjoint) else adjoint if _is_one(partial) else adjoint * partial


def _is_one(x: Any) -> bool:
    return x.__class__ is float and x == 1.0


def _partial(node: Value, i: int, recorded: float) -> Any:
    """A partial of a node as a function of its operands; where it is infinite, as the number that is all there is."""
    if not isfinite(recorded):
        return recorded
    partial = _rule(node.op, i)(*node.operands, node)
    if _float(partial) != recorded:
        raise ValueError(f"the data below {called(node.op)} changed since it was recorded, from {recorded!r} to "
                         f"{_float(partial)!r} in its derivative; record the graph again")  # fmt: skip
    return partial


@functools.lru_cache(1024)
def _rule(op: Op, i: int) -> Callable[..., Any]:
    return symbolic_partial(op, i, _ON_VALUES)


def _power(a: Any, b: Any) -> Any:
    return a if _is_one(b) else a**b if isinstance(a, Value) or isinstance(b, Value) else FUNCTIONS["pow"](a, b)


def _choose(condition: Value | float, yes: Callable[[], Any], no: Callable[[], Any], *known: Value | float) -> Any:
    """A row's conditional: both branches, so that a program chooses anew, unless the one not taken is not finite here."""
    taken, other = (yes, no) if _float(condition) else (no, yes)
    result = taken()
    if isinstance(condition, float):
        return result
    with suppress(ArithmeticError, ValueError):
        instead = other()
        new = tape(instead, set(known))[0] if isinstance(instead, Value) else []  # type: ignore[arg-type]  # floats do no harm
        if isfinite(_float(instead)) and all(isfinite(number) for node in new for number in (node._data, *node.partials)):
            return functions.where(condition, *((result, instead) if taken is yes else (instead, result)))
    looks.comparisons += 1
    looks.latest = f"in the derivative of a row, by {described(condition)}"
    return result


_ON_VALUES = FUNCTIONS | {name: getattr(functions, name) for name in functions.__all__ if name in FUNCTIONS}
_ON_VALUES |= {"pow": _power, "choose": _choose} | {name: functools.partial(record, OPS[name]) for name in ("less", "at_most")}
