"""What an interrupt leaves: the table in the guide of `autograd.core`, row by row."""

from collections import deque
from collections.abc import Callable
from contextlib import suppress
from itertools import repeat
from pathlib import Path
from random import Random
from time import perf_counter
from typing import Any

import pytest

import autograd
from autograd import Value, certify, debug, total, value_and_grad
from autograd.core.at_once import at_once, data_put
from autograd.core.tracking import peek, peek_grad
from autograd.nn import MLP, Adam, batches, load, save
from tests.interrupts import alarm, everywhere
from tests.posix import on_posix

# The functions in which parameters move.
STEPS = ["advance", "take", "settle", "_put", "at_once", "move", "data_put"]


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
    completed = 0
    for _ in range(500):
        y.zero_grad()
        with suppress(KeyboardInterrupt), alarm(random.uniform(0.01, 1.2) * seconds):
            y.backward()
            completed += 1
        assert [*map(peek_grad, leaves)] in ([0.0] * len(leaves), after)
    assert completed < 500


@on_posix
@pytest.mark.parametrize("engine", ["numba", "tape"])
def test_ctrl_c_in_machine_code_is_a_keyboard_interrupt(engine: str) -> None:
    """And the program runs afterwards."""
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program = autograd.compile((w * x).sin(), [x], engine=engine)
    expected = program.map([0.5])
    samples = [0.5] * 300_000
    with pytest.raises(KeyboardInterrupt), alarm(1e-3):
        deque(map(program.map, repeat(samples)), maxlen=0)
    found = program.map([0.5])
    assert [part.tolist() for part in found] == [part.tolist() for part in expected]


@pytest.mark.parametrize("who", ["program", "map"])
def test_what_numba_makes_of_ctrl_c_is_a_keyboard_interrupt(
    who: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    x, w = Value(1.0, "x"), Value(2.0, "w")
    program = autograd.compile((w * x).sin(), [x], engine="tape")

    def interrupted(*arguments: object) -> None:
        try:
            try:
                raise KeyboardInterrupt
            except KeyboardInterrupt as error:
                raise SystemError("of a call") from error
        except SystemError as error:
            raise SystemError("of the call around it") from error

    def broken(*arguments: object) -> None:
        raise SystemError("of something else")

    for stand_in, error in ((interrupted, KeyboardInterrupt), (broken, SystemError)):
        monkeypatch.setitem(vars(program), "run", stand_in)
        monkeypatch.setitem(vars(program._mapped), "_each", stand_in)
        with pytest.raises(error):
            program(0.5) if who == "program" else program.map([0.5])


def test_a_step_is_interrupted_before_or_after() -> None:
    """The parameters, what is remembered of them, and the count of steps go together."""
    net = MLP(2, [3, 1], seed=0)
    net([1.0, -1.0]).backward()
    start = numbers(net)
    found = []

    def prepare() -> Callable[[], None]:
        at_once(data_put(net.parameters(), start))
        found.append(Adam(net.parameters()))
        return found[-1].step

    prepare()()
    after = numbers(net)
    for _ in everywhere(prepare, functions=["step", "items_put", *STEPS]):
        optimizer = found[-1]
        is_taken = optimizer.steps == 1
        assert numbers(net) == (after if is_taken else start)
        assert optimizer.__dict__["_memory"] == (
            found[0].__dict__["_memory"] if is_taken else [0.0] * 2 * len(start)
        )


@pytest.mark.parametrize("who", ["value", "module", "optimizer"])
def test_zero_grad_is_interrupted_before_or_after(who: str) -> None:
    net = MLP(2, [3, 1], seed=0)
    loss = net([1.0, -1.0])
    optimizer = Adam(net.parameters())
    zero_grad = {"value": loss, "module": net, "optimizer": optimizer}[who].zero_grad
    loss.backward()
    full = gradients(net)

    def prepare() -> Callable[[], None]:
        net.zero_grad()
        loss.backward()
        return zero_grad

    for _ in everywhere(prepare, functions=["zero_grad", "grads_zeroed", "grads_put", "at_once"]):
        assert gradients(net) in (full, [0.0] * len(full))


def test_loading_is_interrupted_before_or_after(tmp_path: Path) -> None:
    saved, net = MLP(2, [3, 1], seed=0), MLP(2, [3, 1], seed=1)
    save(saved, tmp_path / "net.json")
    start, after = numbers(net), numbers(saved)
    parameters = net.parameters()

    def prepare() -> Callable[[], Any]:
        at_once(data_put(parameters, start))
        return lambda: load(tmp_path / "net.json", into=net)

    for _ in everywhere(prepare, functions=["_filled", "_fill", "at_once", "data_put"]):
        assert numbers(net) in (start, after)


def test_training_is_interrupted_between_two_steps() -> None:
    xs, ys = [0.0, 1.0, 2.0], [1.0, 0.0, 1.0]
    net = MLP(1, [2, 1], seed=0)
    start = numbers(net)
    steps = [start]
    for _ in batches(net, xs, ys, batch_size=1, engine="python"):
        steps.append(numbers(net))

    def prepare() -> Callable[[], Any]:
        at_once(data_put(net.parameters(), start))
        trained = batches(net, xs, ys, batch_size=1, engine="python")
        next(trained)
        return lambda: deque(trained, maxlen=0)

    found = {tuple(numbers(net)) for _ in everywhere(prepare, functions=STEPS)}
    assert found == {*map(tuple, steps[1:])}


RECORDED = ["find", "keep", "forget", "recording_of", "of", "number_for", "restored", "_known"]


def test_a_function_is_differentiated_right_after_an_interrupt() -> None:
    found: list[Any] = []

    def prepare() -> Callable[[], Any]:
        found.append(value_and_grad(lambda x: x * x * x))
        return lambda: found[-1](2.0)

    for _ in everywhere(prepare, functions=RECORDED):
        assert [found[-1](x) for x in (2.0, 3.0, 4.0)] == [(8.0, 12.0), (27.0, 27.0), (64.0, 48.0)]


@pytest.mark.parametrize("engine", ["python", "tape"])
def test_a_program_is_right_after_an_interrupt(engine: str) -> None:
    x, w = Value(2.0, "x"), Value(3.0, "w")
    found: list[Any] = []

    def prepare() -> Callable[[], Any]:
        found.append(autograd.compile(x * w, [x], engine=engine))
        return lambda: found[-1]([1.0, 2.0])

    for _ in everywhere(prepare, functions=["run", "_run", "compiled", "means", "_means"]):
        assert found[-1]([3.0, 5.0]) == (12.0, (4.0,))


def test_certify_gives_back_the_precision_of_balls() -> None:
    flint = pytest.importorskip("flint")
    x = Value(2.0, "x")
    y = x.exp() * x
    before = flint.ctx.prec
    for _ in everywhere(lambda: lambda: certify(y), functions=["precision", "run"]):
        assert flint.ctx.prec == before


def test_debug_ends_with_its_block() -> None:
    def work() -> None:
        with debug():
            Value(1.0)

    for _ in everywhere(lambda: work, functions=["work", "debug", "watch"]):
        assert not Value(1.0).origin


def numbers(net: MLP) -> list[float]:
    return [*map(peek, net.parameters())]


def gradients(net: MLP) -> list[float]:
    return [*map(peek_grad, net.parameters())]
