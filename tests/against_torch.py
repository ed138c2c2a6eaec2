"""The engine against PyTorch: random graphs of all rows, their values, two derivatives.

    python -m tests.against_torch [--graphs 2000] [--seed 0]

Error model: two results may differ by K · ulp(scale), where scale = Σ |∂result/∂node| · |node|
over all nodes of the graph that computed the result, each |∂result/∂node| as Σ|contributions|:
what one rounding of each number on the way does to it, to first order. The graph is ours, or the
same by the mathematics of its rows, as most rows of PyTorch are: the one that loses more. Leaves
count, for what is rounded inside a row, such as the products of affine or PyTorch's 1 − x² for
(1 − x)(1 + x). The worst of seed 0 is 1.5 · ulp(scale).

Operands keep off kinks by `smooth` of their row, and off 0 under a power, where PyTorch may
choose otherwise; and numbers keep off underflow, and off cancellation so deep that nothing but
rounding is left: the model is of first order.
"""

import argparse
import operator
import random
import sys
import warnings
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cache
from math import ulp
from typing import Any

from autograd.core.rows import SLOPES, Row
from autograd.core.value import Value, record
from autograd.derivatives import grad
from tests.bounds import scale
from tests.strategies import ELEMENTAL, WIDE, Graph, draw_of_all_rows

with suppress(
    ImportError
):  # pytest imports every module for its doctests, also where there is no PyTorch
    warnings.filterwarnings("ignore", "Failed to initialize NumPy")
    import torch

K = 4.0
# Slopes are recorded by second derivatives, and have no namesake.
ROWS = [row for row in (*ELEMENTAL, *WIDE) if row not in SLOPES]
ORDERS = ("value", "first derivative", "second derivative")

