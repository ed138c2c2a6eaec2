"""`fit` and `batches`: gradient descent on mini-batches, by whatever engine runs the graph."""

import reprlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import closing
from time import perf_counter
from typing import Any, NoReturn, TypeAlias

from autograd.core.checks import check_whole
from autograd.core.diagnosis import told
from autograd.core.elsewhere import refuse_options
from autograd.core.numbers import number
from autograd.nn.descent import Descent
from autograd.nn.losses import half_squared_error
from autograd.nn.objective import Loss, Objective, Plus
from autograd.nn.optimizers import SGD, Optimizer
from autograd.nn.progress import Progress
from autograd.nn.result import Batch, Epoch, Fit
from autograd.nn.samples import Example, Sample, examples
from autograd.nn.stopping import EarlyStopping

__all__ = ["batches", "fit"]

LEARNING_RATE = 0.5  # the document's


OnEpoch: TypeAlias = Callable[[Epoch], bool | None]
Samples: TypeAlias = tuple[Iterable[Sample], Iterable[Sample]]


def fit(
    net: Any,
    xs: Iterable[Sample],
    ys: Iterable[Sample],
    *,
    loss: Loss = half_squared_error,
    plus: Plus | None = None,
    learning_rate: float | Callable[[int], float] | None = None,
    optimizer: Optimizer | None = None,
    batch_size: int = 10,
    epochs: int = 1,
    validation: Samples | None = None,
    on_epoch: OnEpoch | None = None,
    seed: int = 0,
    progress: bool = True,
    engine: str = "auto",
    **unknown: NoReturn,
) -> Fit:
    """Train by gradient descent on mini-batches, and give its losses and how it ran.

    `net` is called on a sample, and has `parameters()`. Each of `xs` is a number (one input) or a
    sequence of numbers, each of `ys` its target, a number or several, or the label of a class;
    arrays, tables and iterators will do. Samples may differ in length.
    `loss(prediction, target)` is the loss of one sample, a Value or a number; net and loss may ask
    for a number, by `==`, `int` or as an index. `plus(net)` is a Value that is added to the mean
    over samples, such as weight decay; losses are those with it, but for the validation loss. A
    step follows the mean over `batch_size` samples, which are shuffled anew each epoch from `seed`,
    alike for every engine. `learning_rate` (0.5), a number or a function of the step, is that of
    plain descent; another rule is an `optimizer`, whose memory begins empty.

    `validation` are samples and targets whose mean loss is found after each epoch. `on_epoch` is
    then called with an `Epoch`; training ends early if it gives True. What it changes in net, loss,
    plus or optimizer holds from then on, but what it freezes is an error. `progress` shows a bar
    on a terminal if tqdm is installed, and in a notebook the losses so far.

    The `engine` "python" records the graph of one sample and runs its program, so that net and
    loss are called at the start only; "numba" runs that as machine code, the loop with it; "tape"
    sweeps over a graph of any size; "eager" records each sample. Samples of other lengths have a
    graph of their own, and so have other targets, or whole numbers among the inputs, if net or loss
    ask for them. "auto" compiles where it can, by the one of these that is done first; where a
    number leaves the graph all the same, random ones are drawn, or another graph of the same
    sample is made, it warns and runs eagerly. `Fit.why` says which and why.

    It warns where training ends far from where it should. Raises TypeError and ValueError for bad
    arguments, for numbers that are not finite, for no parameters, and for a parameter that no
    gradient reaches, CompileError for a graph that the engine cannot compile, and
    FloatingPointError naming epoch, step and the first bad node when the loss or a parameter stops
    being finite; the parameters keep the last finite step, as they do when interrupted.

    >>> from autograd import MLP
    >>> net = MLP(1, [1], seed=0)
    >>> xs, ys = [0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0]
    >>> run = fit(net, xs, ys, batch_size=2, learning_rate=0.2, epochs=80)
    >>> [round(p.data, 3) for p in net.parameters()]
    [2.0, 1.0]
    """
    refuse_options(fit, unknown)
    start = perf_counter()
    epochs = check_whole("epochs", epochs, least=0)
    stops = _stopping(on_epoch, net)
    others = _validation_examples(validation)
    objective = Objective(net, examples(xs, ys), loss, plus)
    rule = _chosen(optimizer, learning_rate)
    descent = Descent(
        objective, rule, others, batch_size=batch_size, epochs=epochs, seed=seed, engine=engine
    )
    done: list[Epoch] = []
    with closing(Progress(epochs, is_shown=progress)) as bar:
        for epoch in _epochs(descent, others, epochs, is_watched=on_epoch is not None):
            done.append(epoch)
            bar.epoch_done(epoch.loss, epoch.validation_loss)
            if stops(epoch):
                break
        bar.end()
    return _result(done, descent, perf_counter() - start, is_early=len(done) < epochs)


