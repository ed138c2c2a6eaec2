"""Ending a training early: something for `fit` to call after each epoch."""

from math import inf
from typing import Any

from autograd.core.at_once import at_once, data_put
from autograd.core.checks import check_whole
from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.nn.result import Epoch


class EarlyStopping:
    """End a training that gets no better, and go back to the best parameters it had.

    It is made for one network and given to `fit` as `on_epoch`, which calls it after each epoch. It
    looks at the validation loss, or without validation data at the loss. When this has reached no
    new minimum for `patience` epochs, the training ends, and the parameters go back to those after
    the best epoch. A training that comes to its last epoch keeps the parameters it has then, unless
    you call `restore()`.

    Arguments:

    - `net`: the network that is trained.
    - `patience`: how many epochs to wait for a better one, from 1; 10 by default.

    Arguments of a call:

    - `epoch`: the `Epoch` that has ended.

    A call returns True if the training is to end, and has then restored the best parameters.

    Attributes:

    - `net` and `patience`: as given.
    - `best_epoch`: the epoch of the least loss, from 0.
    - `best_loss`: the loss of this epoch; infinity before the first.

    Raises:

    - `TypeError` if `patience` is no whole number.
    - `ValueError` if `patience` is below 1.

    >>> from autograd import MLP, fit
    >>> net = MLP(1, [1], seed=0)
    >>> stop = EarlyStopping(net, patience=3)
    >>> run = fit(net, [0.0, 1.0], [1.0, 3.0], epochs=1000, on_epoch=stop)
    >>> run.stopped, len(run.losses) - 1 - stop.best_epoch
    (True, 3)
    """

    def __init__(self, net: Any, patience: int = 10) -> None:
        self.net = net
        self.patience = check_whole("patience", patience, least=1)
        self.best_epoch = 0
        self.best_loss = inf
        self._best: dict[Value, float] = {}

    def __call__(self, epoch: Epoch) -> bool:
        loss = epoch.loss if epoch.validation_loss is None else epoch.validation_loss
        if epoch.epoch == 0:
            self.best_epoch = 0
            self.best_loss = inf
            self._best = {}
        if loss < self.best_loss:
            self.best_epoch = epoch.epoch
            self.best_loss = loss
            self._best = {parameter: peek(parameter) for parameter in self.net.parameters()}
        if epoch.epoch - self.best_epoch < self.patience:
            return False
        self.restore()
        return True

    def restore(self) -> None:
        """Give the parameters the numbers that they had after the best epoch.

        Before the first epoch has ended it does nothing.
        """
        at_once(data_put(self._best.keys(), self._best.values()))
