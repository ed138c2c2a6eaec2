"""Whether the graph of one sample is the program of all, and which engine pays."""

import warnings
from collections.abc import Iterable, Sequence
from typing import Any, TypeAlias

from autograd.core.graph import below, leaves_in_order
from autograd.core.tracking import departures, peek, what_left
from autograd.core.value import Value
from autograd.nn.samples import Samples
from autograd.program.compiling import written
from autograd.program.program import CompileError, Program

# How often a sample is recorded: what no generator within reach decides, such as the time, shows
# as a graph that differs; more often where something is counted, which may come to matter later.
FEWEST = 3
MOST = 30

_BY_NUMBERS = "the loss takes a target for a number, which is no part of a graph"
_FROZEN = "while a sample was recorded: a program would keep what followed as it was at first"


def program_of(
    samples: Samples, parameters: Iterable[Value], engine: str, count: int
) -> Program | None:
    """The program of a sample's graph, for `count` samples in all; None to train eagerly.

    With "auto" a graph that cannot be compiled, or that has no value at the first sample, is told
    of in a warning, and trained eagerly.
    """
    if engine == "eager":
        return None
    try:
        return _compiled(samples, set(parameters), engine, count)
    except (CompileError, ArithmeticError) as error:
        if engine != "auto":
            raise
        warnings.warn(f"training runs eagerly, which is slower: {error}", stacklevel=4)
        return None


def _compiled(samples: Samples, trained: set[Value], engine: str, count: int) -> Program:
    with samples.surroundings.restored():
        loss, leaves = _recorded_alike(samples, trained)
    operations, _ = below(loss)
    parameters = [leaf for leaf in leaves_in_order(operations) if leaf in trained]
    program = written(loss, leaves, parameters)
    if not parameters:
        return program.on("python")  # numba has no type for a sequence of nothing
    return program.on_fastest(count) if engine == "auto" else program.on(engine)


def _recorded_alike(samples: Samples, trained: set[Value]) -> tuple[Value, list[Value]]:
    """The loss of a sample, and the leaves of its numbers, after recordings that were all alike.

    Raises CompileError if another sample, or the same one at another time, may have another graph.
    """
    draws = samples.surroundings.draws()
    counts = samples.surroundings.counts()
    before = departures()
    try:
        loss, leaves = samples.record(samples.rows[0])
    except (AttributeError, KeyError, TypeError):
        if samples.takes_numbers:
            raise CompileError(_BY_NUMBERS) from None
        raise
    shape = _shape(loss, leaves, trained)
    recorded = 1
    may_change = False
    while recorded < FEWEST or (may_change and recorded < MOST):
        loss, leaves = samples.record(samples.rows[0])
        if _shape(loss, leaves, trained) != shape:
            raise CompileError("one sample recorded twice gives two graphs, as with random numbers")
        recorded += 1
        may_change = samples.surroundings.has_iterators or samples.surroundings.counts() != counts
    left = what_left(before, departures())
    if left:
        raise CompileError(f"{left} {_FROZEN}")
    if samples.surroundings.draws() != draws:
        raise CompileError(f"random numbers were drawn {_FROZEN}")
    if samples.asks_for_numbers():
        raise CompileError(_BY_NUMBERS)
    return loss, leaves


_Part: TypeAlias = tuple[str, tuple[str, ...], tuple[Any, ...]]  # primal, partials, operands


def _shape(loss: Value, leaves: Sequence[Value], trained: set[Value]) -> list[_Part]:
    """A graph without its numbers: two recordings are one program if these are equal.

    An operand is told by its place, a parameter by itself, any other leaf by its number.
    """
    operations, others = below(loss)
    known: dict[Value, Any] = {x: x if x in trained else repr(peek(x)) for x in others}
    known |= {leaf: -1 - i for i, leaf in enumerate(leaves)}
    parts = []
    for i, node in enumerate(operations):
        known[node] = i
        operands = tuple(repr(x) if isinstance(x, float) else known[x] for x in node.operands)
        parts.append((node.op.primal, node.op.partials, operands))
    return parts
