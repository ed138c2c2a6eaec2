"""`fit` and `batches`: gradient descent on mini-batches, by whatever engine runs the graph."""

import reprlib
import warnings
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, suppress
from math import isfinite
from time import perf_counter
from typing import Any, NamedTuple

from autograd.core.checks import check_known, check_whole
from autograd.core.diagnosis import first_nonfinite
from autograd.core.numbers import number
from autograd.core.tracking import peek, put
from autograd.core.value import Value
from autograd.derivatives import gradients
from autograd.nn.loop import State, first_seed, mini_batches, shuffle
from autograd.nn.losses import half_squared_error
from autograd.nn.optimizers import SGD, Optimizer, movable
from autograd.nn.outcome import NOTHING_TRAINED, Mean, Outcome, trains_nothing
from autograd.nn.progress import Progress
from autograd.nn.recording import program_of
from autograd.nn.result import Fit
from autograd.nn.samples import Loss, Sample, Samples
from autograd.program.answers import Answer, mean_answer
from autograd.program.engines import ENGINES, Engine
from autograd.program.program import Program

__all__ = ["Batch", "batches", "fit", "shuffle"]

LEARNING_RATE = 0.5  # the document's
SECONDS_AT_ONCE = 0.1  # of steps between two looks at the clock, which nothing can interrupt


class Batch(NamedTuple):
    """One finished step: `epoch` and `step` count from 0; `loss` is the mean before the step.

    It is the mean over the `size` samples of the batch.
    """

    epoch: int
    step: int
    loss: float
    size: int


def fit(
    net: Any,
    xs: Iterable[Sample],
    ys: Iterable[Sample],
    *,
    loss: Loss = half_squared_error,
    learning_rate: float | None = None,
    optimizer: Optimizer | None = None,
    batch_size: int = 10,
    epochs: int = 1,
    seed: int = 0,
    progress: bool = True,
    engine: str = "auto",
) -> Fit:
    """Train by gradient descent on mini-batches, and give its losses and how it ran.

    `net` is called on a sample, and has `parameters()`. Each of `xs` is a number (one input) or a
    sequence of numbers, each of `ys` its target, a number or several; arrays, tables and iterators
    will do.
    `loss(prediction, target)` is the loss of one sample, a Value or a number; it may ask for a
    target as a number, by `==` or `int`. A step follows its mean over `batch_size` samples, which
    are shuffled anew each epoch from `seed`, alike for every engine. `learning_rate` (0.5) is that
    of plain descent; another rule is an `optimizer`. `progress` shows a bar on a terminal if tqdm
    is installed.

    The `engine` "python" records the graph of one sample and runs its program, so that net and
    loss are called at the start only; "numba" runs that as machine code, the loop with it; "tape"
    sweeps over a graph of any size; "eager" records each sample. "auto" compiles where it can, by
    the one of these that is done first; where net or loss let a number leave the graph, by a
    comparison or a read of `.data`, say, draw random numbers, or make another graph of the same
    sample, it warns and runs eagerly.

    It warns where the loss depends on no parameter, and where training ends far from where it
    should. Raises TypeError and ValueError for bad arguments, CompileError for a graph that the
    engine cannot compile, and FloatingPointError naming epoch, step and the first bad node when the
    loss or a parameter stops being finite; the parameters keep the last finite step, as they do
    when interrupted.

    >>> from autograd import MLP
    >>> net = MLP(1, [1], seed=0)
    >>> xs, ys = [0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0]
    >>> run = fit(net, xs, ys, batch_size=2, learning_rate=0.2, epochs=80)
    >>> [round(p.data, 3) for p in net.parameters()]
    [2.0, 1.0]
    """
    start = perf_counter()
    descent = _Descent(
        Samples(net, xs, ys, loss),
        _chosen(optimizer, learning_rate),
        batch_size=batch_size,
        epochs=epochs,
        seed=seed,
        engine=engine,
    )
    for _ in descent.run(progress):
        pass
    losses = [float(x) for x in descent.state.losses]
    return Fit(
        losses,
        validation_losses=[],
        seconds=perf_counter() - start,
        engine=descent.engine.name,
        why="",
    )


