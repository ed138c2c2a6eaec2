"""What hypothesis draws from: rows over their own domains, and random graphs made of rows."""

import random
from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import Any

from hypothesis import assume, settings
from hypothesis import strategies as st

from autograd.core.numbers import DomainError
from autograd.core.rows import ROWS, Row, affine_row, mean_row, total_row
from autograd.core.value import Value, record
from tests import ALL_EXAMPLES
from tests.bounds import scale
from tests.rows import entry_of, everywhere, first_not_zero

ELEMENTAL = [op for op in ROWS.values() if op.name != "leaf"]
WIDE = [affine_row(1), affine_row(3), total_row(1), total_row(4), mean_row(1), mean_row(3)]


def intervals(op: Row) -> list[tuple[float, float]]:
    return list(entry_of(op).sample)


def examples(count: int) -> settings:
    """So many examples where all are asked for, as by make test-all; else a quarter of them."""
    return settings(max_examples=count if ALL_EXAMPLES else -(-count // 4))


@st.composite
def points(draw: Callable[..., Any], op: Row) -> list[float]:
    """Operands from the row's own intervals, where it is smooth."""
    point = [draw(st.floats(low, high, allow_subnormal=False)) for low, high in intervals(op)]
    assume(entry_of(op).smooth(*point))
    return point


# Rows that keep moderate numbers moderate: deep random graphs stay finite and well conditioned.
TAME = [
    ROWS[name]
    for name in "add sub mul neg tanh sigmoid sin cos atan softplus gelu silu asinh erf max".split()
]


@dataclass
class Graph:
    """A recipe: leaves, then operations on earlier nodes by their place, or on plain numbers."""

    numbers: list[float]
    steps: list[tuple[Row, list[int | float]]]

    def nodes(self, leaves: Sequence[Any], apply: Callable[..., Any] = record) -> list[Any]:
        nodes = list(leaves)
        for op, operands in self.steps:
            nodes.append(apply(op, *(nodes[x] if isinstance(x, int) else x for x in operands)))
        return nodes

    def build(self, leaves: Sequence[Value]) -> Value:
        return self.nodes(leaves)[-1]  # type: ignore[no-any-return]  # of Values

    def __str__(self) -> str:
        nodes = self.nodes([Value(number) for number in self.numbers])
        names: dict[Any, str] = {node: f"v{i}" for i, node in enumerate(nodes)}
        texts = [
            f"{node.op.name}({', '.join(names.get(x, repr(x)) for x in node.operands)})"
            for node in nodes
        ]
        return "\n".join(
            f"  {names[node]} = {text} = {node.data!r}"
            for node, text in zip(nodes, texts, strict=True)
        )


@st.composite
def graphs(draw: Callable[..., Any], longest: int = 12) -> Graph:
    """Random graphs in which nodes are shared and used twice."""
    numbers = draw(st.lists(st.floats(-2.0, 2.0, allow_subnormal=False), min_size=1, max_size=4))
    steps: list[tuple[Row, list[int | float]]] = []
    for i in range(draw(st.integers(1, longest))):
        op = draw(st.sampled_from(TAME + WIDE))
        count = len(numbers) + i
        # the newest node is always used, so that the graph is connected
        operands: list[int | float] = [
            count - 1,
            *(draw(st.integers(0, count - 1)) for _ in op.operands[1:]),
        ]
        steps.append((op, draw(st.permutations(operands))))
    return Graph(numbers, steps)


# Where a row's own `smooth` does not fit: zero is the edge of a power's domain; a condition of 0 is
# no kink, it chooses.
SMOOTH: dict[str, Callable[..., bool]] = {
    "power": first_not_zero,
    "power_constant": first_not_zero,
    "where": everywhere,
}


def draw_of_all_rows(rng: random.Random, rows: Sequence[Row] = (*ELEMENTAL, *WIDE)) -> Graph:
    """Up to 12 operations on 1 to 4 leaves, each on the newest node, so that all matter."""
    nodes = [Value(rng.uniform(-2.0, 2.0)) for _ in range(rng.randint(1, 4))]
    graph, length = Graph([leaf.data for leaf in nodes], []), rng.randint(1, 12)
    while len(graph.steps) < length:
        op, newest = rng.choice(rows), len(nodes) - 1
        operands: list[int | float] = [newest, *(rng.randint(0, newest) for _ in op.operands[1:])]
        rng.shuffle(operands)
        if op.name == "power_constant":
            operands = [
                newest,
                rng.choice([-2.0, -1.0, 0.0, 0.5, 1.0, 2.0, 3.0, rng.uniform(-3.0, 3.0)]),
            ]
        if op.name == "huber":
            operands = [newest, rng.randint(0, newest), rng.uniform(0.1, 2.0)]
        node = attempt(op, [nodes[x] if isinstance(x, int) else x for x in operands])
        if node is not None:
            nodes.append(node)
            graph.steps.append((op, operands))
    return graph


def attempt(op: Row, operands: list[Value | float]) -> Value | None:
    """Record an operation; None near a kink, and where a number is tiny, large, or rounding."""
    point = [x.data if isinstance(x, Value) else x for x in operands]
    if not SMOOTH.get(op.name, entry_of(op).smooth)(*point):
        return None
    with suppress(DomainError):
        node: Value = record(op, *operands)
        moderate = all(x == 0.0 or 1e-30 < abs(x) < 1e30 for x in (node.data, *node.partials))
        if moderate and abs(node.data) < 100.0 and scale(node) <= 1e6 * abs(node.data):
            return node
    return None
