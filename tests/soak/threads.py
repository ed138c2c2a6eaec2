"""Several threads at once, each answer held to what one thread alone gives.

Graphs of one's own and programs may run at once. Of backward passes that share leaves each adds
all that it should to their gradients, or is an error; none is silent about what it lost.
"""

import random
import sys
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from threading import Event
from typing import Any

import autograd
from autograd import MLP, Value, compile, fit
from tests.strategies import Graph, draw_of_all_rows

THREADS = 4
TURNS = 20  # of each thread
SWITCH = 1e-5  # seconds until another thread has its turn: 500 times as often as usual


def round_of(seed: int) -> int:
    """How many answers of threads were right."""
    usual = sys.getswitchinterval()
    sys.setswitchinterval(SWITCH)
    try:
        return sum(scene(random.Random(f"{seed} {scene.__name__}")) for scene in SCENES)
    finally:
        sys.setswitchinterval(usual)


def at_once(work: Callable[[int], int]) -> int:
    """The sum of what each thread counts; the first error of a thread is raised."""
    with ThreadPoolExecutor(THREADS) as pool:
        return sum(pool.map(work, range(THREADS)))


def gradients(graph: Graph) -> tuple[float, list[float]]:
    """The number of a graph and its derivatives by all leaves."""
    leaves = [Value(number) for number in graph.numbers]
    root = graph.build(leaves)
    root.backward(allow_nonfinite=True)
    return root.data, [leaf.grad for leaf in leaves]


def graphs_of_their_own(rng: random.Random) -> int:
    drawn = [draw_of_all_rows(rng) for _ in range(TURNS)]
    alone = [repr(gradients(graph)) for graph in drawn]

    def work(thread: int) -> int:
        for graph, expected in zip(drawn, alone, strict=True):
            assert repr(gradients(graph)) == expected, f"beside other threads:\n{graph}"
        return len(drawn)

    return at_once(work)


def shared_leaves(rng: random.Random) -> int:
    """Whole numbers, so that the sum of all gradients is exact in any order."""
    leaves = [Value(float(rng.randint(1, 9))) for _ in range(50)]
    factor = float(rng.randint(1, 9))
    refused = [0] * THREADS

    def work(thread: int) -> int:
        done = 0
        for _ in range(TURNS):
            try:
                autograd.total([leaf * factor for leaf in leaves]).backward()
                done += 1
            except RuntimeError:  # loud is right, too
                refused[thread] += 1
        return done

    done = at_once(work)
    wrong = {leaf.grad for leaf in leaves} - {done * factor}
    assert not wrong, f"{done} backward passes gave {sorted(wrong)}, not {done * factor}"
    return done + sum(refused)


def compile_beside_comparisons(rng: random.Random) -> int:
    low, high = Value(rng.random()), Value(1.0 + rng.random())
    over = Event()

    def compare() -> int:
        while not over.is_set():
            assert low < high
            assert low.data < high.data
        return 0

    def record() -> int:
        for _ in range(TURNS):
            x, w = Value(rng.random(), "x"), Value(rng.random(), "w")
            y = (x * w).tanh()
            program = compile(y, inputs=[x])
            y.backward()
            assert program(x.data) == (y.data, (w.grad,))
        return TURNS

    with ThreadPoolExecutor(2) as pool:
        beside = pool.submit(compare)
        try:
            return pool.submit(record).result() + beside.done()
        finally:
            over.set()
            beside.result()


def one_program(rng: random.Random) -> int:
    x, w = Value(0.5, "x"), Value(rng.uniform(-1.0, 1.0), "w")
    engine = rng.choice(["python", "tape"])
    program = compile((x * w).tanh() + x.sin(), inputs=[x], engine=engine)
    points = [rng.uniform(-2.0, 2.0) for _ in range(TURNS)]
    alone = [program(point) for point in points]

    def work(thread: int) -> int:
        for point, expected in zip(points, alone, strict=True):
            assert program(point) == expected, f"{engine} at {point!r} beside other threads"
        return len(points)

    return at_once(work)


def trained(seed: int, engine: str) -> list[float]:
    net = MLP(1, [3, 1], activation="tanh", seed=seed)
    xs = [i / 10 for i in range(10)]
    fit(net, xs, [x * x for x in xs], epochs=3, engine=engine)
    return [parameter.data for parameter in net.parameters()]


def trainings(rng: random.Random) -> int:
    engine = rng.choice(["eager", "python", "tape"])
    alone = [trained(seed, engine) for seed in range(THREADS)]

    def work(thread: int) -> int:
        assert trained(thread, engine) == alone[thread], f"{engine} beside other trainings"
        return 1

    return at_once(work)


def values_come_and_go(rng: random.Random) -> int:
    """Threads that hand graphs to each other, which the last one to hold them frees."""
    shelf: list[Any] = [Value(1.0)] * 8

    def work(thread: int) -> int:
        own = random.Random(f"{thread} {rng.random()}")
        for _ in range(50 * TURNS):
            place = own.randrange(len(shelf))
            taken = shelf[place]
            with suppress(autograd.DomainError):
                shelf[place] = Value(1.0) if own.random() < 0.1 else (taken * 0.5).tanh()
        return 50 * TURNS

    return at_once(work)


SCENES: tuple[Callable[[random.Random], int], ...] = (
    graphs_of_their_own,
    shared_leaves,
    compile_beside_comparisons,
    one_program,
    trainings,
    values_come_and_go,
)
