"""The mini-batch loop: one order of samples and one set of rules, whatever runs the graph."""

import warnings
from collections import namedtuple
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from importlib.util import find_spec
from math import isfinite
from operator import index
from typing import Any, NamedTuple

from autograd.derivatives import grad
from autograd.engines import extra, machine_loop
from autograd.errors import CompileError, check_known, first_nonfinite
from autograd.nn import half_squared_error, named_leaves
from autograd.program import LONGEST_WAIT, Answer, Program, compile, mean_answer, operators, seconds_to_compile
from autograd.value import Number, Value, looks, number, several

__all__ = ["Batch", "batches", "fit"]

Sample = Number | Sequence[Number]
Loss = Callable[[Any, Any], Value]
ENGINES = ("auto", "python", "numba", "eager")
_63_BITS = 0x7FFFFFFFFFFFFFFF


class Batch(NamedTuple):
    """One finished step: `epoch` and `step` count from 0, `loss` is the mean over its `size` samples before the step."""

    epoch: int
    step: int
    loss: float
    size: int


def fit(net: Any, xs: Sequence[Sample], ys: Sequence[Sample], *, loss: Loss = half_squared_error,
        learning_rate: float = 0.5, batch_size: int = 10, epochs: int = 1, seed: int = 0, progress: bool = True,
        engine: str = "auto") -> list[float]:  # fmt: skip
    """Train by gradient descent on mini-batches and give the mean loss of each epoch.

    A sample is a number (one input) or a sequence of numbers; `loss(prediction, target)` is the loss of one sample, and
    a step follows its mean over the batch. Progress shows on a terminal if tqdm is installed. The `engine` is "auto",
    "python", "numba" or "eager"; all but the last call net and loss at the start only. More on it in `batches`.

    >>> from autograd import MLP
    >>> net = MLP(1, [1], seed=0)
    >>> losses = fit(net, [0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0], batch_size=2, learning_rate=0.2, epochs=80)
    >>> [round(p.data, 3) for p in net.parameters()]
    [2.0, 1.0]
    """
    descent = _Descent(net, xs, ys, loss, learning_rate, batch_size, epochs, seed, engine)
    for _ in descent.run(progress):
        pass
    return [*map(float, descent.state.losses)]


def batches(net: Any, xs: Sequence[Sample], ys: Sequence[Sample], *, loss: Loss = half_squared_error,
            learning_rate: float = 0.5, batch_size: int = 10, epochs: int = 1, seed: int = 0, progress: bool = False,
            engine: str = "auto") -> Iterator[Batch]:  # fmt: skip
    """Train as `fit` does, giving a `Batch` after each step.

    Samples are shuffled anew each epoch from `seed`, alike for every engine. "python" records the graph of one sample
    and runs its program, so that net and loss are called at the start only; "numba" runs that as machine code, the loop
    with it; "eager" records each sample; "auto" compiles where it can, by numba where that pays, and else warns and runs
    eagerly: where net or loss compare Values, read `.data`, or make another graph of the same sample the second time.
    Arguments are checked, and training goes on, as batches are asked for.
    Raises ValueError for bad arguments, and FloatingPointError naming epoch, step and the first bad node when the loss
    or a parameter stops being finite; the parameters keep the last finite step, as they do when interrupted.
    """
    yield from _Descent(net, xs, ys, loss, learning_rate, batch_size, epochs, seed, engine, singly=True).run(progress)


# In lists, or for machine code in arrays: data becomes moved if that is finite; position is steps taken, state of the shuffle.
_State = namedtuple("_State", "samples order data rates moved losses latest position")


