"""What hypothesis draws from: rows over their own domains, and random graphs made of rows."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from hypothesis import assume
from hypothesis import strategies as st

from autograd.ops import FUNCTIONS, OPS, REAL, Op, affine_row, mean_row, total_row
from autograd.value import Value, record

ROWS = [op for op in OPS.values() if op.name != "leaf"]
WIDE = [affine_row(1), affine_row(3), total_row(1), total_row(4), mean_row(3)]


def intervals(op: Op) -> list[tuple[float, float]]:
    return list(op.sample) if len(op.sample) == len(op.operands) else [REAL] * len(op.operands)


@st.composite
def points(draw: Callable[..., Any], op: Op) -> list[float]:
    """Operands from the row's own intervals, where it is smooth."""
    point = [draw(st.floats(low, high, allow_subnormal=False)) for low, high in intervals(op)]
    assume(eval(op.smooth, dict(FUNCTIONS), dict(zip(op.operands, point, strict=True))))
    return point


# Rows that keep moderate numbers moderate: deep random graphs stay finite and well conditioned.
TAME = [OPS[name] for name in "add sub mul neg tanh sigmoid sin cos atan softplus gelu silu asinh erf max".split()]


@dataclass
class Graph:
    """A recipe: leaves, then operations on earlier nodes, so that it can be built again at other numbers."""

    numbers: list[float]
    steps: list[tuple[Op, list[int]]]

    def build(self, leaves: Sequence[Value]) -> Value:
        nodes: list[Value] = list(leaves)
        for op, operands in self.steps:
            nodes.append(record(op, *(nodes[i] for i in operands)))
        return nodes[-1]


@st.composite
def graphs(draw: Callable[..., Any], longest: int = 12) -> Graph:
    """Random graphs in which nodes are shared and used twice."""
    numbers = draw(st.lists(st.floats(-2.0, 2.0, allow_subnormal=False), min_size=1, max_size=4))
    steps: list[tuple[Op, list[int]]] = []
    for i in range(draw(st.integers(1, longest))):
        op = draw(st.sampled_from(TAME + WIDE))
        count = len(numbers) + i
        # the newest node is always used, so that the graph is connected
        operands = [count - 1] + [draw(st.integers(0, count - 1)) for _ in op.operands[1:]]
        steps.append((op, draw(st.permutations(operands))))
    return Graph(numbers, steps)