def batches(
    net: Any,
    xs: Iterable[Sample],
    ys: Iterable[Sample],
    *,
    loss: Loss = half_squared_error,
    learning_rate: float | None = None,
    optimizer: Optimizer | None = None,
    batch_size: int = 10,
    epochs: int = 1,
    seed: int = 0,
    progress: bool = False,
    engine: str = "auto",
) -> Iterator[Batch]:
    """Train as `fit` does, by the same arguments, giving a `Batch` after each step.

    Arguments are checked, and training goes on, as batches are asked for.

    >>> from autograd import MLP
    >>> net = MLP(1, [1], seed=0)
    >>> [batch.size for batch in batches(net, [0.0, 1.0, 2.0], [1.0, 3.0, 5.0], batch_size=2)]
    [2, 1]
    """
    descent = _Descent(
        Samples(net, xs, ys, loss),
        _chosen(optimizer, learning_rate),
        batch_size=batch_size,
        epochs=epochs,
        seed=seed,
        engine=engine,
        singly=True,
    )
    yield from descent.run(progress)


def _chosen(optimizer: Optimizer | None, learning_rate: float | None) -> Optimizer:
    if optimizer is None:
        rate = LEARNING_RATE if learning_rate is None else learning_rate
        return SGD(number(rate, "learning_rate is"))
    if not isinstance(optimizer, Optimizer):
        got = f"{type(optimizer).__name__}: {reprlib.repr(optimizer)}"
        raise TypeError(f"an optimizer is an object such as SGD(0.5), got {got}")
    if learning_rate is not None:
        raise ValueError("the optimizer has a learning rate of its own; give one of the two")
    return optimizer


