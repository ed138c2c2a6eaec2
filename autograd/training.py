"""The mini-batch loop: one order of samples and one set of rules, whatever runs the graph."""

import warnings
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from math import isfinite
from typing import Any, NamedTuple

from autograd.derivatives import grad
from autograd.errors import CompileError, first_nonfinite
from autograd.nn import half_squared_error, named_leaves
from autograd.program import Answer, Program, compile, mean_answer
from autograd.value import Number, Value, looks, number, several

__all__ = ["Batch", "batches", "fit"]

Sample = Number | Sequence[Number]
Loss = Callable[[Any, Any], Value]
ENGINES = ("auto", "python", "eager")


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
    a step follows its mean over the batch. Progress shows on a terminal if tqdm is installed. Rules as in `batches`.

    >>> from autograd import MLP
    >>> net = MLP(1, [1], seed=0)
    >>> losses = fit(net, [0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0], batch_size=2, learning_rate=0.2, epochs=80)
    >>> [round(p.data, 3) for p in net.parameters()]
    [2.0, 1.0]
    """
    losses = [0.0] * epochs
    for batch in batches(net, xs, ys, loss=loss, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs,
                         seed=seed, progress=progress, engine=engine):  # fmt: skip
        losses[batch.epoch] += batch.loss * batch.size / len(xs)
    return losses


def batches(net: Any, xs: Sequence[Sample], ys: Sequence[Sample], *, loss: Loss = half_squared_error,
            learning_rate: float = 0.5, batch_size: int = 10, epochs: int = 1, seed: int = 0, progress: bool = False,
            engine: str = "auto") -> Iterator[Batch]:  # fmt: skip
    """Train as `fit` does, giving a `Batch` after each step.

    Samples are shuffled anew each epoch from `seed`, alike for every engine. "python" records the graph of one sample
    and runs its program, so that net and loss are called at the start only; "eager" records each sample; "auto" compiles
    where it can and else warns and runs eagerly: where net or loss compare Values, read `.data`, or make another graph of
    the same sample the second time. Arguments are checked, and training goes on, as batches are asked for.
    Raises ValueError for bad arguments, and FloatingPointError naming epoch, step and the first bad node when the loss
    or a parameter stops being finite; the parameters keep the last finite step, as they do when interrupted.
    """
    if engine not in ENGINES:
        raise ValueError(f"unknown engine {engine!r}; known are {', '.join(ENGINES)}")
    if len(xs) != len(ys) or not len(xs) or batch_size < 1 or epochs < 0:
        raise ValueError(f"got {len(xs)} samples, {len(ys)} targets, batch_size {batch_size} and epochs {epochs}; each sample "
                         "has a target, and a batch at least one sample")  # fmt: skip
    pairs = [([*map(number, several(x))], [*map(number, several(y))]) for x, y in zip(xs, ys, strict=True)]
    if len({(len(x), len(y)) for x, y in pairs}) > 1:
        raise ValueError("the samples, or the targets, differ in length")
    samples, width, alone = [x + y for x, y in pairs], len(pairs[0][0]), not isinstance(xs[0], Iterable)

    def record(sample: Sequence[float]) -> tuple[Value, list[Value]]:
        x, y = named_leaves(sample[:width]), named_leaves(sample[width:], name="y")
        return loss(net(x[0] if alone else x), y if len(y) > 1 else y[0]), [*x, *y]

    def mean(batch: Sequence[Sequence[float]], /) -> Answer:
        losses = (record(sample)[0] for sample in batch)
        return mean_answer((loss._data, tuple(grad(loss, parameters, allow_unused=True))) for loss in losses)

    parameters, rate = list(net.parameters()), number(learning_rate)
    rates = [rate] * len(parameters)
    if engine != "eager":
        try:
            program, trained = _program(lambda: record(samples[0])), set(parameters)
            rates = [rate if p in trained else 0.0 for p in program.parameters]  # a graph may have constants as leaves
            parameters, mean = program.parameters, program.mean
        except (CompileError, ArithmeticError) as error:
            if engine == "python":
                raise
            warnings.warn(f"training runs eagerly, which is slower: {error}", stacklevel=3)
    order, state = list(range(len(samples))), int(seed)
    for epoch in _epochs(epochs, progress):
        state = _shuffle(order, state)
        for step, start in enumerate(range(0, len(order), batch_size)):
            batch = [samples[i] for i in order[start : start + batch_size]]
            try:
                mean_loss, means = mean(batch)
                moved = [p._data - rate * g for p, rate, g in zip(parameters, rates, means, strict=True)]
                if not (isfinite(mean_loss) and all(map(isfinite, moved))):
                    raise FloatingPointError(_first_trouble((record(sample)[0] for sample in batch), parameters, moved))
            except ArithmeticError as error:
                hint = "; a smaller learning rate may help" * (epoch + step > 0)
                raise FloatingPointError(f"epoch {epoch}, step {step}: {error}{hint}") from error
            for parameter, data in zip(parameters, moved, strict=True):
                parameter._data = data
            yield Batch(epoch, step, mean_loss, len(batch))


def _first_trouble(losses: Iterable[Value], parameters: list[Value], moved: list[float]) -> str:
    found = next(filter(None, map(first_nonfinite, losses)), None)
    overflown = ", ".join(p.label for p, data in zip(parameters, moved, strict=True) if not isfinite(data))
    return found[1] if found else f"{overflown or 'the mean loss'} would not be finite"


def _program(record: Callable[[], tuple[Value, list[Value]]]) -> Program:
    """The program of a sample's graph; CompileError where another sample might have another graph."""
    reads = looks.reads
    program, again = compile(*record()), compile(*record())
    if looks.reads > reads:
        raise CompileError("the network or the loss reads .data, which a program would keep as it was at first")
    if program.source != again.source:
        raise CompileError("one sample recorded twice gives two graphs, as with random numbers")
    return program


def _shuffle(order: list[int], state: int) -> int:
    """Fisher-Yates on Knuth's 64-bit linear congruential generator: integers only, so alike on any engine."""
    for i in range(len(order) - 1, 0, -1):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        j = (state >> 32) * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    return state


def _epochs(count: int, progress: bool) -> Iterable[int]:
    """0, 1, 2, … with a bar on a terminal where tqdm is installed."""
    with suppress(ImportError):
        from tqdm import trange

        return trange(count, unit="epoch", disable=None if progress else True)
    return range(count)
