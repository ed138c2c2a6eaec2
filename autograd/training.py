"""The mini-batch loop: one order of samples and one set of rules, whatever runs the graph."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator, Sequence
from contextlib import nullcontext
from math import isfinite
from typing import Any, NamedTuple, Protocol

from autograd.errors import CompileError, first_nonfinite
from autograd.nn import half_squared_error, named_leaves
from autograd.program import Answer, compile
from autograd.value import Number, Value, number

__all__ = ["Batch", "batches", "fit"]

Sample = Number | Sequence[Number]
Loss = Callable[[Any, Any], Value]

ENGINES = ("auto", "python", "eager")


class Network(Protocol):
    """What can be trained: `MLP`, or anything callable on one sample that lists its parameters."""

    def __call__(self, x: Any, /) -> Any: ...
    def parameters(self) -> list[Value]: ...


class Batch(NamedTuple):
    """One finished step: epoch and step count from 0, `loss` is the mean over its `size` samples before the step."""

    epoch: int
    step: int
    loss: float
    size: int


def fit(
    net: Network, xs: Sequence[Sample], ys: Sequence[Sample], *, loss: Loss = half_squared_error,
    learning_rate: float = 0.5, batch_size: int = 10, epochs: int = 1, seed: int = 0, progress: bool = True,
    engine: str = "auto",
) -> list[float]:  # fmt: skip
    """Train by gradient descent on mini-batches and give the mean loss of each epoch.

    A sample is a number (one input) or a sequence of numbers; `loss(prediction, target)` is the loss of one sample, and
    a step follows its mean over the batch. Shows progress on a terminal if tqdm is installed. The rest as in `batches`.

    >>> from autograd import MLP
    >>> net = MLP(1, [1], seed=0)
    >>> losses = fit(net, [0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0], batch_size=2, learning_rate=0.2, epochs=80)
    >>> [round(p.data, 3) for p in net.parameters()]
    [2.0, 1.0]
    """
    losses: list[float] = []
    with _progress(epochs if progress else 0) as bar:
        for batch in batches(
            net, xs, ys, loss=loss, learning_rate=learning_rate, batch_size=batch_size, epochs=epochs, seed=seed,
            engine=engine,
        ):  # fmt: skip
            if batch.epoch == len(losses):
                losses.append(0.0)
                bar.update()
            losses[-1] += batch.loss * batch.size / len(xs)
    return losses


def batches(
    net: Network, xs: Sequence[Sample], ys: Sequence[Sample], *, loss: Loss = half_squared_error,
    learning_rate: float = 0.5, batch_size: int = 10, epochs: int = 1, seed: int = 0, engine: str = "auto",
) -> Iterator[Batch]:  # fmt: skip
    """Train as `fit` does, giving a `Batch` after each step.

    Samples are shuffled anew each epoch from `seed`, alike for every engine. "python" records the graph of one sample
    and runs its program, "eager" records each sample, "auto" compiles where it can and else warns and runs eagerly.

    Raises FloatingPointError naming epoch, step and the first bad node when the loss or a parameter stops being
    finite; the parameters keep the last finite step, as they do when interrupted. ValueError for bad arguments.
    """
    if engine not in ENGINES:
        raise ValueError(f"unknown engine {engine!r}; known are {', '.join(ENGINES)}")
    if len(xs) != len(ys) or not len(xs):
        raise ValueError(f"got {len(xs)} samples and {len(ys)} targets; there must be as many of each, at least one")
    if batch_size < 1:
        raise ValueError(f"a batch has at least 1 sample, got batch_size = {batch_size}")
    graphs = _Graphs(net, loss, xs[0], ys[0])
    samples = [graphs.flat(x, y) for x, y in zip(xs, ys, strict=True)]
    parameters, run = _compiled(graphs, samples[0], engine)
    order, state = list(range(len(samples))), seed
    for epoch in range(epochs):
        state = _shuffle(order, state)
        for step, start in enumerate(range(0, len(order), batch_size)):
            batch = [samples[i] for i in order[start : start + batch_size]]
            try:
                mean_loss, gradients = run(batch)
            except ArithmeticError as error:
                raise FloatingPointError(f"epoch {epoch}, step {step}: {error}") from error
            moved = [p.data - learning_rate * g for p, g in zip(parameters, gradients, strict=True)]
            if not (isfinite(mean_loss) and all(map(isfinite, moved))):
                raise FloatingPointError(f"epoch {epoch}, step {step}: {graphs.trouble(batch, parameters, moved)}")
            for parameter, number in zip(parameters, moved, strict=True):
                parameter.data = number
            yield Batch(epoch, step, mean_loss, len(batch))


class _Graphs:
    """The graph of one sample after another, from samples as flat tuples of floats."""

    def __init__(self, net: Network, loss: Loss, x: Sample, y: Sample) -> None:
        self.net, self.loss = net, loss
        self.x_width, self.y_width = _width(x), _width(y)

    def flat(self, x: Sample, y: Sample) -> tuple[float, ...]:
        if (_width(x), _width(y)) != (self.x_width, self.y_width):
            raise ValueError(f"samples differ in shape: {x!r} with target {y!r} is not like the first")
        parts = ([v] if width is None else list(v) for v, width in ((x, self.x_width), (y, self.y_width)))
        return tuple(number(v) for part in parts for v in part)

    def record(self, sample: Sequence[float]) -> tuple[Value, list[Value]]:
        """The loss of a sample, and the leaves of its inputs and targets."""
        split = self.x_width or 1
        x, y = named_leaves(sample[:split]), named_leaves(sample[split:], name="y")
        target = y if len(y) > 1 else y[0]
        return self.loss(self.net(x[0] if self.x_width is None else x), target), [*x, *y]

    def mean(self, batch: Sequence[Sequence[float]]) -> Answer:
        """Mean loss and gradients by running the graphs themselves."""
        parameters = self.net.parameters()
        for parameter in parameters:
            parameter.grad = 0.0
        total = 0.0
        for sample in batch:
            root, _ = self.record(sample)
            root.backward()
            total += root.data
        return total / len(batch), tuple(parameter.grad / len(batch) for parameter in parameters)

    def trouble(self, batch: Sequence[Sequence[float]], parameters: list[Value], moved: list[float]) -> str:
        for sample in batch:
            if found := first_nonfinite(self.record(sample)[0]):
                return found[1]
        bad = [f"{p.label} would become {m}" for p, m in zip(parameters, moved, strict=True) if not isfinite(m)]
        return bad[0] if bad else "the mean loss is not finite"


def _width(sample: Sample) -> int | None:
    return len(sample) if isinstance(sample, Sequence) or hasattr(sample, "__len__") else None


def _compiled(graphs: _Graphs, sample: Sequence[float], engine: str) -> tuple[list[Value], Callable[..., Answer]]:
    """The parameters to move, and what gives the mean loss of a batch and its gradients by them."""
    parameters = graphs.net.parameters()
    if engine == "eager":
        return parameters, graphs.mean
    try:
        program = compile(*graphs.record(sample))
    except CompileError as error:
        if engine == "python":
            raise
        warnings.warn(f"training runs eagerly, which is slower: {error}", stacklevel=4)
        return parameters, graphs.mean
    places = [program.parameters.index(p) for p in parameters if p in program.parameters]
    if places == list(range(len(program.parameters))):
        return program.parameters, program.mean

    def mean(batch: Sequence[Sequence[float]]) -> Answer:
        loss, gradients = program.mean(batch)
        return loss, tuple(gradients[i] for i in places)

    return [program.parameters[i] for i in places], mean


def _shuffle(order: list[int], state: int) -> int:
    """Fisher-Yates on a 64-bit linear congruential generator (Knuth's MMIX): integers only, the same on any engine."""
    for i in range(len(order) - 1, 0, -1):
        state = (state * 6364136223846793005 + 1442695040888963407) & 0xFFFFFFFFFFFFFFFF
        j = (state >> 32) * (i + 1) >> 32
        order[i], order[j] = order[j], order[i]
    return state


def _progress(epochs: int) -> Any:
    """A tqdm bar over epochs, silent off a terminal; nothing where tqdm is not installed."""
    try:
        from tqdm import tqdm
    except ImportError:
        return _NoBar()
    return tqdm(total=epochs, unit="epoch", disable=None if epochs else True)


class _NoBar(nullcontext[Any]):
    def __enter__(self) -> _NoBar:
        return self

    def update(self) -> None:
        pass
