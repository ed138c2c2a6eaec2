"""Derivatives as numbers, as Values to differentiate again, as matrices, along a direction.

The partials of a row are text, and Values understand it: on floats it gives a gradient, on Values
the gradient's graph, to any order. Of y = sin(x) the row says ∂y/∂x = cos(a); with `create_graph`
that formula is run on the Value x itself, and records one node more.
"""

import functools
import reprlib
from collections.abc import Callable, Container, Iterable, Sequence
from contextlib import suppress
from math import isfinite
from typing import Any, Literal, overload

from autograd import functions
from autograd.core.adjoints import adjoints_of
from autograd.core.checks import check_flag
from autograd.core.choices import Use, is_open, sweep, zero_pattern
from autograd.core.custom import CustomRow
from autograd.core.define import define
from autograd.core.diagnosis import called, check_finite, described, first_nonfinite
from autograd.core.graph import below, depending_on, recorded_partials
from autograd.core.notation import GRAPHS
from autograd.core.numbers import as_list, evaluate, number
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, Row
from autograd.core.tracking import (
    AT_THIS_POINT,
    Numbers,
    departures,
    fix_at_this_point,
    mark,
    number_left,
    peek,
    what_left,
)
from autograd.core.value import Number, Value, record

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
    data changed since the graph was recorded, or an operation is `custom`. Raises
    FloatingPointError where a derivative is an infinity or a NaN, naming the node where it arose,
    unless `allow_nonfinite`.

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
        return _graphs(output, wanted, sweep(output, operations).closed)
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


def _graphs(output: Value, wanted: list[Value], closed: set[Use]) -> list[Value]:
    """The derivatives of `output` as Values, with graphs of their own.

    `closed` are the uses through which nothing flows at this point. Where a derivative holds at
    this point only, `_at_this_point` has noted a departure.
    """
    operations, leaves = below(output)
    before = departures()
    adjoints = _graphs_of_adjoints(output, operations, depending_on(wanted, operations), closed)
    graphs = _own_values([adjoints.get(x, 0.0) for x in wanted], {*operations, *leaves})
    is_fixed = any(mark(node) == AT_THIS_POINT for node in (*operations, *leaves))
    if is_fixed or what_left(before, departures()):
        for graph in graphs:
            fix_at_this_point(graph)
    return graphs


def _graphs_of_adjoints(
    output: Value, operations: list[Value], needed: set[Value], closed: set[Use]
) -> dict[Any, Any]:
    """The sweep with the partials as Values, so that it records a graph of its own.

    What flows through a closed use is a `where` by its gate, 0 here: it chooses anew in a program,
    and nothing flows below it when the graph is differentiated again.
    """
    adjoints: dict[Any, Any] = {output: 1.0}
    gates: dict[Any, Any] = {}  # of nodes that are reached through closed uses only
    reached = {output}
    for node in reversed(operations):
        adjoint = adjoints.get(node)
        if adjoint is None or node not in needed:
            continue
        for slot, partial in enumerate(_partials(node)):
            operand: Any = node.operands[slot]
            if operand not in needed:
                continue
            if Use(node, slot) not in closed:
                reached.add(operand)
                _add(adjoints, operand, _product(adjoint, partial()))
                continue
            gate = _gate(node, slot) if node in reached else gates.get(node, 0.0)
            if isinstance(gate, Value):
                _add(gates, operand, gate)
                flow = _product(adjoint, partial())
                _add(adjoints, operand, functions.where(gate, flow, 0.0))
    return adjoints


def _add(sums: dict[Any, Any], node: Value, term: Any) -> None:
    sums[node] = sums[node] + term if node in sums else term


def _gate(node: Value, slot: int) -> Any:
    """The zero pattern of a partial on the operands: a Value, or a number where those decide."""
    rules = _gates(node.op)(*node.operands, node)
    return rules[slot]()


def _product(adjoint: Any, partial: Any) -> Any:
    """Their product; a factor of 1 makes no node."""
    if _is_one(adjoint):
        return partial
    if _is_one(partial):
        return adjoint
    return adjoint * partial


def _is_one(x: Any) -> bool:
    return isinstance(x, float) and x == 1.0


