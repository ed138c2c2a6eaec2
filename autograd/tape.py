"""The recorded operations below a node, in evaluation order."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from autograd.value import Value


def tape(root: Value) -> tuple[list[Value], list[Value]]:
    """Give the operations below `root`, operands before results, and the leaves in the order they are met.

    Depth first from the left on a stack of its own: neither depth nor size is limited by Python's recursion limit.

    >>> from autograd import Value
    >>> x = Value(3.0, "x")
    >>> operations, leaves = tape(x * x + x)
    >>> [node.op.name for node in operations], [leaf.label for leaf in leaves]
    (['mul', 'add'], ['x'])
    """
    operations: list[Value] = []
    leaves: list[Value] = []
    seen: set[Value] = set()
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if node is None:
            operations.append(stack.pop())
        elif node not in seen:
            seen.add(node)
            a, b = node._a, node._b
            if a is None:
                leaves.append(node)
                continue
            stack += (node, None)  # None: the operands of the node under it are done
            if b is not None:
                if b.__class__ is not float:
                    stack.append(b)
                if a.__class__ is not float:
                    stack.append(a)
            elif a.__class__ is tuple:
                stack += [operand for operand in reversed(a) if operand.__class__ is not float]
            else:
                stack.append(a)
    return operations, leaves
