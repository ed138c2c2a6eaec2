"""The derivatives of a node by some of those below it, by the chain rule, which leave no trace."""

from typing import Any

from autograd.core.graph import below, depending_on, recorded_partials
from autograd.core.native.loading import in_c


@in_c
def adjoints_of(output: Any, wanted: list[Any]) -> dict[Any, float]:
    """Find the derivative of `output` by those of the wanted nodes that lead to it.

    Other than `backward` it changes no `grad`.
    """
    operations, _ = below(output)
    needed = depending_on(wanted, operations)
    adjoints: dict[Any, float] = {output: 1.0}
    for node in reversed(operations):
        adjoint = adjoints.get(node)
        if adjoint is None or node not in needed:
            continue
        for operand, partial in zip(node.operands, recorded_partials(node), strict=False):
            if operand in needed:
                adjoints[operand] = adjoints.get(operand, -0.0) + adjoint * partial
    return {x: adjoints[x] for x in wanted if x in adjoints}