class _Descent:
    """Gradient descent under way."""

    def __init__(self, net: Any, xs: Sequence[Sample], ys: Sequence[Sample], loss: Loss, learning_rate: float,
                 batch_size: int, epochs: int, seed: int, engine: str, singly: bool = False) -> None:  # fmt: skip
        check_known("engine", engine, ENGINES)
        batch_size = index(batch_size)
        if len(xs) != len(ys) or not len(xs) or batch_size < 1 or epochs < 0:
            raise ValueError(f"got {len(xs)} samples, {len(ys)} targets, batch_size {batch_size} and epochs {epochs}; each "
                             "sample has a target, and a batch at least one sample")  # fmt: skip
        pairs = [([*map(number, several(x))], [*map(number, several(y))]) for x, y in zip(xs, ys, strict=True)]
        if len({(len(x), len(y)) for x, y in pairs}) > 1:
            raise ValueError("the samples, or the targets, differ in length")
        samples, width, alone = [x + y for x, y in pairs], len(pairs[0][0]), not isinstance(xs[0], Iterable)

        def record(sample: Sequence[float]) -> tuple[Value, list[Value]]:
            x, y = named_leaves(sample[:width]), named_leaves(sample[width:], name="y")
            return loss(net(x[0] if alone else x), y if len(y) > 1 else y[0]), [*x, *y]

        self.record, self.size, self.steps = record, min(batch_size, len(samples)), -(-len(samples) // batch_size)
        self.parameters, rate = list(net.parameters()), number(learning_rate)
        self.mean: Callable[[Sequence[Sequence[float]]], Answer] = self._recorded_mean
        sequence: Callable[[Any], Any] = list
        self.epochs, self.singly, self.at_once, trained = epochs, singly, 1, set(self.parameters)
        self.take = self.take_slowly = _stepping(lambda samples, batch, _: self.mean([samples[i] for i in batch]), _shuffle)
        if engine != "eager" and (program := _program(lambda: record(samples[0]), engine, epochs * len(samples))):
            self.mean, self.parameters = program.mean, program.parameters
            self.at_once += 20_000_000 // (operators(program.text) * self.size)  # about 0.1 s in Python
            self.take = _stepping(program.run, _shuffle)
            if program.engine == "numba":  # and up to that in machine code, which nothing can interrupt
                self.take, self.at_once = machine_loop(_stepping, program.text, _shuffle), 10 * self.at_once
                numpy = extra("numpy", "fast")
                sequence, self.take_slowly = numpy.array, numpy.errstate(all="ignore")(self.take_slowly)
        rates = [rate if p in trained else 0.0 for p in self.parameters]  # a graph may have constants as leaves
        order, losses = list(range(len(samples))), [0.0] * (1 if singly else epochs)
        position = [0, _shuffle(order, int(seed) & _63_BITS)]
        self.state = _State(*map(sequence, (samples, order, rates, rates, rates, losses, [0.0], position)))

    def _recorded_mean(self, batch: Sequence[Sequence[float]]) -> Answer:
        losses = (self.record(sample)[0] for sample in batch)
        return mean_answer((loss._data, tuple(grad(loss, self.parameters, allow_unused=True))) for loss in losses)

    def run(self, progress: bool) -> Iterator[Batch]:
        """Take up to `at_once` steps together and give the last of them, under a bar on a terminal where tqdm is installed."""
        epochs: Iterable[int] = range(self.epochs)
        with suppress(ImportError):
            from tqdm import trange

            epochs = trange(self.epochs, unit="epoch", disable=None if progress else True)
        for epoch in epochs:
            while self.state.position[0] < (epoch + 1) * self.steps:
                self._advance()
                last, step = divmod(int(self.state.position[0]) - 1, self.steps)
                size = min(self.size, len(self.state.order) - step * self.size)
                yield Batch(last, step, float(self.state.latest[0]), size)

    def _advance(self) -> None:
        """Take `at_once` steps, or fewer: up to the last, or to one where a number is not finite."""
        state, first = self.state, self.state.position[0]
        stop = min(first + (1 if self.singly else self.at_once), self.epochs * self.steps)
        state.data[:] = [parameter._data for parameter in self.parameters]
        try:
            with suppress(ArithmeticError, ValueError):
                self.take(state, self.size, self.steps, stop)
            if state.position[0] == first:
                self._take_care(*divmod(int(first), self.steps))
        finally:
            for parameter, x in zip(self.parameters, state.data, strict=True):
                parameter._data = float(x)

    def _take_care(self, epoch: int, step: int) -> None:
        """Take a step by `mean`, which records graphs where the text has no answer, or raise and say what went wrong."""
        state, first = self.state, self.state.position[0]
        try:
            self.take_slowly(state, self.size, self.steps, first + 1)
            if state.position[0] == first:
                batch = [state.samples[i] for i in state.order[step * self.size : (step + 1) * self.size]]
                found = next(filter(None, (first_nonfinite(self.record(sample)[0]) for sample in batch)), None)
                overflown = ", ".join(p.label for p, x in zip(self.parameters, state.moved, strict=True) if not isfinite(x))
                raise FloatingPointError(found[1] if found else f"{overflown or 'the mean loss'} would not be finite")
        except ArithmeticError as error:
            hint = "; a smaller learning rate may help" * (epoch + step > 0)
            raise FloatingPointError(f"epoch {epoch}, step {step}: {error}{hint}") from error


def _stepping(run: Callable[..., Answer], shuffle: Callable[[Any, int], int]) -> Callable[..., None]:
    """The loop over mini-batches around a program, as text that Python runs and numba compiles."""

    def take(state: Any, size: int, steps: int, stop: int) -> None:
        samples, order, data, rates, moved, losses, latest, position = state
        for at in range(position[0], stop):
            start = at % steps * size
            batch = order[start : start + size]
            loss, means = run(samples, batch, data)
            trouble = 0.0 * loss  # becomes NaN by any number that is not finite
            for j, mean in enumerate(means):
                moved[j] = data[j] - rates[j] * mean
                trouble += 0.0 * moved[j]
            if trouble != 0.0:
                break
            data[:] = moved
            latest[0] = loss
            losses[at // steps % len(losses)] += loss * len(batch) / len(order)
            if start + size >= len(order):
                position[1] = shuffle(order, position[1])
            position[0] = at + 1

    return take


def _program(record: Callable[[], tuple[Value, list[Value]]], engine: str, samples: int) -> Program | None:
    """The program of a sample's graph; CompileError where another sample might have another graph."""
    reads = looks.reads.count
    try:
        program = compile(*record())
        fast = engine == "numba" or (engine == "auto" and _pays(program, samples))
        again = compile(*record(), "numba" if fast and program.parameters else "python")
        if looks.reads.count > reads:
            raise CompileError("the network or the loss reads .data, which a program would keep as it was at first")
        if program.source != again.source:
            raise CompileError("one sample recorded twice gives two graphs, as with random numbers")
        return again
    except (CompileError, ArithmeticError) as error:
        if engine != "auto":
            raise
        warnings.warn(f"training runs eagerly, which is slower: {error}", stacklevel=4)
        return None


def _pays(program: Program, samples: int) -> bool:
    """Whether numba is here, and compiling takes less time than Python would for so many samples."""
    limit = min(samples * operators(program.text) * 5e-9, LONGEST_WAIT)
    return find_spec("numba") is not None and seconds_to_compile(program) < limit


def _shuffle(order: Any, state: int) -> int:
    """Fisher-Yates on a linear congruential generator with Knuth's factor, in integers that 64 bits hold."""
    for i in range(len(order) - 1, 0, -1):
        state = (state * 6364136223846793005 + 1442695040888963407) & _63_BITS
        j = (state >> 31) * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    return state