def _result(done: Sequence[Epoch], descent: Descent, seconds: float, *, is_early: bool) -> Fit:
    """What a training gives, with a warning if it went wrong."""
    if done:
        descent.outcome.warn(done[0].loss, done[-1].loss, stacklevel=3)
    return Fit(
        losses=[epoch.loss for epoch in done],
        validation_losses=[x.validation_loss for x in done if x.validation_loss is not None],
        seconds=seconds,
        engine=descent.running.name,
        why=descent.running.why,
        stopped=is_early,
    )


def _epochs(
    descent: Descent, others: Sequence[Example], epochs: int, *, is_watched: bool
) -> Iterator[Epoch]:
    """Train epoch by epoch.

    Unless somebody watches, training is ahead of the epoch that is given.
    """
    validate = descent.running.validation(others, epochs) if others else None
    is_watched = is_watched or validate is not None
    for epoch in range(epochs):
        descent.finish(epoch, last=epoch if is_watched else epochs - 1)
        yield Epoch(epoch, descent.loss_of(epoch), validate() if validate else None)
        if is_watched and descent.follow() and validate:
            validate = descent.running.validation(others, epochs)


def batches(
    net: Any,
    xs: Iterable[Sample],
    ys: Iterable[Sample],
    *,
    loss: Loss = half_squared_error,
    plus: Plus | None = None,
    learning_rate: float | Callable[[int], float] | None = None,
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
    epochs = check_whole("epochs", epochs, least=0)
    descent = Descent(
        Objective(net, examples(xs, ys), loss, plus),
        _chosen(optimizer, learning_rate),
        batch_size=batch_size,
        epochs=epochs,
        seed=seed,
        engine=engine,
        kept=1,
    )
    first_epoch = 0.0
    with closing(Progress(epochs, is_shown=progress)) as bar:
        for epoch in range(epochs):
            descent.forget_losses()
            for step in range(descent.steps):
                descent.follow()
                descent.advance(epoch * descent.steps + step + 1)
                yield Batch(epoch, step, descent.latest_loss, descent.size_of(step))
            bar.epoch_done(descent.loss_of(epoch))
            first_epoch = first_epoch if epoch else descent.loss_of(epoch)
    if epochs:
        descent.outcome.warn(first_epoch, descent.loss_of(epochs - 1), stacklevel=2)


def _chosen(
    optimizer: Optimizer | None, learning_rate: float | Callable[[int], float] | None
) -> Optimizer:
    if optimizer is None:
        rate = LEARNING_RATE if learning_rate is None else learning_rate
        return SGD(rate if callable(rate) else number(rate, "learning_rate is"))
    if not isinstance(optimizer, Optimizer):
        got = f"{type(optimizer).__name__}: {reprlib.repr(optimizer)}"
        raise TypeError(f"an optimizer is an object such as Adam(0.01), got {got}")
    if learning_rate is not None:
        raise ValueError("the optimizer has a learning rate of its own; give one of the two")
    return optimizer


def _validation_examples(validation: Samples | None) -> list[Example]:
    if validation is None:
        return []
    if not isinstance(validation, tuple | list) or len(validation) != 2:
        raise TypeError(f"validation is (samples, targets), as xs and ys, got {told(validation)}")
    return examples(*validation, names=("validation xs", "validation ys"))


def _stopping(on_epoch: OnEpoch | None, net: Any) -> Callable[[Epoch], bool]:
    """Whether an epoch is to be the last one."""
    if on_epoch is None:
        return lambda epoch: False
    if not callable(on_epoch):
        raise TypeError(f"on_epoch is called with an Epoch, got {told(on_epoch)}")

    if isinstance(on_epoch, EarlyStopping) and on_epoch.net is not net:
        raise ValueError(
            "this EarlyStopping is of another network: write EarlyStopping(net) of this one"
        )

    def stops(epoch: Epoch) -> bool:
        answer: Any = on_epoch(epoch)
        if answer is None or isinstance(answer, bool) or _is_bool_of_numpy(answer):
            return bool(answer)
        raise TypeError(f"on_epoch gives True to end the training, else None, got {told(answer)}")

    return stops


def _is_bool_of_numpy(x: Any) -> bool:
    return getattr(getattr(x, "dtype", None), "kind", "") == "b" and getattr(x, "ndim", 1) == 0
