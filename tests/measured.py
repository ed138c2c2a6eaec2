"""What the engine gives at many points: value, partials, second derivatives of a row.

Values and partials are what a row computes; second derivatives are the gradients of a gradient that
`grad(…, create_graph=True)` recorded. That graph is compiled once, and run at each point; where no
program can be made, or where its text raises, it is recorded and differentiated at that point.
"""

import math
from collections.abc import Callable, Sequence
from contextlib import suppress
from typing import Any, TypeAlias

import numpy

from autograd import DomainError, Value, compile, grad
from autograd.core.define import define
from autograd.core.graph import below
from autograd.core.numbers import evaluate
from autograd.core.rows import CONSTANTS, FUNCTIONS, Row
from autograd.core.value import record
from tests.draws import Numbers

Gradients: TypeAlias = Sequence[Callable[..., Sequence[float]]]


def columns(row: Row) -> list[str]:
    """The numbers of a row in their order, as they are told."""
    names = row.operands[: len(row.partials)]
    pairs = [(a, b) for a in names for b in names]
    return ["value", *(f"∂{a}" for a in names), *(f"∂{a}∂{b}" for a, b in pairs)]


def eager(row: Row, point: Sequence[float]) -> list[float]:
    """All numbers at one point, as recorded there."""
    count = len(row.partials)
    leaves = [Value(x) for x in point[:count]]
    try:
        node = record(row, *leaves, *point[count:])
        gradients = grad(node, leaves, True, allow_unused=True, allow_nonfinite=True)
    except DomainError:
        return [math.nan] * (1 + count + count * count)
    second = [_second(gradient, leaves) for gradient in gradients]
    return [node.data, *node.partials[:count], *(x for numbers in second for x in numbers)]


def _second(gradient: Value, leaves: list[Value]) -> list[float]:
    return grad(gradient, leaves, allow_unused=True, allow_nonfinite=True)


def measured(row: Row, points: Numbers) -> Numbers:
    """All numbers at all points, a line each."""
    count = len(row.partials)
    width = 1 + count + count * count
    results = numpy.full((len(points), width), math.nan)
    known: dict[tuple[float, ...], Gradients] = {}
    for i, point in enumerate(points.tolist()):
        constants = tuple(point[count:])
        if constants not in known:
            known[constants] = gradients_of(row, [x for x in points if same(x, constants)])
        line = at(row, point, known[constants])
        finite = len(line) == width and all(map(math.isfinite, line))
        results[i] = line if finite else eager(row, point)
    return results


def at(row: Row, point: Sequence[float], gradients: Gradients) -> list[float]:
    """The numbers at a point as compiled; fewer where they raise."""
    with suppress(ArithmeticError, ValueError):
        value, partials = evaluate(row, point)
        second = [x for gradient in gradients for x in gradient(*point)]
        return [value, *partials, *second]
    return []


def same(point: Any, constants: Sequence[float]) -> bool:
    return not constants or tuple(point[-len(constants) :]) == tuple(constants)


def gradients_of(row: Row, points: Sequence[Any]) -> Gradients:
    """For each partial, its gradient as a function of the operands; none if they fix a point."""
    count = len(row.partials)
    for point in points[:50]:
        leaves = [Value(x, name) for x, name in zip(point, row.operands, strict=True)][:count]
        with suppress(ArithmeticError, ValueError):
            node = record(row, *leaves, *map(float, point[count:]))
            graphs = grad(node, leaves, True, allow_unused=True)
            return [_gradient(graph, leaves) for graph in graphs]
    return []


def _gradient(graph: Value, leaves: list[Value]) -> Callable[..., Sequence[float]]:
    operations, used = below(graph)
    if not any(leaf in used for leaf in leaves):
        return lambda *numbers: [0.0] * len(leaves)
    by = [leaf for leaf in leaves if leaf in used]
    compiled = compile(graph, parameters=by)
    program = define("program", compiled.source, {**FUNCTIONS, **CONSTANTS})
    places = [leaves.index(leaf) for leaf in compiled.parameters]
    if len(places) == len(leaves) == 1:
        return lambda *numbers: program(numbers[0])[1]

    def gradient(*numbers: float) -> list[float]:
        results = [0.0] * len(leaves)
        found = program(*(numbers[place] for place in places))[1]
        for place, x in zip(places, found, strict=True):
            results[place] = x
        return results

    return gradient
