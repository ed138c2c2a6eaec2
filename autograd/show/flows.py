"""Where the gradients of a graph flow: over each use of a Value, and along whole paths."""

import heapq
from collections import defaultdict
from collections.abc import Mapping, Sequence
from math import isfinite
from typing import NamedTuple, TypeAlias

from autograd.core.choices import Use, sweep
from autograd.core.graph import recorded_partials
from autograd.core.value import Value

KEPT = 1000  # paths that are all kept; of more the largest are
LARGEST = 10
UNCOUNTED = 10**18  # paths that are counted no further


class Flow(NamedTuple):
    """What one use of a Value adds to its gradient: upstream × local.

    Attributes:

    - `result`: the operation that uses the Value.
    - `slot`: which operand of it the Value is, from 0.
    - `upstream`: the derivative of the root by `result`.
    - `local`: the derivative of `result` by this operand.
    - `contribution`: `upstream` × `local`.
    - `sum_so_far`: the contributions up to this one, added up in order.

    >>> from autograd import explain
    >>> x = Value(3.0, "x")
    >>> step = explain(x * x).steps[-1]  # the gradient of x, which is used twice
    >>> [(flow.slot, flow.upstream, flow.local, flow.sum_so_far) for flow in step.flows]
    [(0, 1.0, 3.0, 3.0), (1, 1.0, 3.0, 6.0)]
    """

    result: Value
    slot: int
    upstream: float
    local: float
    contribution: float
    sum_so_far: float


class Step(NamedTuple):
    """The gradient of one Value, and the flows that it is the sum of.

    Attributes:

    - `node`: the Value.
    - `gradient`: the derivative of the root by it.
    - `flows`: the list of its flows, a `Flow` for each use; empty for the root.

    >>> from autograd import explain
    >>> x = Value(3.0, "x")
    >>> [(step.gradient, len(step.flows)) for step in explain(x * x).steps]
    [(1.0, 0), (6.0, 2)]
    """

    node: Value
    gradient: float
    flows: list[Flow]


class Path(NamedTuple):
    """A way from the root down to a leaf.

    Attributes:

    - `flows`: the list of the flows along it, a `Flow` for each operation, from the root.
    - `product`: the product of their local derivatives, which is what the path adds to the
      gradient.

    >>> from autograd import explain
    >>> x = Value(3.0, "x")
    >>> [path.product for path in explain(x * x + x, x).paths]
    [3.0, 3.0, 1.0]
    """

    flows: list[Flow]
    product: float


def flows_by_node(root: Value, operations: Sequence[Value]) -> Mapping[Value, list[Flow]]:
    """What each Value receives, in the order and to the bits of `backward`."""
    flows: dict[Value, list[Flow]] = defaultdict(list)
    found = sweep(root, operations)
    for result in reversed(operations):
        if result is not root and not flows[result]:
            continue  # below the condition of a `where`
        upstream = gradient(result, root, flows[result])
        uses = zip(result.operands, recorded_partials(result), strict=False)
        for slot, (operand, local) in enumerate(uses):
            if not isinstance(operand, Value):
                continue
            if isfinite(upstream * local) or Use(result, slot) not in found.closed:
                flow = _flow(result, slot, upstream, local, flows[operand])
                flows[operand].append(flow)
    return flows


def _flow(result: Value, slot: int, upstream: float, local: float, earlier: list[Flow]) -> Flow:
    contribution = upstream * local
    sum_so_far = earlier[-1].sum_so_far + contribution if earlier else contribution
    return Flow(result, slot, upstream, local, contribution, sum_so_far)


def gradient(node: Value, root: Value, flows: Sequence[Flow]) -> float:
    """The derivative of the root by a node, from what flows to it."""
    if flows:
        return flows[-1].sum_so_far
    return 1.0 if node is root else 0.0


def count_paths(steps: Sequence[Step], leaf: Value) -> int:
    """The number of paths from the root to a leaf, at most `UNCOUNTED`.

    The steps begin at the root, and results come before operands.
    """
    root = steps[0].node
    count = {root: 1}
    for step in steps[1:]:
        uses = sum(count[flow.result] for flow in step.flows)
        count[step.node] = min(uses, UNCOUNTED)
    return count[leaf]


# A path under way: the product of its derivatives, and its last flow, linked to those before.
_Link: TypeAlias = "tuple[Flow, _Link] | None"
_Way: TypeAlias = tuple[float, _Link]


def largest_paths(steps: Sequence[Step], leaf: Value, path_count: int) -> list[Path]:
    """All of the paths to a leaf, or the largest of very many, the largest product first."""
    most = path_count if path_count <= KEPT else LARGEST
    root = steps[0].node
    start: _Way = (1.0, None)
    ways: dict[Value, list[_Way]] = {root: [start]}
    for step in steps[1:]:
        longer = (
            (product * flow.local, (flow, link))
            for flow in step.flows
            for product, link in ways[flow.result]
        )
        ways[step.node] = heapq.nlargest(most, longer, key=lambda way: abs(way[0]))
    return [Path(_from_root(link), product) for product, link in ways[leaf]]


def _from_root(link: _Link) -> list[Flow]:
    flows = []
    while link is not None:
        flow, link = link
        flows.append(flow)
    return flows[::-1]
