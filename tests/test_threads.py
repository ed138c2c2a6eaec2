"""What may run in several threads at once: the table in the guide `autograd.core`, row by row."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from itertools import count
from threading import Barrier, Event, Thread
from typing import Any, TypeVar

import pytest

import autograd
from autograd import MLP, Adam, Value, certify, fit, replay, value_and_grad, where
from autograd.core.at_once import at_once, data_put, grads_seen
from autograd.core.rows import Row, affine_row
from autograd.core.tracking import departures, peek
from tests.interrupts import everywhere

T = TypeVar("T")

THREADS = 4
MOVED = "another thread has moved a parameter"


@pytest.fixture(autouse=True)
def threads_take_turns_often() -> Iterator[None]:
    """Let another thread run after a microsecond, not after 5,000."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once_in_threads(work: Callable[[int], T]) -> list[T]:
    """What a function gives for 0, 1, 2, … in a thread for each, which begin together."""
    together = Barrier(THREADS)

    def begin(i: int) -> T:
        together.wait()
        return work(i)

    with ThreadPoolExecutor(THREADS) as pool:
        return [*pool.map(begin, range(THREADS))]


def test_backward_of_several_threads_adds_up_on_shared_leaves() -> None:
    w, x = Value(1.0, "w"), Value(2.0, "x")

    def work(i: int) -> None:
        for _ in range(500):
            (w * 2.0 + x * w).backward()

    at_once_in_threads(work)
    assert w.grad == THREADS * 500 * 4.0  # whole numbers, so that no sum is rounded
    assert x.grad == THREADS * 500


def test_backward_in_the_midst_of_another_loses_nothing() -> None:
    """At each place where another thread may come in; here it is the handler of a signal."""
    x, w = Value(3.0, "x"), Value(2.0, "w")
    shared = x * w
    mine, other = shared * x, shared + w

    def prepare() -> Callable[[], None]:
        x.grad = w.grad = 0.0
        return lambda: mine.backward(1)  # a seed that is no float is for Python

    for _ in everywhere(prepare, gets_in=other.backward):
        assert (x.grad, w.grad) == (12.0 + 2.0, 9.0 + 4.0)


def test_backward_with_a_seed_and_past_branches_not_taken_adds_up_too() -> None:
    """These are done by Python, with Value in C as well."""
    x, zero = Value(3.0, "x"), Value(0.0, "zero")

    def work(i: int) -> None:
        for _ in range(200):
            (x * 2.0).backward(2)
            where(1.0 - zero, x, zero.sqrt()).backward(allow_nonfinite=True)

    at_once_in_threads(work)
    assert x.grad == THREADS * 200 * 5.0


def test_backward_over_results_that_threads_share() -> None:
    leaves = [Value(float(i + 1), f"x{i}") for i in range(5)]
    shared = leaves[0]
    for leaf in leaves[1:]:
        shared = shared * leaf + leaf
    shared.backward()
    once = [leaf.grad for leaf in leaves]
    shared.zero_grad()

    def work(i: int) -> None:
        for _ in range(200):
            (shared * (i + 1.0)).backward()

    at_once_in_threads(work)
    turns = sum(200.0 * (i + 1.0) for i in range(THREADS))
    assert [leaf.grad for leaf in leaves] == [turns * grad for grad in once]


def test_zeroing_and_stepping_see_all_of_a_backward_or_nothing_of_it() -> None:
    net = MLP(2, [3, 1], seed=0)
    loss = net([1.0, -1.0])
    loss.backward()
    once = gradients(net)
    twice = [2.0 * grad for grad in once]
    optimizer = Adam(net.parameters())
    zeros = [0.0] * len(once)

    def prepare() -> Callable[[], None]:
        net.zero_grad()
        loss.backward()
        return lambda: loss.backward(1)

    for zero_grad in (net.zero_grad, optimizer.zero_grad, loss.zero_grad):
        for _ in everywhere(prepare, gets_in=zero_grad):
            assert gradients(net) in (zeros, once)
    seen = [once, twice]
    for _ in everywhere(prepare, gets_in=lambda: seen.append(grads_seen(net.parameters()))):
        assert seen[-1] in (once, twice)


def test_a_step_does_not_undo_what_another_thread_moved() -> None:
    net = MLP(2, [3, 1], seed=0)
    net([1.0, -1.0]).backward()
    start = numbers(net)
    first, second = net.parameters()[:2]
    refused: list[str] = []
    has_moved: list[bool] = []

    def prepare() -> Callable[[], None]:
        at_once(data_put(net.parameters(), start))
        optimizer = Adam(net.parameters())

        def step() -> None:
            try:
                optimizer.step()
            except RuntimeError as error:
                refused.append(str(error))
                has_moved.append(optimizer.steps > 0 or numbers(net)[2:] != start[2:])

        return step

    def move() -> None:
        first.data = second.data = 8.0

    for _ in everywhere(prepare, gets_in=move, functions=["step", "_moved", "at_once"]):
        assert abs(numbers(net)[0] - 8.0) < 0.002  # moved by the step before or after, or by none
    assert {message.partition(" while")[0] for message in refused} == {MOVED}
    assert not any(has_moved)


