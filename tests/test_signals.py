"""What an interrupt leaves: the table in the guide of `autograd.core`, row by row."""

from collections.abc import Callable
from contextlib import suppress
from random import Random
from time import perf_counter



from autograd import Value, total
from autograd.core.tracking import peek, peek_grad
from autograd.nn import MLP, Adam, load, save
from tests.interrupts import alarm, everywhere
from tests.posix import on_posix


def some_leaves(count: int) -> list[Value]:
    return [Value(float(i + 1), f"x{i}") for i in range(count)]


def test_backward_is_interrupted_before_or_after() -> None:
    leaves = some_leaves(3)
    wide = total([*leaves, leaves[0] * leaves[1] * leaves[2]])
    y = (wide * wide).tanh() + wide
    found = set()

    def prepare() -> Callable[[], None]:
        for leaf in leaves:
            leaf.grad = 1.0
        return lambda: y.backward(2)  # a seed that is no float is for Python, with Value in C too

    for _ in everywhere(prepare):
        found.add(tuple(map(peek_grad, leaves)))
    prepare()()
    assert found == {(1.0, 1.0, 1.0), tuple(map(peek_grad, leaves))}


@on_posix
def test_signals_interrupt_backward_before_or_after() -> None:
    leaves = some_leaves(300)
    y = total([leaf * leaf for leaf in leaves])
    before = perf_counter()
    y.backward()
    seconds = perf_counter() - before
    after = [*map(peek_grad, leaves)]
    random = Random(0)
    for _ in range(500):
        y.zero_grad()
        with suppress(KeyboardInterrupt), alarm(random.uniform(0.1, 1.2) * seconds):
            y.backward()
        assert [*map(peek_grad, leaves)] in ([0.0] * len(leaves), after)
