"""Graphs run eagerly, by micrograd and by ours: the moons demo's step, 200,000 operations, bytes a node, and growth.

The same lines build them of either engine's Values, of the moons each engine's own network; Python's garbage collector is as
it is by default.
"""

import gc
import importlib
import random
import tracemalloc
from collections.abc import Callable
from statistics import median
from time import perf_counter
from typing import Any

import autograd
from autograd import MLP, CompileError
from demos import moons

ENGINES = {"micrograd": "micrograd.engine", "ours": "autograd"}
SIZES = (1_000, 10_000, 100_000, 1_000_000)


def value_class(engine: str) -> Any:
    return importlib.import_module(ENGINES[engine]).Value


def moons_fused(engine: str, steps: int) -> dict[str, Any]:
    """micrograd's demo as each engine's own network makes it: ours has one node for a neuron's x·w + b."""
    return moons_step(engine, steps, fused=True)


def moons_plain(engine: str, steps: int) -> dict[str, Any]:
    """The same graph in both, a node for each × and +."""
    return moons_step(engine, steps, fused=False)


def moons_step(engine: str, steps: int, fused: bool) -> dict[str, Any]:
    """The median seconds of a step of micrograd's demo, and its loss and parameters after five."""
    model: Any = MLP(2, [16, 16, 1], seed=0, fused=fused)
    if engine == "micrograd":
        theirs: Any = importlib.import_module("micrograd.nn").MLP(2, [16, 16, 1])
        for layer, its in zip(model.layers, theirs.layers, strict=True):
            for neuron, other in zip(layer.neurons, its.neurons, strict=True):
                for p, q in zip(neuron.parameters(), other.parameters(), strict=True):
                    q.data = p.data
        model = theirs
    points, times, results = moons.moons(moons.COUNT, seed=0), [], []
    for k in range(max(5, steps)):
        begin = perf_counter()
        loss = moons.step(model, *points, rate=0.1)
        times.append(perf_counter() - begin)
        if k == 4:
            results = [loss, *sorted(p.data for p in model.parameters())]  # each lists its parameters in an order of its own
    return {"seconds": median(times), "results": results}


def scalar_graph(value: Any, operations: int) -> tuple[Any, list[Any]]:
    """Products and sums of 100 leaves, added up in a tree, as micrograd's recursion knows no chain of 1,000."""
    rng = random.Random(0)
    leaves = [value(rng.uniform(-1.0, 1.0)) for _ in range(100)]
    row = []
    for i in range(operations // 5):
        row.append(((leaves[i % 100] * leaves[(7 * i + 3) % 100] + leaves[(i + 50) % 100]) * leaves[i // 100 % 100]).relu())
    while len(row) > 1:
        row = [a + b for a, b in zip(row[::2], row[1::2], strict=False)] + row[len(row) // 2 * 2 :]
    return row[0], leaves


def scalar_operations(engine: str, operations: int) -> dict[str, Any]:
    """Seconds to build and to differentiate a graph of so many operations, and its gradients."""
    value = value_class(engine)
    begin = perf_counter()
    root, leaves = scalar_graph(value, operations)
    built = perf_counter()
    root.backward()
    return {"seconds": perf_counter() - begin, "build": built - begin, "results": [root.data, *(x.grad for x in leaves)]}


def bytes_a_node(engine: str, nodes: int) -> dict[str, Any]:
    """Bytes of a binary node, its number among them, of two leaves that are there already."""
    value = value_class(engine)
    a, b, kept = value(1.5), value(2.5), [None] * nodes
    tracemalloc.start()
    for i in range(nodes):
        kept[i] = a * b
    size = tracemalloc.get_traced_memory()[0] / nodes
    tracemalloc.stop()
    return {"bytes": size, "results": [kept[-1].data]}  # type: ignore[attr-defined]


def growth(_: str, operations: int) -> dict[str, Any]:
    """Microseconds an operation to build a chain, differentiate it, compile it and run the program; or why not.

    Python's collector visits all live nodes each time they grew by a quarter: some five visits to each, in the end. `alone`
    is the time to build without it.
    """
    gc.disable()
    result: dict[str, Any] = {"alone": timed(lambda: chain(operations))[0]}
    gc.enable()
    result["build"], (x, y) = timed(lambda: chain(operations))
    result["backward"], _ = timed(y.backward)
    try:
        result["compile"], program = timed(lambda: compiled(y, x))
        result["run"], _ = timed(lambda: program(0.25))
    except CompileError as error:
        result["refused"] = str(error)
    return {name: 1e6 * t / operations if isinstance(t, float) else t for name, t in result.items()}


def chain(operations: int) -> tuple[Any, Any]:
    x, w = autograd.Value(0.5, "x"), autograd.Value(0.9, "w")
    y = x
    for i in range(operations):
        y = y.tanh() if i % 2 else y * w
    return x, y


def compiled(y: Any, x: Any) -> autograd.Program:
    program = autograd.compile(y, inputs=[x])
    program(0.5)  # Python compiles the text at the first call
    return program


def timed(work: Callable[[], Any]) -> tuple[float, Any]:
    begin = perf_counter()
    result = work()
    return perf_counter() - begin, result
