"""The recorded operations below a node: their order, and their names."""

from collections.abc import Iterable, Iterator
from itertools import count
from typing import Any, NamedTuple, Protocol, TypeVar

from autograd.core.native.loading import in_c
from autograd.core.rows import LEAF, Row


class Node(Protocol):
    """What a graph is made of, as `Value` is."""

    label: str

    @property
    def op(self) -> Row: ...

    @property
    def operands(self) -> tuple[Any, ...]: ...

    @property
    def origin(self) -> str: ...


N = TypeVar("N", bound=Node)


@in_c
def below(root: N, seen: set[N] | None = None) -> tuple[list[N], list[N]]:
    """Give the operations below `root`, operands before results, and the leaves as they are met.

    Depth first from the left on a stack of its own, so that depth is not limited by Python's
    recursion. Nodes in `seen` are passed over, and those met are added to it. Raises TypeError for
    anything but a Value.
    """
    if not hasattr(root, "operands"):
        hint = "; call it, and give the Value that comes of it" if callable(root) else ""
        raise TypeError(f"a graph begins at a Value, got {type(root).__name__}{hint}")
    operations: list[N] = []
    leaves: list[N] = []
    seen = set() if seen is None else seen
    stack: list[Any] = [root]
    while stack:
        node = stack.pop()
        if node is None:  # the operands of the node under it are done
            operations.append(stack.pop())
        elif node.__class__ is not float and node not in seen:
            seen.add(node)
            a = node._a
            b = node._b
            if b is not None:
                stack += (node, None, b, a)
            elif a is not None:
                stack += (node, None, a)
            elif node._row is LEAF:
                leaves.append(node)
            elif seen.issuperset(node._operands):  # as of a layer's second neuron
                operations.append(node)
            else:
                stack += (node, None, *reversed(node._operands))
    return operations, leaves


def below_all(roots: Iterable[N]) -> tuple[list[N], list[N]]:
    """The same below several roots, each node once."""
    operations: list[N] = []
    leaves: list[N] = []
    seen: set[N] = set()
    for root in roots:
        more_operations, more_leaves = below(root, seen)
        operations += more_operations
        leaves += more_leaves
    return operations, leaves


def operand_values(node: N) -> tuple[N, ...]:
    """The operands that are Values, in order; plain numbers are left out."""
    return tuple(operand for operand in node.operands if operand.__class__ is not float)


@in_c
def recorded_partials(node: Any) -> tuple[float, ...]:
    """The local derivatives as recorded, one for each partial of the row."""
    if node._b is not None:
        both = (node._da, node._db)
        return both[: len(node._row.partials)]
    if node._a is not None:
        return (node._da,)
    return () if node._row is LEAF else node._partials


def sign(node: Node) -> str:
    """The sign of a node's operation: its row's symbol, with a constant exponent after it."""
    if node.op.name == "power_constant":
        return f"{node.op.symbol}{node.operands[1]:g}"
    return node.op.symbol


def depending_on(values: Iterable[N], operations: Iterable[N]) -> set[N]:
    """Some Values, and those of the operations, given in order, that depend on them."""
    found = set(values)
    for node in operations:
        if not found.isdisjoint(node.operands):
            found.add(node)
    return found


def document_order(operations: list[N]) -> tuple[list[N], list[N], list[N]]:
    """The order in which the document tells a graph: forward, its leaves, and backward.

    Operations go layer by layer, by their distance from the leaves. On the way back comes each
    layer, then the leaves that it reads.
    """
    layer, first = _layers(operations)
    forward = sorted(operations, key=layer.__getitem__)
    leaves = sorted(first, key=first.__getitem__)
    for leaf in leaves:
        layer[leaf] = first[leaf].layer
    backward = sorted([*forward, *leaves], key=lambda node: -layer[node])
    return forward, leaves, backward


def leaves_in_order(operations: list[N]) -> list[N]:
    """The leaves in the document's order.

    They go by the first layer that reads them and their place among its operands: W1, B1, W2, B2.
    """
    _, first = _layers(operations)
    return sorted(first, key=first.__getitem__)


class FirstUse(NamedTuple):
    """Where a leaf is read first."""

    layer: int
    slot: int
    serial: int  # of the operation


def _layers(operations: list[N]) -> tuple[dict[N, int], dict[N, FirstUse]]:
    """The layer of each operation, and for each leaf where it is read first."""
    layer: dict[N, int] = {}
    first: dict[N, FirstUse] = {}
    for serial, node in enumerate(operations):
        deepest = 0
        leaves = []
        for slot, operand in enumerate(node.operands):
            if operand.__class__ is not float:
                depth = layer.get(operand, 0)
                if depth > deepest:
                    deepest = depth
                elif depth == 0:
                    leaves.append((slot, operand))
        layer[node] = deepest + 1
        for slot, leaf in leaves:
            known = first.get(leaf)
            if known is None or known.layer > deepest + 1:
                first[leaf] = FirstUse(deepest + 1, slot, serial)
    return layer, first


def names(root: N, others: Iterable[N] = ()) -> dict[N, str]:
    """Name each Value below `root`, leaves first, and others; no two alike.

    The name is the label on one line, with _2, _3, … after it where others have that too; without
    a label it is v1, v2, … as far as no label is that.
    """
    operations, leaves = below(root)
    return named((*leaves, *operations, *others))


def named(nodes: Iterable[N]) -> dict[N, str]:
    """Name nodes, as `names` does, in this order."""
    labels = {node: printable(str(node.label)) for node in nodes}
    taken = set(labels.values())
    numbers: dict[str, Iterator[int]] = {}
    found: dict[N, str] = {}
    for node, label in labels.items():
        is_first = label and label not in numbers
        counter = numbers.setdefault(label, count(2 if label else 1))
        found[node] = label if is_first else next(_free(label, counter, taken))
    return found


def _free(label: str, counter: Iterator[int], taken: set[str]) -> Iterator[str]:
    """Names for Values without a label, or with one that others have, which no label is."""
    for number in counter:
        name = f"{label}_{number}" if label else f"v{number}"
        if name not in taken:
            yield name


def printable(label: str) -> str:
    """A text with escapes for what does not print."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in label)
