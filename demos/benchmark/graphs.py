"""Graphs that are recorded anew each time: what an engine takes to build and to differentiate them.

They are a step of a tiny GPT, micrograd's moons demo, a graph of many operations, a long chain, and
nodes to weigh. The same lines build them of any engine's Values; Python's garbage collector is as
it is by default. Time is that of the process.
"""

import ctypes
import random
import tracemalloc
from functools import partial
from statistics import median
from time import process_time
from typing import Any

import autograd
from autograd import MLP, Value
from autograd.core.graph import below
from demos import moons
from demos.benchmark import gpt, matrices
from demos.benchmark.clock import Timed, often, timed
from demos.benchmark.compiled import library
from demos.benchmark.engines import C_TAPE, MICROGRAD, PYTORCH, value_class

LAYERS = [16, 16, 1]
LEAVES = 100
COMPARED = 5  # steps, after which results are compared

Answer = dict[str, Any]


def gpt_step(who: str, steps: int) -> Answer:
    """The median seconds of a step of the GPT, a node for each × and +; its losses and numbers."""
    model: Any = matrices.TorchGPT() if who == PYTORCH else gpt.GPT(value_class(who))
    return gpt_steps(model, steps)


def gpt_step_affine(who: str, steps: int) -> Answer:
    """The same with one node for each product of a row and a vector."""
    return gpt_steps(gpt.GPT(value_class(who), partial(autograd.affine, b=0.0)), steps)


def gpt_steps(model: Any, steps: int) -> Answer:
    names = [gpt.NAMES[k % len(gpt.NAMES)] for k in range(max(COMPARED, steps))]
    found = [timed(partial(model.step, name), process_time) for name in names]
    return {
        "seconds": median(step.seconds for step in found),
        "results": [step.result for step in found[:COMPARED]],
        "operations": count_operations(model.loss(names[0])),
    }


def count_operations(loss: Any) -> int:
    """Of a graph of ours; another's has as many, or is no graph of scalars."""
    return len(below(loss)[0]) if isinstance(loss, Value) else 0


def moons_step(who: str, steps: int) -> Answer:
    """A step of micrograd's demo by each engine's own network, a node for each × and +."""
    model: Any = MLP(2, LAYERS, seed=0, fused=False)
    if who == MICROGRAD:
        model = micrograd_copy(model)
    return moons_steps(model, steps)


def moons_step_affine(_: str, steps: int) -> Answer:
    """The same with one node for a neuron's x·w + b."""
    return moons_steps(MLP(2, LAYERS, seed=0), steps)


def moons_steps(model: Any, steps: int) -> Answer:
    """The median seconds of a step, and the loss and parameters after five."""
    points = moons.moons(moons.COUNT, seed=0)
    times = []
    results = []
    for k in range(max(COMPARED, steps)):
        step = timed(partial(moons.step, model, *points, rate=0.1), process_time)
        times.append(step.seconds)
        if k + 1 == COMPARED:
            # Each engine lists its parameters in an order of its own.
            parameters = sorted(p.data for p in model.parameters())
            results = [step.result, *parameters]
    return {
        "seconds": median(times),
        "results": results,
        "operations": count_operations(moons.total_loss(model, *points)),
    }


def micrograd_copy(model: MLP) -> Any:
    """micrograd's network with the same parameters."""
    nn = __import__("micrograd.nn").nn
    copy: Any = nn.MLP(2, LAYERS)
    for layer, its_layer in zip(model.layers, copy.layers, strict=True):
        for neuron, its_neuron in zip(layer.neurons, its_layer.neurons, strict=True):
            pairs = zip(neuron.parameters(), its_neuron.parameters(), strict=True)
            for p, its_p in pairs:
                its_p.data = p.data
    return copy


def leaf_numbers() -> list[float]:
    rng = random.Random(0)
    return [rng.uniform(-1.0, 1.0) for _ in range(LEAVES)]


def scalar_graph(leaves: list[Any], operations: int) -> Any:
    """Products, sums and relus of the leaves, added up in a tree: others' recursion knows no chain.

    tape.c builds the same.
    """
    row = []
    for i in range(operations // 5):
        a = leaves[i % LEAVES]
        b = leaves[(7 * i + 3) % LEAVES]
        c = leaves[(i + 50) % LEAVES]
        d = leaves[i // LEAVES % LEAVES]
        product = (a * b + c) * d
        row.append(product.relu())
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)
        odd_one = row[len(row) // 2 * 2 :]
        row = [a + b for a, b in pairs] + odd_one
    return row[0]


def scalar_operations(who: str, operations: int) -> Answer:
    """The median seconds to build and to differentiate a graph of so many, and its gradients."""
    done = often(partial(in_c if who == C_TAPE else by_values, who, operations))
    return {
        "seconds": done.seconds,
        "results": done.result,
    }


def by_values(who: str, operations: int) -> Timed:
    leaves = [*map(value_class(who), leaf_numbers())]

    def run() -> Any:
        root = scalar_graph(leaves, operations)
        root.backward()
        return root

    seconds, root = timed(run, process_time)
    return Timed(seconds, [float(root.data), *(float(x.grad) for x in leaves)])


def in_c(_: str, operations: int) -> Timed:
    run = library("tape.c").run
    run.restype = ctypes.c_double
    numbers = ctypes.c_double * LEAVES
    leaves = numbers(*leaf_numbers())
    gradients = numbers()
    run(leaves, operations, gradients)  # takes its memory
    seconds, result = timed(partial(run, leaves, operations, gradients), process_time)
    return Timed(seconds, [result, *gradients])


def long_chain(who: str, operations: int) -> Answer:
    """Seconds to build a chain of products and tanh, to differentiate it, and to free it."""
    value = value_class(who)
    x = value(0.5)
    w = value(1.0)  # by a smaller one the numbers fall below the normal floats, which are slower
    kept: list[Any] = []  # the chain's last reference
    build = timed(lambda: kept.append(chain(x, w, operations)), process_time).seconds
    backward = timed(kept[0].backward, process_time).seconds
    results = [kept[0].data, x.grad]
    free = timed(kept.clear, process_time).seconds
    return {
        "seconds": build + backward + free,
        "results": results,
    }


def chain(x: Any, w: Any, operations: int) -> Any:
    y = x
    for i in range(operations):
        y = y.tanh() if i % 2 else y * w
    return y


def bytes_a_node(who: str, nodes: int) -> Answer:
    """Bytes of a binary node, its number among them, of two leaves that are there already."""
    value = value_class(who)
    a = value(1.5)
    b = value(2.5)
    kept: list[Any] = [None] * nodes
    tracemalloc.start()
    for i in range(nodes):
        kept[i] = a * b
    size = tracemalloc.get_traced_memory()[0]
    tracemalloc.stop()
    return {
        "bytes": size / nodes,
        "results": [kept[-1].data],
    }
