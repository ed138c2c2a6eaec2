"""A row as the engine computes it: its value and its gradients, each a graph, each a program.

A gradient is recorded by `grad(…, create_graph=True)`; its own gradient is a second derivative. So
a row of n partials has 1 + n graphs, and each gives its number and n derivatives: a line of
(1 + n)² numbers at each point.
"""

import math
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from typing import Any, NamedTuple, TypeAlias

import numpy

from autograd import CompileError, DomainError, Value, compile, grad
from autograd.core.define import define
from autograd.core.graph import below
from autograd.core.rows import CONSTANTS, FUNCTIONS, Row
from autograd.core.value import record
from autograd.program.program import Program
from tests.draws import Numbers

# One of the graphs, run at many points: its number, and its derivatives by its own leaves.
Run: TypeAlias = Callable[["Graph", Numbers], Numbers]


class Graph(NamedTuple):
    """The value or a partial of a row, as recorded; `places` are those of its leaves."""

    root: Value
    program: Program | None  # none of a constant
    places: list[int]


def columns(row: Row) -> list[str]:
    """What stands in a line of numbers: value, ∂a, ∂b, ∂a recorded, ∂a∂a, ∂a∂b, ∂b recorded, …"""
    names = [f"∂{name}" for name in row.operands[: len(row.partials)]]
    found = ["value", *names]
    for name in names:
        found += [f"{name} recorded", *(name + other for other in names)]
    return found


def eager(row: Row, point: Sequence[float]) -> list[float]:
    """The numbers at one point as recorded there; NaN outside the domain."""
    count = len(row.partials)
    leaves = [Value(x) for x in point[:count]]
    try:
        node = record(row, *leaves, *point[count:])
        gradients = grad(node, leaves, create_graph=True, allow_unused=True, allow_nonfinite=True)
    except DomainError:
        return [math.nan] * (1 + count) ** 2
    line = [node.data, *node.partials[:count]]
    for gradient in gradients:
        second = grad(gradient, leaves, allow_unused=True, allow_nonfinite=True)
        line += [gradient.data, *second]
    return line


def recorded_at(row: Row, points: Numbers) -> Numbers:
    """The numbers at some points, each recorded there."""
    return numpy.array([eager(row, point) for point in points.tolist()]).reshape(len(points), -1)


def measured(row: Row, points: Numbers, run: Run) -> Numbers:
    """The numbers at all points; NaN are those of graphs that hold at one point only.

    Constants of a row stand in its programs as numbers: there is one for each of them.
    """
    count = len(row.partials)
    results = numpy.full((len(points), (1 + count) ** 2), math.nan)
    for constants in numpy.unique(points[:, count:], axis=0):
        chosen = (points[:, count:] == constants).all(axis=1)
        graphs = graphs_at(row, points[chosen])
        for i, graph in enumerate(graphs):
            own = _spread(graph, points[chosen, :count], run)
            results[chosen, i * (1 + count) : (i + 1) * (1 + count)] = own
    return results


def _spread(graph: Graph, numbers: Numbers, run: Run) -> Numbers:
    """A graph's number and derivatives by all operands, 0 by those that it does not use."""
    line = numpy.zeros((len(numbers), 1 + numbers.shape[1]))
    if graph.program is None:
        line[:, 0] = graph.root.data
    else:
        line[:, [0, *(1 + place for place in graph.places)]] = run(graph, numbers[:, graph.places])
    return line


def graphs_at(row: Row, points: Numbers) -> list[Graph]:
    """The graphs of a row that are the same at all points, recorded at the first that it takes."""
    count = len(row.partials)
    for point in points[:50].tolist():
        named = zip(point[:count], row.operands, strict=False)
        leaves = [Value(x, name) for x, name in named]
        with suppress(ArithmeticError, ValueError):
            node = record(row, *leaves, *point[count:])
            roots = [node, *grad(node, leaves, create_graph=True, allow_unused=True)]
            return list(compiled_graphs(roots, leaves))
    return []


def compiled_graphs(roots: Sequence[Value], leaves: list[Value]) -> Iterator[Graph]:
    for root in roots:
        used = [leaf for leaf in below(root)[1] if leaf in leaves]
        try:
            program = compile(root, parameters=used) if used else None
        except CompileError:  # it holds at this point only, and so do those after it
            return
        places = [leaves.index(leaf) for leaf in program.parameters] if program else []
        yield Graph(root, program, places)


def in_python(graph: Graph, numbers: Numbers) -> Numbers:
    """NaN where the text raises."""
    assert graph.program is not None
    function: Any = define("program", graph.program.source, {**FUNCTIONS, **CONSTANTS})
    results = numpy.full((len(numbers), 1 + numbers.shape[1]), math.nan)
    for i, point in enumerate(numbers.tolist()):
        with suppress(ArithmeticError, ValueError):
            value, gradients = function(*point)
            results[i] = (value, *gradients)
    return results


def ours(row: Row, points: Numbers) -> Numbers:
    """The numbers at all points; where a program has none, it records anew, and so is done here."""
    results = measured(row, points, in_python)
    for i in numpy.flatnonzero(~numpy.isfinite(results).all(axis=1)):
        results[i] = eager(row, points[i].tolist())
    return results
