"""Nodes are freed when nobody has them any more, and leave nothing."""

import copy
import gc
import pickle
import sys
import tracemalloc
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest

import autograd
from autograd import Value, grad
from autograd.core.rows import ROWS
from autograd.core.tracking import departures
from autograd.core.value import record
from tests.alive import alive


class Roomy(Value):
    """A subclass whose instances have room for what is made of them."""


@pytest.fixture(autouse=True)
def nothing_else_is_freed() -> Iterator[None]:
    """Keep the collector from freeing what other tests left."""
    gc.collect()
    gc.disable()
    yield
    gc.enable()


def operated() -> None:
    x = y = Value(0.5, "x")
    for _ in range(5):
        y = (y * 1.5 + x).tanh() - 2**y
    y.backward()
    y.zero_grad()
    grad(y, [x])
    y.label = "y"


def of_many() -> None:
    xs = [Value(0.5) for _ in range(20)]
    y = autograd.total(xs) + autograd.affine(xs, xs, 1.5) + autograd.mean(xs[:3])
    autograd.where(y, y, 2.5).backward()


def failing() -> None:
    x = Value(0.0)
    roots: list[Callable[[], Any]] = [
        lambda: (x - 1.0).log(),
        lambda: 1.0 / x,
        lambda: x * "text",  # type: ignore[arg-type]
        lambda: autograd.total([x * 2.0, x, "text"]),  # type: ignore[list-item]
        lambda: autograd.affine([x, x], [x, None], 1.0),  # type: ignore[list-item]
        lambda: record(ROWS["mul"], x),
        lambda: x.sqrt().backward(),
        lambda: (x * 2.0).backward("text"),  # type: ignore[arg-type]
        lambda: Value("text"),  # type: ignore[arg-type]
        lambda: setattr(x * 2.0, "label", 3),
    ]
    for root in roots:
        with pytest.raises((TypeError, ArithmeticError)):
            root()


def with_attributes() -> None:
    x, p = Value(0.5), autograd.Parameter(0.5)
    for node in (x, x * p, Roomy(0.5) * p):
        for name in ("cache", "m", "op"):
            with pytest.raises(AttributeError):
                setattr(node, name, [x])
            assert not hasattr(node, "m")
    for name in ("cache", "m"):
        setattr(p, name, 2.5)
        setattr(p, name, "text" * 3)
    if autograd.native:
        with pytest.raises(TypeError):
            p.cache = [p * 2.0]  # type: ignore[attr-defined]
    (x * p)._backward()


def begun_again() -> None:
    x = Value(0.5, "x")
    for node in (x, x * 3.5, autograd.total([x, x, x * 2.5])):
        node.__init__(1.5, "again")  # type: ignore[misc]  # on purpose
        node.__init__(2, label="again")  # type: ignore[misc]
        assert (node.data, node.operands, node.op) == (2.0, (), ROWS["leaf"])


def copied() -> None:
    x = Roomy(0.5)
    y = (x * 1.5 + x).tanh() + autograd.total([x, x, 2.5])
    pickle.loads(pickle.dumps((x, y)))
    copy.deepcopy([x, y])


def debugged() -> None:
    with autograd.debug():
        x = Value(0.5)
        assert (x * 1.5).tanh().origin


def held_in_itself() -> None:
    x: Any = Roomy(0.5)
    x.results = [x * 1.5, x.tanh(), autograd.total([x, x * 2.5, x])]
    x.results[-1].backward()


WAYS = [operated, of_many, failing, with_attributes, begun_again, copied, debugged, held_in_itself]


def held() -> int:
    """The bytes in memory that something refers to."""
    gc.collect()
    sys._clear_type_cache()  # which holds up to 4,096 names of attributes that C asked for
    return tracemalloc.get_traced_memory()[0]


def left_by(work: Callable[[], None], rounds: int) -> int:
    """The bytes that some rounds of work leave, after others that filled caches and free lists.

    A thread of its own begins with an empty log of departures, and the collection with empty free
    lists: else the log's tuples, made before memory was counted, are counted as they are replaced.
    """
    with ThreadPoolExecutor(1) as alone:
        return alone.submit(_left_by, work, rounds).result()


def _left_by(work: Callable[[], None], rounds: int) -> int:
    tracemalloc.start()
    gc.collect()
    try:
        for _ in range(1_100):  # what left the graph is in a log of 1,000
            work()
        before = held()
        for _ in range(rounds):
            work()
        return held() - before
    finally:
        tracemalloc.stop()


@pytest.mark.filterwarnings("ignore:sys._clear_type_cache")  # deprecated
@pytest.mark.parametrize("way", WAYS)
def test_nothing_is_left_in_memory(way: Callable[[], None]) -> None:
    way()  # C remembers a class once it has met it
    gc.collect()
    before = alive()
    assert left_by(way, 200) < 24 * 200  # a float lost in each round
    assert alive() == before


@pytest.mark.filterwarnings("ignore:sys._clear_type_cache")  # deprecated
@pytest.mark.parametrize("count", [50_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_nothing_is_left_of_many_nodes(count: int) -> None:
    x = Value(0.5)
    number = 1.23456789
    things = (Value, x, number)
    references = [*map(sys.getrefcount, things)]

    def work() -> None:
        y = x
        for _ in range(50):
            y = y * number
            y = autograd.where(y, x, number)
        y.backward()

    assert left_by(work, count // 100) < 24 * count // 100
    assert [*map(sys.getrefcount, things)] == references


@pytest.mark.parametrize("kind", [Value, Roomy])
@pytest.mark.parametrize("length", [30_000, pytest.param(1_000_000, marks=pytest.mark.long)])
def test_a_chain_is_freed_without_recursion(kind: type[Value], length: int) -> None:
    before = alive()
    x = y = kind(0.5)
    for _ in range(length):
        y = y + 1.0
    assert y.data == length + 0.5
    y = autograd.total([y, y, x])
    del x, y
    assert alive() == before


def test_a_chain_of_leaves_that_hold_results_is_collected() -> None:
    before = alive()
    y: Any = Value(0.5)
    for _ in range(30_000):
        x: Any = Roomy(1.0)
        x.before = y
        y = x * 2.0
    del x, y
    gc.collect()
    assert alive() == before


class Looker:
    """Looks at a Value many times when the collector finds it."""

    def __init__(self, value: Value) -> None:
        self.me = self
        self.value = value

    def __del__(self) -> None:
        for _ in range(200):  # more than are remembered
            assert self.value.data


def test_numbers_may_leave_while_the_collector_runs() -> None:
    x = Roomy(2.0)
    thresholds = gc.get_threshold()
    gc.set_threshold(1)
    try:
        for _ in range(10):
            gc.disable()
            Looker(x)
            assert x.data
            before = departures() + 0
            gc.enable()
            node: Any = x * 2.0
            assert before <= node._made <= departures()
    finally:
        gc.set_threshold(*thresholds)