def _own_values(results: list[Any], taken: set[Any]) -> list[Value]:
    """Each result as a Value of its own, so that a label on it is nobody else's."""
    own: list[Value] = []
    for x in results:
        value = x if isinstance(x, Value) else Value(x)
        if value in taken:
            value = value * 1.0
        taken.add(value)
        own.append(value)
    return own


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
    return jacobian(_graphs(output, wanted, closed), wanted)


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


def has_changed(node: Value) -> bool:
    """Whether the data of a node, or of its operands, is another than when it was recorded."""
    recorded = (peek(node), recorded_partials(node))
    now = None
    with suppress(ArithmeticError, ValueError):
        now = evaluate(node.op, [x if isinstance(x, float) else peek(x) for x in node.operands])
    return now != recorded and repr(now) != repr(recorded)  # the texts of two NaNs are equal


def check_unchanged(node: Value) -> None:
    """Raise ValueError if the data of a node's operands changed since it was recorded."""
    if has_changed(node):
        below_node = f"data below {called(node.op)} = {peek(node)!r}"
        raise ValueError(f"{below_node} changed since it was recorded; record the graph again")


def _partials(node: Value) -> list[Callable[[], Any]]:
    """The partials of a node in terms of its operands, each recorded when it is asked for."""
    if isinstance(node.op, CustomRow):
        raise ValueError(node.op.refusal("a derivative to differentiate again needs"))
    check_unchanged(node)
    rules: Iterable[Callable[[], Any]] = _rules(node.op)(*node.operands, node)
    partials = zip(rules, recorded_partials(node), strict=False)
    why = called(node.op)
    return [
        rule if isfinite(x) else functools.partial(_at_this_point, x, why) for rule, x in partials
    ]


@functools.lru_cache(256)
def _rules(row: Row) -> Callable[..., Sequence[Callable[[], Any]]]:
    """The partials of a row as functions of operands and `out` that may be Values."""
    return _on_values(row, [GRAPHS.written(slope) for slope in row.computed.slopes])


@functools.lru_cache(256)
def _gates(row: Row) -> Callable[..., Sequence[Callable[[], Any]]]:
    """The zero patterns of the partials of a row, alike."""
    patterns = [GRAPHS.template(zero_pattern(partial)).fill({}) for partial in row.partials]
    return _on_values(row, patterns)


def _on_values(row: Row, texts: Sequence[str]) -> Callable[..., Sequence[Callable[[], Any]]]:
    listed = "".join(f"lambda: {text}, " for text in texts)
    known = ", ".join((*row.operands, "out"))
    source = f"def {row.name}({known}):\n    return ({listed})\n"
    return define(row.name, source, _ON_VALUES)


def _at_this_point(result: Any, why: str) -> Any:
    """A result that holds at this point only: the graph it is in is not compiled for others."""
    number_left(f"a derivative was taken where it depends on {why}", aside=True)
    return result


def _choose(
    condition: Any, yes: Callable[[], Any], no: Callable[[], Any], *known: Value | float
) -> Any:
    """The conditional of a row.

    If neither branch can fail where it is not taken, it is a `where`, so that programs choose anew.
    """
    if isinstance(condition, float):
        return yes() if condition else no()
    with suppress(ArithmeticError, ValueError):
        branches = (yes(), no())
        if all(_is_harmless(branch, known) for branch in branches):
            return functions.where(condition, *branches)
    return _at_this_point(yes() if peek(condition) else no(), described(condition))


def _is_harmless(branch: Any, known: Sequence[Value | float]) -> bool:
    """Whether a branch is a number, one of the row's operands, or a choice between such."""
    is_operand = any(branch is x for x in known)
    return is_operand or branch.__class__ is float or branch.op is ROWS["where"]


def _power(a: Any, b: Any) -> Any:
    if _is_one(b):
        return a
    return a**b if isinstance(a, Value) else record(ROWS["power"], a, b)


_ON_VALUES: dict[str, Any] = {**FUNCTIONS, **CONSTANTS}
_ON_VALUES |= {row.name: functools.partial(record, row) for row in ROWS.values()}
_ON_VALUES |= {name: getattr(functions, name) for name in FUNCTIONS if hasattr(functions, name)}
_ON_VALUES["pow"] = _power
_ON_VALUES["choose"] = _choose
_ON_VALUES["less"] = functools.partial(record, ROWS["less"])
_ON_VALUES["at_most"] = functools.partial(record, ROWS["at_most"])
