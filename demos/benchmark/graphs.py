"""Graphs that run eagerly, by micrograd and by ours.

They are the moons demo's step, a graph of 200,000 operations, nodes to weigh, and chains to grow.
The same lines build them of either engine's Values, of the moons each engine's own network;
Python's garbage collector is as it is by default.
"""

import gc
import importlib
import random
import tracemalloc
from functools import partial
from statistics import median
from typing import Any

import autograd
from autograd import MLP, CompileError, Value
from demos import moons
from demos.benchmark.clock import timed

LAYERS = [16, 16, 1]
ENGINES = {"micrograd": "micrograd.engine", "ours": "autograd"}
SIZES = (1_000, 10_000, 100_000, 1_000_000)  # of chains
COMPARED = 5  # steps of the moons demo, after which results are compared

Answer = dict[str, Any]


def value_class(engine: str) -> Any:
    return importlib.import_module(ENGINES[engine]).Value


def moons_fused(engine: str, steps: int) -> Answer:
    """micrograd's demo by each engine's own network: ours has one node for a neuron's x·w + b."""
    return moons_step(engine, steps, fused=True)


def moons_plain(engine: str, steps: int) -> Answer:
    """The same graph in both, a node for each × and +."""
    return moons_step(engine, steps, fused=False)


def moons_step(engine: str, steps: int, fused: bool) -> Answer:
    """The median seconds of a step of micrograd's demo, and its loss and parameters after five."""
    model: Any = MLP(2, LAYERS, seed=0, fused=fused)
    if engine == "micrograd":
        model = micrograd_copy(model)
    points = moons.moons(moons.COUNT, seed=0)
    times = []
    results = []
    for k in range(max(COMPARED, steps)):
        step = timed(partial(moons.step, model, *points, rate=0.1))
        times.append(step.seconds)
        if k + 1 == COMPARED:
            # Each engine lists its parameters in an order of its own.
            parameters = sorted(p.data for p in model.parameters())
            results = [step.result, *parameters]
    return {
        "seconds": median(times),
        "results": results,
    }


def micrograd_copy(model: MLP) -> Any:
    """micrograd's network with the same parameters."""
    copy: Any = importlib.import_module("micrograd.nn").MLP(2, LAYERS)
    for layer, its_layer in zip(model.layers, copy.layers, strict=True):
        for neuron, its_neuron in zip(layer.neurons, its_layer.neurons, strict=True):
            pairs = zip(neuron.parameters(), its_neuron.parameters(), strict=True)
            for p, its_p in pairs:
                its_p.data = p.data
    return copy


def scalar_graph(value: Any, operations: int) -> tuple[Any, list[Any]]:
    """Products and sums of 100 leaves, added up in a tree: micrograd's recursion knows no chain."""
    rng = random.Random(0)
    leaves = [value(rng.uniform(-1.0, 1.0)) for _ in range(100)]
    row = []
    for i in range(operations // 5):
        a = leaves[i % 100]
        b = leaves[(7 * i + 3) % 100]
        c = leaves[(i + 50) % 100]
        d = leaves[i // 100 % 100]
        product = (a * b + c) * d
        row.append(product.relu())
    while len(row) > 1:
        pairs = zip(row[::2], row[1::2], strict=False)
        odd_one = row[len(row) // 2 * 2 :]
        row = [a + b for a, b in pairs] + odd_one
    return row[0], leaves


def scalar_operations(engine: str, operations: int) -> Answer:
    """Seconds to build and to differentiate a graph of so many operations, and its gradients."""
    build = timed(partial(scalar_graph, value_class(engine), operations))
    root, leaves = build.result
    backward = timed(root.backward)
    return {
        "seconds": build.seconds + backward.seconds,
        "build": build.seconds,
        "results": [root.data, *(x.grad for x in leaves)],
    }


def bytes_a_node(engine: str, nodes: int) -> Answer:
    """Bytes of a binary node, its number among them, of two leaves that are there already."""
    value = value_class(engine)
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


def growth(_: str, operations: int) -> Answer:
    """Microseconds an operation to build a chain, differentiate it, compile it and run the program.

    If it was not compiled, the answer says why. Python's collector visits all live nodes each time
    they grew by a quarter: some five visits to each, in the end. `alone` is the time to build
    without it.
    """
    x = Value(0.5, "x")
    gc.disable()
    alone = timed(partial(chain, x, operations)).seconds
    gc.enable()
    build = timed(partial(chain, x, operations))
    y = build.result
    seconds = {
        "alone": alone,
        "build": build.seconds,
        "backward": timed(y.backward).seconds,
    }
    refused = {}
    try:
        compiling = timed(partial(compiled, y, x))
        seconds["compile"] = compiling.seconds
        seconds["run"] = timed(partial(compiling.result, 0.25)).seconds
    except CompileError as error:
        refused["refused"] = str(error)
    microseconds = {name: 1e6 * t / operations for name, t in seconds.items()}
    return microseconds | refused


def chain(x: Value, operations: int) -> Value:
    w = Value(0.9, "w")
    y = x
    for i in range(operations):
        y = y.tanh() if i % 2 else y * w
    return y


def compiled(y: Value, x: Value) -> autograd.Program:
    program = autograd.compile(y, inputs=[x])
    program(0.5)  # Python compiles the text at the first call
    return program
