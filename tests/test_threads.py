"""What may run in several threads at once: the table in the guide of `autograd.core`, row by row."""

import sys
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from threading import Barrier
from typing import TypeVar

import pytest

from autograd import Value, where
from tests.interrupts import everywhere

T = TypeVar("T")

THREADS = 4


@pytest.fixture(autouse=True)
def threads_take_turns_often() -> Iterator[None]:
    """Let another thread run after a microsecond, not after 5,000."""
    before = sys.getswitchinterval()
    sys.setswitchinterval(1e-6)
    yield
    sys.setswitchinterval(before)


def at_once(work: Callable[[int], T]) -> list[T]:
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

    at_once(work)
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

    at_once(work)
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

    at_once(work)
    turns = sum(200.0 * (i + 1.0) for i in range(THREADS))
    assert [leaf.grad for leaf in leaves] == [turns * grad for grad in once]
