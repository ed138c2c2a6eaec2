"""Kinks and jumps: where the derivative of a graph is one of several, and which node is at fault.

A row that chooses, as relu does at 0, is looked at one float to either side of its operands: there
its partials differ by more than rounding, or its value does. So the bend of a smooth function is
taken for no kink. Whether that reaches the result is seen by its differences to either side, of two
steps: at a kink the two slopes stay apart as the step shrinks, at a jump one of them grows.
"""

import math
from collections.abc import Callable, Collection, Mapping, Sequence
from typing import NamedTuple

from autograd.core.diagnosis import called, point
from autograd.core.formula import chooses, names_in, parsed
from autograd.core.graph import below, names
from autograd.core.numbers import evaluate, value_alone
from autograd.core.rows import Row
from autograd.core.tracking import number_left, peek
from autograd.core.value import Value
from autograd.numeric import EPS

_FINER = 16.0  # the second step is so much smaller
_ROUNDING = 1e-15  # of a difference, in parts of the values: some units in the last place


class Kink(NamedTuple):
    """A leaf at a kink or a jump of a graph: what is there at either side of it."""

    where: str  # `v1 = relu(a) at a = x = 0.0`
    is_jump: bool
    left: float  # the slope to the left; at a jump the value
    right: float


def kink(f: Callable[[float], float], root: Value, leaf: Value) -> Kink | None:
    """The kink or jump of a graph at a leaf, by which it is f; None if there is none.

    f is asked on both sides of the leaf. Raises what f raises where it is not defined.
    """
    operations, suspects = _suspects(root, leaf)
    if not suspects:
        return None
    number_left("a kink was looked for")
    x = peek(leaf)
    step = EPS * max(1.0, abs(x))
    finer = step / _FINER
    coarse = _slopes(f, x, step)
    fine = _slopes(f, x, finer)
    noise = 4.0 * _ROUNDING * max(abs(f(x)), abs(x * fine[0]), abs(x * fine[1])) / finer
    found = suspects[0]
    if len(suspects) > 1:
        found = _at_fault(operations, suspects, leaf, finer, noise)
    named = names(root)
    where = f"{named[found]} = {called(found.op)} at {point(found.op, found.operands, named)}"
    slopes = zip(coarse, fine, strict=True)
    if any(abs(after) > 4.0 * max(abs(before), noise) for before, after in slopes):
        return Kink(where, True, f(x - finer), f(x + finer))
    if abs(fine[1] - fine[0]) > max(noise, 0.5 * abs(coarse[1] - coarse[0])):
        return Kink(where, False, *fine)
    return None


def _slopes(f: Callable[[float], float], x: float, step: float) -> tuple[float, float]:
    """The difference quotients to the left and to the right."""
    here = f(x)
    left = x - step
    right = x + step
    return (here - f(left)) / (x - left), (f(right) - here) / (right - x)


def _suspects(root: Value, leaf: Value) -> tuple[list[Value], list[Value]]:
    """The nodes above a leaf, and those of them that are at a kink or a jump of their row."""
    above = {leaf: True}  # in order
    suspects = []
    for node in below(root)[0]:
        moved = [
            slot
            for slot, operand in enumerate(node.operands)
            if isinstance(operand, Value) and operand in above
        ]
        if moved:
            above[node] = True
        if any(_is_kinked(node, slot) for slot in moved):
            suspects.append(node)
    return [node for node in above if node is not leaf], suspects


def _at_fault(
    operations: Sequence[Value], suspects: Sequence[Value], leaf: Value, step: float, noise: float
) -> Value:
    """The first of several suspects that moves the result as the leaf moves by a step.

    What is multiplied by something near 0, as |x| in x·|x| at 0, moves the result by the square of
    the step: the result bends there, and has no kink. It is the first of all if none is seen to be
    at fault.
    """
    for node in suspects:
        try:
            before = _effect(operations, node, leaf, step * _FINER)
            after = _effect(operations, node, leaf, step)
        except (ArithmeticError, ValueError):
            continue  # there is no result without it
        if after > max(noise, 0.5 * before):
            return node
    return suspects[0]


def _effect(operations: Sequence[Value], node: Value, leaf: Value, step: float) -> float:
    """By how much the slopes of a result would be others if a node stayed what it is."""
    changes = []
    for move in (-step, step):
        moved = {leaf: peek(leaf) + move}
        changes.append(
            _result(operations, moved) - _result(operations, {**moved, node: peek(node)})
        )
    return max(map(abs, changes)) / step


def _result(operations: Sequence[Value], known: Mapping[Value, float]) -> float:
    """What the last of some operations is where a leaf is another number, or a node stays."""
    found = dict(known)
    for node in operations:
        if node not in found:
            operands = [x if isinstance(x, float) else found.get(x, peek(x)) for x in node.operands]
            found[node] = value_alone(node.op, operands)
    return found[operations[-1]]


def _is_kinked(node: Value, slot: int) -> bool:
    """Whether value or partials of an operation are not the same to both sides of an operand."""
    if not _has_choices(node.op):
        return False
    operands = [x if isinstance(x, float) else peek(x) for x in node.operands]
    x = operands[slot]
    found = []
    for beside in (math.nextafter(x, -math.inf), x, math.nextafter(x, math.inf)):
        moved = [*operands[:slot], beside, *operands[slot + 1 :]]
        try:
            out, partials = evaluate(node.op, moved)
        except (ArithmeticError, ValueError):
            return False  # it is not defined on that side
        found.append([out, *partials])
    return any(map(_differ, zip(*found, strict=True)))


def _differ(numbers: Collection[float]) -> bool:
    """Whether numbers differ by more than what a smooth function does within two floats."""
    return max(numbers) - min(numbers) > 1e-9 + 1e-6 * max(map(abs, numbers))


def _has_choices(row: Row) -> bool:
    trees = [parsed(text) for text in (row.primal, *row.partials)]
    return any(chooses(tree) or "fmod" in names_in(tree) for tree in trees)
