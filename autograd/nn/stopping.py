"""Ending a training early: something for `fit` to call after each epoch."""

from math import inf
from typing import Any

from autograd.core.checks import check_whole
from autograd.core.tracking import peek, put
from autograd.core.value import Value
from autograd.nn.result import Epoch


class EarlyStopping:
    """Ends a training that gets no better, and goes back to the best parameters it had.

    `net` has the parameters. Training ends when the validation loss, or without validation data the
    loss, has not fallen below its least for `patience` epochs; then the parameters are those after
    the epoch of the least. `best_epoch` counts from 0, `best_loss` is its loss. One that ends by
    itself keeps the parameters of its last epoch, unless `restore()` is called.

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
        """Give the parameters the numbers that they had after the best epoch."""
        for parameter, x in self._best.items():
            put(parameter, x)
