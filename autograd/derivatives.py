"""Derivatives as numbers, as Values that can be differentiated again, as matrices, and along a direction.

The partials of a row are text, and Values understand it: on floats it gives a gradient, on Values its graph, to any order.
"""

import functools
import reprlib
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from math import isfinite
from typing import Any

from autograd import functions
from autograd.errors import called, check_finite, described, first_nonfinite
from autograd.formula import Choices, define, evaluate
from autograd.ops import FUNCTIONS, OPS, Op
from autograd.tape import above, tape
from autograd.value import Number, Value, looks, number, record, several

__all__ = ["grad", "hessian", "jacobian", "jvp"]


def grad(output: Value, inputs: Value | Iterable[Value], create_graph: bool = False, *,
         allow_unused: bool = False, allow_nonfinite: bool = False) -> list[Any]:  # fmt: skip
    """Give the derivative of `output` by each of `inputs`, leaves or not: floats, or with `create_graph` Values.

    No `grad` is read or written, so threads may share leaves. Raises ValueError naming an input that `output` does not
    depend on, unless `allow_unused` (then 0), and with `create_graph` if data changed since the graph was recorded; raises
    FloatingPointError as `backward` does, unless `allow_nonfinite`.

    >>> x = Value(2.0, "x")
    >>> (slope,) = grad(x**3, [x], create_graph=True)
    >>> slope.data, grad(slope, [x])
    (12.0, [12.0])
    """
    inputs = _values(inputs)
    if create_graph not in (True, False):
        raise TypeError(f"create_graph is True or False, got {create_graph!r:.80}; several inputs go into one list")
    operations, leaves = tape(output)
    needed: set[Any] = above(inputs, operations)
    adjoints: dict[Any, Any] = {output: 1.0}
    for node in reversed(operations):
        if node in needed and (adjoint := adjoints.get(node)) is not None:
            partials: Sequence[Any] = _symbolic(node) if create_graph else node.partials[: len(node.op.partials)]
            for operand, partial in zip(node.operands, partials, strict=False):
                if operand in needed:
                    partial = partial() if create_graph else partial
                    # A factor of 1 makes no node; a Value is equal only to itself.
                    flow = partial if adjoint == 1.0 else adjoint if partial == 1.0 else adjoint * partial
                    adjoints[operand] = adjoints[operand] + flow if operand in adjoints else flow
    if unused := [leaf for leaf in inputs if leaf not in adjoints and not allow_unused]:
        raise ValueError(f"the output does not depend on {described(unused[0])}; allow_unused=True gives 0 for it")
    if not allow_nonfinite:
        check_finite(output, inputs, adjoints)
    result = [adjoints.get(leaf, 0.0) for leaf in inputs]
    if create_graph:
        taken: set[Any] = {*operations, *leaves}
        for i, x in enumerate(result):  # a Value of its own each, so that a label is nobody else's
            result[i] = x * 1.0 if x in taken else x if isinstance(x, Value) else Value(x)
            taken.add(result[i])
    return result


def jacobian(outputs: Value | Iterable[Value], inputs: Value | Iterable[Value]) -> list[list[float]]:
    """Give the derivatives of several outputs, a row each, by several inputs, a column each; 0 where there is no path.

    >>> r, phi = Value(2.0, "r"), Value(0.0, "phi")
    >>> jacobian([r * phi.cos(), r * phi.sin()], [r, phi])
    [[1.0, -0.0], [0.0, 2.0]]
    """
    inputs = _values(inputs)
    return [grad(output, inputs, allow_unused=True) for output in _values(outputs)]


def hessian(output: Value, inputs: Value | Iterable[Value], *, allow_unused: bool = False) -> list[list[float]]:
    """Give the second derivatives of `output`, a row and a column for each input. Raises as `grad` does.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> hessian(x * x * y, [x, y])
    [[10.0, 6.0], [6.0, 0.0]]
    """
    inputs = _values(inputs)
    return jacobian(grad(output, inputs, create_graph=True, allow_unused=allow_unused), inputs)


