"""Graphs that are recorded once and run again: the graph of many operations, and the moons loss.

Pure and native record them anew, which is what a program saves; PyTorch and JAX have matrices where
ours has scalars. Time is that of the process.
"""

import importlib
from collections.abc import Callable, Sequence
from functools import partial
from tempfile import TemporaryDirectory
from time import process_time
from typing import Any

import numpy as np

import autograd
from autograd import MLP, CompileError, Value
from demos import moons
from demos.benchmark import matrices
from demos.benchmark.clock import often, timed
from demos.benchmark.engines import JAX, PROGRAM, PYTORCH, TAPE, VECTORS
from demos.benchmark.graphs import LAYERS, leaf_numbers, scalar_graph
from demos.benchmark.processes import measured

COMPILED = {PROGRAM: "python", TAPE: "tape"}

Answer = dict[str, Any]
Gradient = Callable[[], tuple[Any, Sequence[Any]]]  # the loss, and its gradients


def replayed_operations(who: str, operations: int) -> Answer:
    """Seconds a call of the program of the graph of operations, and to make the program."""
    if who == JAX:
        graph = partial(scalar_graph, operations=operations)
        traced = matrices.jax_scalars(graph, leaf_numbers())
        return {"compile": timed(traced).seconds} | repeated(traced)
    if who == VECTORS:
        f = autograd.value_and_grad(partial(scalar_graph, operations=operations))
        numbers = leaf_numbers()
        return {"compile": timed(partial(f, numbers), process_time).seconds} | repeated(
            partial(f, numbers)
        )
    leaves = [Value(x) for x in leaf_numbers()]
    root = scalar_graph(leaves, operations)
    engine = COMPILED[who]
    compiling = partial(autograd.compile, root, parameters=leaves, engine=engine)
    try:
        program = timed(compiling, process_time)
    except CompileError as error:
        return {"missing": str(error).partition(", ")[0]}
    return {"compile": program.seconds} | repeated(by(leaves, program.result))


def by(parameters: Sequence[Value], program: autograd.Program) -> Gradient:
    """The program with its gradients in the order of these parameters."""
    place = {parameter: k for k, parameter in enumerate(program.parameters)}
    order = [place[parameter] for parameter in parameters]

    def run() -> tuple[float, list[float]]:
        loss, gradients = program()
        return loss, [gradients[k] for k in order]

    return run


def repeated(run: Gradient) -> Answer:
    """The median seconds of a call that is not the first, and what it gives."""
    run()
    done = often(partial(timed, run, process_time))
    loss, gradients = done.result
    return {
        "seconds": done.seconds,
        "results": [float(loss), *(float(x) for part in gradients for x in np.ravel(part))],
    }


def moons_again(who: str, _: int) -> Answer:
    """The loss of the moons network over all its samples as one graph, and its gradients."""
    model = MLP(2, LAYERS, seed=0)
    if who == PYTORCH:
        return repeated(matrices.torch_moons(model))
    if who == JAX:
        return repeated(matrices.jax_moons(model))
    recorded = partial(moons.total_loss, model, *moons.moons(moons.COUNT, seed=0))
    parameters = model.parameters()
    if who in COMPILED:
        engine = COMPILED[who]
        program = autograd.compile(recorded(), parameters=parameters, engine=engine)
        return repeated(by(parameters, program))

    def recorded_anew() -> tuple[float, list[float]]:
        loss = recorded()
        model.zero_grad()
        loss.backward()
        return loss.data, [p.grad for p in parameters]

    return repeated(recorded_anew)


def first_calls(who: str, operations: int) -> Answer:
    """Seconds until a tape gives its first answer: compiled, and from the cache on the disk."""
    with TemporaryDirectory() as cache:
        settings = {"NUMBA_CACHE_DIR": cache}
        cold = measured(("first_call", who, operations), settings)
        cached = measured(("first_call", who, operations), settings)
    if "missing" in cold:
        return cold
    return {"cold": cold["first"], "cached": cached["first"]}


def first_call(who: str, operations: int) -> Answer:
    importlib.import_module("numba")  # which takes time of its own

    leaves = [Value(x) for x in leaf_numbers()]
    root = scalar_graph(leaves, operations)
    program = autograd.compile(root, parameters=leaves, engine=COMPILED[who])
    return {"first": timed(program, process_time).seconds}
