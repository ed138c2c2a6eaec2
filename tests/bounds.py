"""How far a computed derivative may be off: in units in the last place of what was added up."""

from collections.abc import Sequence
from typing import Any

from autograd.core.graph import below
from autograd.core.rows import ROWS
from autograd.core.value import Value


def contributions(output: Value, inputs: Sequence[Value]) -> list[float]:
    """Σ|contributions| to the derivative by each input.

    It is the sum over all paths of the product of |local partials|.
    """
    adjoints: dict[Any, float] = {output: 1.0}
    for node in reversed(below(output)[0]):
        for operand, partial in zip(node.operands, node.partials, strict=True):
            # Through detach no derivative flows, but every rounding.
            flow = 1.0 if node.op is ROWS["detach"] else abs(partial)
            adjoints[operand] = adjoints.get(operand, 0.0) + adjoints.get(node, 0.0) * flow
    return [adjoints.get(leaf, 0.0) for leaf in inputs]


def scale(result: Value) -> float:
    """Σ |∂result/∂node| · |node| over all nodes below.

    That is what one rounding of each number on the way does, to first order.
    """
    operations, leaves = below(result)
    nodes = [*operations, *leaves]
    return sum(
        part * abs(node.data)
        for part, node in zip(contributions(result, nodes), nodes, strict=True)
    )
