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
    """Train a network by gradient descent on mini-batches, and give its losses.

    An epoch goes once through all samples, in batches. For each batch there is one step: the
    optimizer moves the parameters by the gradient of the mean loss over the batch.

    With every engine but "eager", `net` and `loss` are called at the start only, to record the
    graph of a sample, which then runs as a program for all samples. Samples of another length get a
    graph of their own. So do samples with another target, or with other whole numbers as inputs, if
    `net` or `loss` asks for these as numbers: by `==`, `int` or as an index.

    If training is interrupted or fails, the parameters stay as after the last step.

    Arguments:

    - `net`: the network, such as an `MLP` or a `Module` of your own. It is called with one sample,
      and its method `parameters()` lists what is trained.
    - `xs`: the samples, in a list, array, pandas table or iterator. Each is a number (one input) or
      a sequence of numbers. They may differ in length.
    - `ys`: the targets, one for each sample, in a list, array, pandas table or iterator. Each is a
      number, a sequence of numbers, or the label of a class: a whole number from 0.
    - `loss`: a function of the prediction and the target of one sample, which gives a Value or a
      number. A target is passed as one Value or number, or a list of several. `half_squared_error`
      by default.
    - `plus`: a function of `net` that gives a Value to be added to the mean loss of each batch,
      such as weight decay. The reported losses include it; the validation loss does not. None, the
      default, adds nothing.
    - `learning_rate`: what the gradient is multiplied by in a step of plain gradient descent: a
      number from 0, or a function of the step, which counts from 0 through all epochs. 0.5 by
      default. An `optimizer` has its own.
    - `optimizer`: another rule for the steps, such as `Adam(0.01)`. Its memory begins empty. None,
      the default, is plain gradient descent.
    - `batch_size`: the number of samples in a batch, from 1; 10 by default. The last batch of an
      epoch has those that are left.
    - `epochs`: how often to go through all samples, from 0; 1 by default.
    - `validation`: a pair of samples and targets, as `xs` and `ys`. Their mean loss is found after
      each epoch. None by default.
    - `on_epoch`: a function that is called with an `Epoch` after each epoch, such as an
      `EarlyStopping`. If it gives True, training ends. What it changes in `net`, `loss`, `plus` or
      `optimizer` holds from then on; it may not freeze parameters, which is a `ValueError`. None by
      default.
    - `seed`: a whole number, which decides how samples are shuffled for each epoch. The order is
      the same with every engine. 0 by default.
    - `progress`: whether to show how far training is: a bar on a terminal if tqdm is installed, the
      losses so far in a notebook. True by default.
    - `engine`: what runs the training. "python" runs a program of the graph; "numba" runs it as
      machine code, which takes seconds to compile and needs the extra `fast`; "tape" suits graphs
      of any size; "eager" calls `net` and `loss` for each sample. "auto", the default, takes the
      one of these that is expected to finish first. It falls back to "eager", with a warning, where
      no program can be made.

    Returns a `Fit`: the loss of each epoch, the time, and which engine ran and why.

    Warns if training ends far from where it should, as with a loss that rose.

    Raises:

    - `TypeError` for an argument of the wrong kind.
    - `ValueError` for an argument out of range, for samples that are not finite, for a network
      without parameters to train, and for a parameter that the loss does not depend on.
    - `CompileError` if the engine that was asked for cannot run the graph.
    - `ModuleNotFoundError` if that is "numba" and numba is missing.
    - `FloatingPointError` if the loss or a parameter is not finite any more. It names the epoch,
      the step and the first node that went wrong.
    - `RuntimeError` if another thread moves a parameter while a step is under way.

    >>> from autograd import MLP
    >>> net = MLP(1, [1], seed=0)
    >>> xs, ys = [0.0, 1.0, 2.0, 3.0], [1.0, 3.0, 5.0, 7.0]
    >>> run = fit(net, xs, ys, batch_size=2, learning_rate=0.2, epochs=80)
    >>> [round(p.data, 3) for p in net.parameters()]  # of y = 2·x + 1
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
    """Train as `fit` does, and give a `Batch` after each step.

    This is for a loop of your own, which may look at the network after each step, or change it.
    Nothing happens before the first batch is asked for: errors of arguments come then. A loop that
    is left early ends the training after the last step taken.

    Arguments:

    - `net`, `xs`, `ys`, `loss`, `plus`, `learning_rate`, `optimizer`, `batch_size`, `epochs`,
      `seed` and `engine`: as for `fit`, with the same defaults.
    - `progress`: as for `fit`, but False by default.

    Returns an iterator of batches. It warns as `fit` does when the last epoch has ended.

    Raises what `fit` raises.

    >>> from autograd import MLP
    >>> net = MLP(1, [1], seed=0)
    >>> for batch in batches(net, [0.0, 1.0, 2.0], [1.0, 3.0, 5.0], batch_size=2):
    ...     print(f"step {batch.step}: {batch.size} samples, loss {batch.loss:.3f}")
    step 0: 2 samples, loss 2.524
    step 1: 1 samples, loss 0.006
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