def test_training_one_network_in_two_threads_is_an_error() -> None:
    net = MLP(1, [1], seed=0)
    parameter = net.parameters()[0]
    others = count(5.0)

    def loss(prediction: Value, target: Value) -> Value:
        parameter.data = next(others)  # as another thread would, while a step is under way
        return (prediction - target) ** 2

    with pytest.raises(RuntimeError, match=MOVED):
        fit(net, [1.0], [2.0], loss=loss, engine="eager")
    assert peek(parameter) == next(others) - 1.0


def test_each_thread_trains_a_network_of_its_own() -> None:
    xs = [0.1 * i for i in range(20)]

    def train(i: int) -> list[float]:
        net = MLP(1, [3, 1], seed=i)
        fit(net, xs, [x * x for x in xs], epochs=5, progress=False)
        return numbers(net)

    assert at_once_in_threads(train) == [train(i) for i in range(THREADS)]


POINTS = [(0.1 * i, 0.2 * i + 1.0) for i in range(20)]


def wave(x: Any, w: Any) -> Any:
    return autograd.sin(x * w) + autograd.exp(x) * w


@pytest.mark.parametrize("asked", ["__call__", "grad", "hessian"])
def test_a_function_is_differentiated_by_several_threads(asked: str) -> None:
    """The first calls record its graph, the others sweep over it."""
    alone, shared = value_and_grad(wave), value_and_grad(wave)
    expected = [getattr(alone, asked)(*point) for point in POINTS]

    def work(i: int) -> list[Any]:
        return [getattr(shared, asked)(*point) for point in POINTS]

    assert at_once_in_threads(work) == [expected] * THREADS


def test_a_replayed_function_is_called_by_several_threads() -> None:
    w = Value(2.0, "w")
    alone, shared = (replay(lambda x: wave(x, w)) for _ in range(2))
    expected = [alone(x) for x, _ in POINTS]
    found = at_once_in_threads(lambda i: [shared(x) for x, _ in POINTS])
    assert found == [expected] * THREADS


@pytest.mark.parametrize("engine", ["python", "numba", "tape"])
def test_a_program_runs_in_several_threads(engine: str) -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    graph = wave(x, w)
    alone, shared = (autograd.compile(graph, [x], engine=engine) for _ in range(2))
    samples = [[a, a + 1.0] for a, _ in POINTS]
    expected = [(alone(xs), alone.value(xs)) for xs in samples]
    found = at_once_in_threads(lambda i: [(shared(xs), shared.value(xs)) for xs in samples])
    assert found == [expected] * THREADS


LEAVES = (Value(1.0, "x"), Value(2.0, "w"))
READERS: dict[str, Callable[[Value], Any]] = {
    "certify": lambda y: str(certify(y)),
    "draw": lambda y: autograd.draw_dot(y).source,
    "explain": lambda y: str(autograd.explain(y)),
    "grad": lambda y: autograd.grad(y, LEAVES),
    "to_c": lambda y: autograd.compile(wave(x := Value(1.0, "x"), LEAVES[1]), x).to_c(),
}


@pytest.mark.parametrize("reader", READERS)
def test_threads_look_at_one_graph(reader: str) -> None:
    look, y = READERS[reader], wave(*LEAVES)
    expected = look(y)
    found = at_once_in_threads(lambda i: [look(y) for _ in range(3)])
    assert found == [[expected] * 3] * THREADS


def test_what_other_threads_compare_keeps_no_thread_from_compiling() -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    is_over = Event()

    def compare() -> None:
        while not is_over.is_set():
            assert x < w
            assert f"{w.data}"

    def record() -> None:
        for _ in range(50):
            point = Value(1.0, "point")
            assert autograd.compile((point * w + x).tanh(), [point], parameters=w).parameters == [w]
            square = value_and_grad(lambda t: t * t * w)
            assert (square(1.0), square(2.0)) == ((2.0, 4.0), (8.0, 8.0))
            assert square.replayed == 1

    watchers = [Thread(target=compare) for _ in range(2)]
    for watcher in watchers:
        watcher.start()
    try:
        record()
    finally:
        is_over.set()
        for watcher in watchers:
            watcher.join()


def test_departures_are_counted_in_order_whatever_comes_in_between() -> None:
    x = Value(1.0, "x")
    counts = [departures()]

    def prepare() -> Callable[[], None]:
        def read() -> None:
            x.data  # noqa: B018  which is noted

        return read

    def read_too() -> None:
        counts.append(departures())
        assert x < 2.0
        counts.append(departures())

    for _ in everywhere(prepare, gets_in=read_too):
        counts.append(departures())
    assert counts == sorted(counts)


def test_rows_of_one_width_are_one_row() -> None:
    widths = range(900, 930)  # which nobody has used before
    made = at_once_in_threads(lambda i: [affine_row(width) for width in widths])
    assert all(row is affine_row(row_width(row)) for rows in made for row in rows)


def row_width(row: Row) -> int:
    return len(row.operands) // 2


def numbers(net: MLP) -> list[float]:
    return [*map(peek, net.parameters())]


def gradients(net: MLP) -> list[float]:
    return grads_seen(net.parameters())
