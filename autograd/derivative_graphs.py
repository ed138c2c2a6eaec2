"""Derivatives as Values with graphs of their own, to be differentiated, drawn and compiled again.

The partials of a row are text, and Values understand it: on floats it gives a gradient, on Values
the gradient's graph, to any order. Of y = sin(x) the row says ∂y/∂x = cos(a); that formula is run
on the Value x itself, and records one node more.
"""

import functools
import operator
from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import suppress
from math import isfinite
from typing import Any

from autograd import functions
from autograd.core.choices import Use, is_open, zero_pattern
from autograd.core.custom import CustomRow
from autograd.core.define import define
from autograd.core.diagnosis import called, described
from autograd.core.graph import below_all, depending_on, recorded_partials
from autograd.core.notation import GRAPHS
from autograd.core.numbers import evaluate, evaluate_undefined
from autograd.core.rows import CONSTANTS, FUNCTIONS, ROWS, Row
from autograd.core.tracking import (
    AT_THIS_POINT,
    departures,
    fix_at_this_point,
    mark,
    number_left,
    peek,
    what_left,
)
from autograd.core.value import Value, record


def gradient_graphs(
    cotangents: Mapping[Value, Any], wanted: Sequence[Value], closed: set[Use]
) -> list[Value]:
    """The derivatives of Σ cotangent · output as Values, with graphs of their own.

    `cotangents` are numbers or Values, by output. `closed` are the uses through which nothing flows
    at this point. Where a derivative holds at this point only, `_at_this_point` has noted a
    departure.
    """
    operations, leaves = below_all(cotangents)
    before = departures()
    needed = depending_on(wanted, operations)
    adjoints = _graphs_of_adjoints(cotangents, operations, needed, closed)
    graphs = [adjoints.get(x, 0.0) for x in wanted]
    return _finished(graphs, [*operations, *leaves], cotangents.values(), before)


def _graphs_of_adjoints(
    cotangents: Mapping[Value, Any],
    operations: list[Value],
    needed: set[Value],
    closed: set[Use],
) -> dict[Any, Any]:
    """The sweep with the partials as Values, so that it records a graph of its own.

    What flows through a closed use is a `where` by its gate, 0 here: it chooses anew in a program,
    and nothing flows below it when the graph is differentiated again.
    """
    adjoints: dict[Any, Any] = {**cotangents}
    gates: dict[Any, Any] = {}  # of nodes that are reached through closed uses only
    reached = {*cotangents}
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


def tangent_graphs(outputs: Sequence[Value], tangents: Mapping[Value, Any]) -> list[Value]:
    """The derivatives of outputs as Values move along tangents, as Values alike.

    The tangents are numbers or Values. What flows through a closed use is a `where`, as above.
    """
    operations, leaves = below_all(outputs)
    before = departures()
    moving: dict[Any, Any] = {**tangents}
    needed = depending_on(tangents, operations)
    for node in operations:
        if node in needed:
            flows = _flows_up(node, moving)
            if flows:
                _add(moving, node, functools.reduce(operator.add, flows))
    graphs = [moving.get(output, 0.0) for output in outputs]
    return _finished(graphs, [*operations, *leaves], tangents.values(), before)


def _flows_up(node: Value, moving: Mapping[Any, Any]) -> list[Any]:
    """What moves a node: the tangent of each operand that moves × the partial by it."""
    flows: list[Any] = []
    for slot, partial in enumerate(_partials(node)):
        operand: Any = node.operands[slot]
        if operand not in moving:
            continue
        if is_open(node, slot, recorded_partials(node)[slot]):
            flows.append(_product(moving[operand], partial()))
            continue
        gate = _gate(node, slot)
        if isinstance(gate, Value):
            flow = _product(moving[operand], partial())
            flows.append(functions.where(gate, flow, 0.0))
    return flows


def _finished(
    derivatives: list[Any], nodes: list[Value], seeds: Iterable[Any], before: int
) -> list[Value]:
    """The derivatives of some nodes as Values of their own.

    They are marked if they hold at this point only, as the nodes may, or what was recorded since.
    """
    graphs = _own_values(derivatives, {*nodes, *seeds})
    is_fixed = any(mark(node) == AT_THIS_POINT for node in nodes)
    if is_fixed or what_left(before, departures()):
        for graph in graphs:
            fix_at_this_point(graph)
    return graphs


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


def has_changed(node: Value) -> bool:
    """Whether the data of a node, or of its operands, is another than when it was recorded."""
    recorded = (peek(node), recorded_partials(node))
    operands = [x if isinstance(x, float) else peek(x) for x in node.operands]
    try:
        now = evaluate(node.op, operands)
    except (ArithmeticError, ValueError):
        now = evaluate_undefined(node.op, operands)
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
    return [
        rule if isfinite(x) else functools.partial(_not_finite, x, rule, node)
        for rule, x in zip(rules, recorded_partials(node), strict=False)
    ]


# The partial of a row where it is no finite number and its formula fails: b, which there has no
# derivative by a.
_POLE = Row("pole", "pole", "b", ("inf - inf", "1.0"))


def _not_finite(partial: float, rule: Callable[[], Any], node: Value) -> Any:
    """A partial that is an infinity or a NaN: by its formula, or else as it is at this point."""
    with suppress(ArithmeticError, ValueError):
        found = rule()
        if repr(peek(found) if isinstance(found, Value) else found) == repr(partial):
            return found
    result: Any = partial
    for operand in node.operands:
        if isinstance(operand, Value):
            result = record(_POLE, operand, result)
    return _at_this_point(result, called(node.op))


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


def _fmod(a: Any, b: Any) -> Any:
    """The rest with the sign of a."""
    return functions.sign(a) * functions.mod(functions.abs(a), functions.abs(b))


_ON_VALUES: dict[str, Any] = {**FUNCTIONS, **CONSTANTS}
_ON_VALUES |= {row.name: functools.partial(record, row) for row in ROWS.values()}
_ON_VALUES |= {name: getattr(functions, name) for name in FUNCTIONS if hasattr(functions, name)}
_ON_VALUES["pow"] = _power
_ON_VALUES["fmod"] = _fmod
_ON_VALUES["choose"] = _choose
_ON_VALUES["less"] = functools.partial(record, ROWS["less"])
_ON_VALUES["at_most"] = functools.partial(record, ROWS["at_most"])