class _Descent:
    """Gradient descent under way."""

    def __init__(
        self,
        samples: Samples,
        optimizer: Optimizer,
        *,
        batch_size: int,
        epochs: int,
        seed: int,
        engine: str,
        singly: bool = False,
    ) -> None:
        check_known("engine", engine, ("auto", *ENGINES, "eager"))
        batch_size = check_whole("batch_size", batch_size, least=1)
        epochs = check_whole("epochs", epochs, least=0)
        seed = check_whole("seed", seed)
        count = len(samples.rows)
        self.samples = samples
        self.optimizer = optimizer
        self.size = min(batch_size, count)
        self.steps = -(-count // batch_size)  # in an epoch
        self.epochs = epochs
        self.singly = singly
        self.at_once = 1  # steps
        trained = movable(samples.net.parameters())
        program = program_of(samples, trained, engine, epochs * count)
        self.take_carefully = mini_batches(self._mean_of_batch, optimizer.update, shuffle)
        if program is None:
            is_idle = trains_nothing(samples, trained)
            self._train_eagerly(trained)
        else:
            is_idle = not program.parameters
            self._train_by(program)
        if is_idle:
            warnings.warn(NOTHING_TRAINED, stacklevel=3)
        self.state = self._start(seed)

    def _train_eagerly(self, parameters: list[Value]) -> None:
        self.engine: Engine = ENGINES["python"]
        self.parameters = parameters
        self.leaves = parameters
        self.mean: Mean = self._recorded_mean
        self.take = self.take_carefully
        self.outcome = Outcome(self.samples, self.parameters, self._mean_aside)

    def _train_by(self, program: Program) -> None:
        self.engine = ENGINES[program.engine]
        self.parameters = program.parameters
        self.leaves = program.leaves
        self.mean = program.mean
        self.take = self.engine.loop(mini_batches, program, self.optimizer.update, shuffle)
        seconds = self.engine.seconds_to_run(program.size) * self.size
        self.at_once += int(SECONDS_AT_ONCE / seconds)
        # For a few samples machine code need not be compiled once more, without its loop.
        ready = program.on_fastest(len(self.samples.rows))
        self.outcome = Outcome(self.samples, self.parameters, ready.mean)

    def _start(self, seed: int) -> State:
        count = len(self.samples.rows)
        order = list(range(count))
        generator = shuffle(order, first_seed(seed))
        data = self._data()
        memory = self.optimizer.start(len(self.parameters))
        stored = self.engine.stored
        return State(
            samples=stored(self.samples.rows),
            order=stored(order),
            data=stored(data),
            moved=stored(data),
            memory=stored(memory),
            after=stored(memory),
            settings=stored(self.optimizer.settings(0)),
            losses=stored([0.0] * (1 if self.singly else self.epochs)),
            latest=stored([0.0]),
            position=stored([0, generator]),
        )

    def _data(self) -> list[float]:
        return [peek(leaf) for leaf in self.leaves]

    def _recorded_mean(self, batch: Sequence[Sequence[float]]) -> Answer:
        return mean_answer([self._recorded(sample) for sample in batch])

    def _mean_aside(self, batch: Sequence[Sequence[float]]) -> Answer:
        """The same, after which generators and counts are as before."""
        with self.samples.surroundings.restored():
            return self._recorded_mean(batch)

    def _recorded(self, sample: Sequence[float]) -> Answer:
        loss = self.samples.record_eagerly(sample)
        return peek(loss), gradients(loss, self.parameters)

    def _mean_of_batch(self, samples: Any, batch: Any, data: Any) -> Answer:
        """What a program gives, by `mean`, which reads the parameters themselves."""
        return self.mean([samples[place] for place in batch])

    def run(self, progress: bool) -> Iterator[Batch]:
        """Take up to `at_once` steps together and give the last of them, under a bar."""
        first_epoch = 0.0
        with closing(Progress(self.epochs, is_shown=progress)) as bar:
            for epoch in range(self.epochs):
                if self.singly:
                    self.state.losses[0] = 0.0
                while self.state.position[0] < (epoch + 1) * self.steps:
                    self._advance()
                    yield self._last_batch()
                loss = float(self.state.losses[0 if self.singly else epoch])
                bar.epoch_done(loss)
                if epoch == 0:
                    first_epoch = loss
        if self.epochs:
            self.outcome.warn(first_epoch)

    def _last_batch(self) -> Batch:
        epoch, step = divmod(int(self.state.position[0]) - 1, self.steps)
        size = min(self.size, len(self.state.order) - step * self.size)
        return Batch(epoch, step, float(self.state.latest[0]), size)

    def _advance(self) -> None:
        """Take `at_once` steps or fewer: up to the last, or one where a number is not finite."""
        state = self.state
        first = int(state.position[0])
        together = 1 if self.singly or self.optimizer.is_scheduled else self.at_once
        stop = min(first + together, self.epochs * self.steps)
        state.data[:] = self._data()
        state.settings[:] = self.optimizer.settings(first)  # a callback may have changed them
        try:
            with suppress(ArithmeticError, ValueError):
                self.take(state, self.size, self.steps, stop)
            if state.position[0] == first:
                self._step_carefully(first)
        finally:
            for parameter, x in zip(self.parameters, state.data, strict=False):
                put(parameter, float(x))

    def _step_carefully(self, step: int) -> None:
        """Take a step by `mean`, which records graphs where the text has no answer.

        Raises FloatingPointError where there is none, and says what went wrong.
        """
        # On lists, as Python would warn of NumPy's infinities.
        state = State(*(list(map(_plain, part)) for part in self.state))
        epoch, place = divmod(step, self.steps)
        try:
            self.take_carefully(state, self.size, self.steps, step + 1)
            if state.position[0] == step:
                raise FloatingPointError(self._told_not_finite(place, state.moved))
        except ArithmeticError as error:
            hint = "; a smaller learning rate may help" if step else ""
            message = f"epoch {epoch}, step {place}: {error}{hint}"
            raise FloatingPointError(message) from error
        for stored, changed in zip(self.state, state, strict=True):
            stored[:] = changed

    def _told_not_finite(self, place: int, moved: Sequence[float]) -> str:
        start = place * self.size
        for i in self.state.order[start : start + self.size]:
            found = first_nonfinite(self.samples.record_eagerly(self.state.samples[i]))
            if found:
                return found[1]
        named = zip(self.parameters, moved, strict=False)
        overflown = ", ".join(leaf.label for leaf, x in named if not isfinite(x))
        return f"{overflown or 'the mean loss'} would not be finite"


def _plain(item: Any) -> Any:
    """A number of an engine, or a row of them, as Python's own."""
    return item.tolist() if hasattr(item, "tolist") else item