# A row that is not here has its namesake in torch. Four rows of PyTorch cancel in a tail: 1 + erf
# in gelu, out + 1 in expm1', 1 − sigmoid in silu'' and softplus''. There mpmath finds ours right
# and theirs not, and another formula takes its place.
TORCH: dict[str, Callable[..., Any]] = {
    "add": operator.add,
    "sub": operator.sub,
    "mul": operator.mul,
    "div": operator.truediv,
    "power": operator.pow,
    "power_constant": operator.pow,
    "expm1": lambda a: torch.expm1(a) if a > -1.0 else torch.exp(a) - 1.0,
    "max": lambda a, b: torch.maximum(a, b),
    "min": lambda a, b: torch.minimum(a, b),
    "softplus": lambda a: (
        torch.nn.functional.softplus(a) if a < 0.0 else a + torch.log1p(torch.exp(-a))
    ),
    "leaky_relu": lambda a, slope: torch.where(a > 0.0, a, slope * a),
    "elu": lambda a, alpha: torch.where(a > 0.0, a, alpha * torch.nn.functional.elu(a)),
    "silu": lambda a: torch.nn.functional.silu(a) if a < 0.0 else a / (1.0 + torch.exp(-a)),
    "gelu": lambda a: (
        torch.nn.functional.gelu(a) if a > 0.0 else 0.5 * a * torch.erfc(-a / 2.0**0.5)
    ),
    "floordiv": lambda a, b: torch.div(a, b, rounding_mode="floor"),
    "mod": lambda a, b: torch.remainder(a, b),
    "cbrt": lambda a: torch.sign(a) * torch.abs(a) ** (1.0 / 3.0),
    "normal_cdf": lambda a: 0.5 * torch.erfc(-a / 2.0**0.5),
    "equal": lambda a, b: (a == b).double(),
    "less": lambda a, b: (a < b).double(),
    "at_most": lambda a, b: (a <= b).double(),
    "where": lambda a, b, condition: torch.where(condition != 0.0, a, b),
    "half_squared_error": lambda a, b: 0.5 * (a - b) ** 2,
    "binary_cross_entropy": lambda a, b: (
        b * torch.nn.functional.softplus(-a) + (1.0 - b) * torch.nn.functional.softplus(a)
    ),
    "huber": lambda a, b, delta: torch.where(
        abs(a - b) <= delta, 0.5 * (a - b) ** 2, delta * (abs(a - b) - 0.5 * delta)
    ),
    "affine": lambda *xwb: (
        torch.dot(torch.stack(xwb[: len(xwb) // 2]), torch.stack(xwb[len(xwb) // 2 : -1])) + xwb[-1]
    ),
    "total": lambda *summands: torch.stack(summands).sum(),
    "mean": lambda *summands: torch.stack(summands).mean(),
}


def compare(graph: Graph) -> Iterator[tuple[int, float, float, float]]:
    """Order, ours, theirs and scale of a graph's value, and of its first and second derivatives."""
    leaves = [Value(number) for number in graph.numbers]
    read_leaves = [Value(number) for number in graph.numbers]
    their_leaves = [
        torch.tensor(number, dtype=torch.float64, requires_grad=True) for number in graph.numbers
    ]
    root = graph.build(leaves)
    read_root = graph.nodes(read_leaves, lambda op, *xs: record(as_read(op), *xs))[-1]
    their_root = graph.nodes(
        their_leaves, lambda op, *xs: (TORCH.get(op.name) or getattr(torch, op.name))(*xs)
    )[-1]

    def results(
        order: int, ours: float, recorded: Value, read: Value, theirs: Any
    ) -> Iterator[tuple[int, float, float, float]]:
        yield order, ours, theirs.item(), max(scale(recorded), scale(read))
        if order < 2:
            derivatives = zip(
                grad(recorded, leaves, allow_unused=True),
                grad(recorded, leaves, create_graph=True, allow_unused=True),
                grad(read, read_leaves, create_graph=True, allow_unused=True),
                torch_grad(theirs, their_leaves),
                strict=True,
            )
            for derivative in derivatives:
                yield from results(order + 1, *derivative)

    return results(0, root.data, root, read_root, their_root)


@cache
def as_read(row: Row) -> Row:
    """A row by its mathematics alone: PyTorch computes most rows so, and loses what that loses."""
    return Row(row.name, row.symbol, row.primal, row.partials, row.domain, row.operands)


def torch_grad(output: Any, leaves: list[Any]) -> Any:
    if not output.requires_grad:  # PyTorch refuses to differentiate a constant
        return [torch.zeros(())] * len(leaves)
    return torch.autograd.grad(
        output, leaves, create_graph=True, allow_unused=True, materialize_grads=True
    )


def main(graphs: int, seed: int) -> None:
    torch.set_num_threads(1)
    rng, uses, compared = (
        random.Random(seed),
        Counter({op.name: 0 for op in ROWS}),
        Counter[int](),
    )
    worst = dict.fromkeys(range(len(ORDERS)), (0.0, ""))
    for i in range(graphs):
        graph = draw_of_all_rows(rng, ROWS)
        rows = [op.name for op, _ in graph.steps]
        uses.update(rows)
        try:
            results = list(compare(graph))
        except Exception:
            print(f"graph {i} of seed {seed}:\n{graph}", file=sys.stderr)
            raise
        for order, ours, theirs, size in results:
            ratio = abs(ours - theirs) / ulp(size)
            if not ratio <= K:  # a NaN neither
                numbers = f"{ORDERS[order]} {ours!r}, by PyTorch {theirs!r}"
                apart = f"{ratio:.3g} ulp({size:.3g}) apart, more than {K}"
                sys.exit(f"graph {i} of seed {seed}: {numbers}: {apart}\n{graph}")
            compared[order] += 1
            worst[order] = max(worst[order], (ratio, " ".join(rows)))
    print(f"{graphs} graphs agree with PyTorch {torch.__version__} to {K} ulp(scale), most apart:")
    for order, (ratio, text) in worst.items():
        print(f"  of {compared[order]} × {ORDERS[order]} by {ratio:.3g} ulp(scale) in {text}")
    rarest, count = uses.most_common()[-1]
    print(f"  of {len(uses)} rows {rarest} was used least, {count} times")
    if count < max(1, graphs // 100):
        sys.exit(f"too few graphs use {rarest}")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description="Compare random graphs with PyTorch.")
    parser.add_argument("--graphs", type=int, default=2000)
    parser.add_argument("--seed", type=int, default=0)
    main(**vars(parser.parse_args()))