def jvp(output: Value, inputs: Value | Iterable[Value], tangents: Number | Iterable[Number]) -> float:
    """Give the derivative of `output` as the inputs move along the tangents, in one sweep from the leaves up.

    An input without a path adds 0. Raises ValueError if tangents are not as many as inputs, FloatingPointError as `grad` does.

    >>> x, y = Value(3.0, "x"), Value(5.0, "y")
    >>> jvp(x * y, [x, y], [1.0, -1.0])  # y · 1 + x · (-1)
    2.0
    """
    inputs, tangents = _values(inputs), several(tangents)
    if len(inputs) != len(tangents):
        raise ValueError(f"each input has a tangent, got {len(inputs)} inputs and {len(tangents)} tangents")
    moving: dict[Any, float] = {}
    for leaf, tangent in zip(inputs, map(number, tangents), strict=True):
        moving[leaf] = moving.get(leaf, 0.0) + tangent
    moving = {leaf: tangent for leaf, tangent in moving.items() if tangent}  # along 0 nothing moves, not even at a pole
    for node in tape(output)[0]:
        steps = zip(node.operands, node.partials[: len(node.op.partials)], strict=False)
        if flows := [moving[x] * partial for x, partial in steps if x in moving]:
            moving[node] = moving.get(node, 0.0) + sum(flows)
    result = moving.get(output, 0.0)
    if not isfinite(result):
        found = first_nonfinite(output, inputs, {}) or (output, "finite numbers multiply past the largest float")
        raise FloatingPointError(f"the derivative along the tangents is {result!r}: {found[1]}")
    return result


def _values(x: Value | Iterable[Value]) -> list[Value]:
    for value in (values := several(x)):
        if not isinstance(value, Value):
            raise TypeError(f"inputs and outputs are Values, got {type(value).__name__}: {reprlib.repr(value)}")
    return values


def check_unchanged(node: Value) -> None:
    """Raise ValueError if the data of a node's operands changed since it was recorded."""
    recorded, now = (node._data, node.partials[: len(node.op.partials)]), None
    with suppress(ArithmeticError, ValueError):
        now = evaluate(node.op, [x if isinstance(x, float) else x._data for x in node.operands])
    if now != recorded and repr(now) != repr(recorded):  # the texts of two NaNs are equal
        raise ValueError(f"data below {called(node.op)} = {node._data!r} changed since it was recorded; record the graph again")


def _symbolic(node: Value) -> list[Callable[[], Any]]:
    """The partials of a node in terms of its operands, each made when asked for."""
    check_unchanged(node)
    rules = zip(_rules(node.op)(*node.operands, node), node.partials, strict=False)
    return [rule if isfinite(partial) else functools.partial(_once, partial, called(node.op)) for rule, partial in rules]


@functools.lru_cache(256)
def _rules(op: Op) -> Callable[..., tuple[Callable[[], Any], ...]]:
    """The partials as functions of operands and `out` that may be Values."""
    partials = "".join(f"lambda: {partial}, " for partial in op.partials)
    known = ", ".join((*op.operands, "out"))
    source = f"def {op.name}({known}):\n    return ({partials})\n"
    return define(op.name, source, _ON_VALUES, Choices(f"choose({{}}, lambda: {{}}, lambda: {{}}, {known})"))


def _once(result: Any, why: str) -> Any:
    """A result that holds at this point only: it counts as a comparison, so that its graph is not compiled."""
    looks.comparisons += 1
    looks.latest = f"in a derivative, by {why}"
    return result


def _choose(condition: Value | float, yes: Callable[[], Any], no: Callable[[], Any], *known: Value | float) -> Any:
    """A row's conditional; as a `where`, so that programs choose anew, if neither branch can fail where it is not taken."""
    if isinstance(condition, float):
        return yes() if condition else no()
    with suppress(ArithmeticError, ValueError):
        branches = yes(), no()
        if all(x.__class__ is float or x in known or x.op is OPS["where"] for x in branches):
            return functions.where(condition, *branches)
    return _once(yes() if condition._data else no(), described(condition))


_ON_VALUES = FUNCTIONS | {name: getattr(functions, name) for name in functions.__all__ if name in FUNCTIONS}
_ON_VALUES |= {"choose": _choose} | {name: functools.partial(record, OPS[name]) for name in ("less", "at_most")}
_ON_VALUES["pow"] = lambda a, b: a if b == 1.0 else a**b if isinstance(a, Value) else record(OPS["power"], a, b)
