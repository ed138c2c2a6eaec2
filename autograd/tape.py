"""The recorded operations below a node, in evaluation order."""

from __future__ import annotations

from collections.abc import Iterable
from itertools import count
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.value import Value


def tape(root: Value, seen: set[Value] | None = None) -> tuple[list[Value], list[Value]]:
    """Give the operations below `root`, operands before results, and the leaves in the order they are met.

    Depth first from the left on a stack of its own, so that depth is not limited by Python's recursion. Nodes in `seen`
    are passed over, and those met are added to it. Raises TypeError for anything but a Value.
    """
    if not hasattr(root, "operands"):
        raise TypeError(f"a graph begins at a Value, got {type(root).__name__}")
    operations: list[Value] = []
    leaves: list[Value] = []
    seen = set() if seen is None else seen
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if node is None:  # the operands of the node under it are done
            operations.append(stack.pop())
        elif node.__class__ is not float and node not in seen:
            seen.add(node)
            a, b = node._a, node._b
            if a is None:
                leaves.append(node)
            elif b is not None:
                stack += (node, None, b, a)
            elif a.__class__ is tuple and seen.issuperset(a):  # as of a layer's second neuron over a second sample
                operations.append(node)
            else:
                stack += (node, None, *reversed(a)) if a.__class__ is tuple else (node, None, a)
    return operations, leaves


def above(values: Iterable[Value], operations: list[Value]) -> set[Value]:
    """Some Values, and the operations that depend on them."""
    found: set[Any] = set(values)
    for node in operations:
        if not found.isdisjoint(node.operands):
            found.add(node)
    return found


def document_order(operations: list[Value]) -> tuple[list[Value], list[Value], list[Value]]:
    """Operations layer by layer, by their distance from the leaves; leaves by the first layer that reads them and their
    place among its operands: W1, B1, W2, B2; and for the way back layer by layer each layer, then the leaves it reads."""
    depth: dict[Value, int] = {}
    for node in operations:
        depth[node] = 1 + max(depth.get(operand, 0) for operand in node._prev)
    forward = sorted(operations, key=depth.__getitem__)
    place: dict[Value, tuple[int, int]] = {}
    for node in forward:
        for slot, operand in enumerate(node.operands):
            if not isinstance(operand, float) and not operand.operands:
                place.setdefault(operand, (depth[node], slot))
    leaves = sorted(place, key=place.__getitem__)
    depth |= {leaf: layer for leaf, (layer, _) in place.items()}
    return forward, leaves, sorted([*forward, *leaves], key=lambda node: -depth[node])


def names(root: Value, others: Iterable[Value] = ()) -> dict[Value, str]:
    """Name each Value below `root`, leaves first, and others: its label on one line, or v1 v2 … for those without one."""
    operations, leaves = tape(root)
    labels = {node: printable(str(node.label)) for node in (*leaves, *operations, *others)}
    taken = set(labels.values())
    unlabelled = (name for i in count(1) if (name := f"v{i}") not in taken)
    return {node: label or next(unlabelled) for node, label in labels.items()}


def printable(label: str) -> str:
    """A text with escapes for what does not print."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in label)
