"""What is said of a training that cannot train something, or ends far from where it should."""

import warnings
from collections.abc import Iterable, Sequence
from contextlib import suppress
from math import inf
from typing import Any

from autograd.core.diagnosis import described
from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.nn.objective import Objective
from autograd.nn.optimizers import Optimizer

FAR = 1000.0  # times the loss at the start: no noise of a sample, no first step of a good rule
LARGE = 10_000.0  # times a parameter at the start, or 1
RISEN = 1.0  # times the loss of the first epoch, beside that of the last
ROUNDED = 1e-24  # a loss that comes of rounding alone, and may rise
LOOKED_AT = 2  # samples
NAMED = 5  # parameters in a message


class Outcome:
    """The mean loss of a few samples, and the parameters, to be compared with those at the end."""

    def __init__(self, objective: Objective, parameters: Sequence[Value]) -> None:
        self.objective = objective
        self.parameters = parameters
        self.loss = self.loss_now()
        self.data = [peek(parameter) for parameter in parameters]

    def loss_now(self) -> float:
        """The mean loss, infinite where it has no number."""
        examples = self.objective.examples[:LOOKED_AT]
        with suppress(ArithmeticError, ValueError), self.objective.surroundings.restored():
            return self.objective.mean_loss(examples)
        return inf

    def warn(self, first_epoch: float, last_epoch: float, stacklevel: int) -> None:
        """Say so if the loss, or without a better loss a parameter, is far above what it was.

        The two are mean losses of epochs; the warning is of the code so many calls above.
        """
        loss = self.loss_now()
        grown = self._grown()
        far = FAR * max(abs(self.loss), abs(first_epoch))
        trouble = ""
        if loss > self.loss + far:
            trouble = f"the mean loss of some samples rose from {self.loss:.3g} to {loss:.3g}"
        elif last_epoch > max(first_epoch + RISEN * abs(first_epoch), ROUNDED):
            trouble = f"the loss rose from {first_epoch:.3g} to {last_epoch:.3g}"
        elif grown and loss >= self.loss:
            trouble = f"{grown} at the end of training, which made the loss no better"
        elif grown and loss < self.loss - far:
            trouble = f"the mean loss fell without end, to {loss:.3g}, and {grown}"
        if trouble:
            warnings.warn(f"{trouble}; a smaller learning rate may help", stacklevel=stacklevel + 1)

    def _grown(self) -> str:
        """The first parameter that has grown very large, if there is one."""
        return _very_large(self.parameters, self.data)


def told_ruined(parameters: Sequence[Value]) -> str:
    """What to do about parameters that are very large before the first step; or nothing."""
    large = _very_large(parameters, [1.0] * len(parameters))
    again = "if a training ruined this network, make it anew"
    return f"; {large} before the first step: {again}" if large else ""


def _very_large(parameters: Sequence[Value], before: Sequence[float]) -> str:
    """The first parameter that is very large beside what it was; or nothing."""
    for parameter, x in zip(parameters, before, strict=True):
        if abs(peek(parameter)) > LARGE * max(1.0, abs(x)):
            return described(parameter)
    return ""


def check_there_are_parameters(net: Any, parameters: Sequence[Value]) -> None:
    """Raise ValueError if a network has nothing to train."""
    if not parameters:
        what = f"{net!r:.80} has no parameters to train: its parameters() gives none"
        hint = "a Module finds those in its attributes, lists and dicts that are not frozen"
        raise ValueError(f"{what}; {hint}")


def check_optimizer(optimizer: Optimizer, parameters: Sequence[Value]) -> None:
    """Raise ValueError if an optimizer was made for other parameters than are to be trained."""
    if optimizer.parameters and {*optimizer.parameters} != {*parameters}:
        what = "the optimizer was made for other parameters than the network's"
        hint = "write Adam(0.01), without parameters, and freeze those that are to stay"
        raise ValueError(f"{what}; {hint}")


def check_reached(net: Any, parameters: Iterable[Value], reached: set[Value]) -> None:
    """Raise ValueError naming the parameters that are not among the leaves reached.

    It warns of others that are.
    """
    trained = {*parameters}
    _warn_of_others(net, [leaf for leaf in reached if leaf.trained and leaf not in trained])
    missing = [parameter for parameter in parameters if parameter not in reached]
    if missing:
        what = f"no gradient reaches {_listed(net, missing)}: no sample's loss depends on them"
        raise ValueError(f"{what}; use them in the network, or freeze() or leave them out")


def _warn_of_others(net: Any, others: Sequence[Value]) -> None:
    """Tell of parameters that the loss depends on, and nothing moves."""
    if others:
        what = f"training does not move {_listed(net, others)}: parameters() does not list them"
        hint = "list them, or set frozen = True on each"
        warnings.warn(f"{what}, though the loss depends on them; {hint}", stacklevel=5)


def _listed(net: Any, parameters: Sequence[Value]) -> str:
    """Some parameters by name, of many the first ones."""
    names: dict[Value, str] = {}
    if hasattr(net, "named_parameters"):
        names = {parameter: name for name, parameter in net.named_parameters()}
    told = [names.get(parameter) or described(parameter) for parameter in parameters[:NAMED]]
    more = f" and {len(parameters) - NAMED} more" if len(parameters) > NAMED else ""
    return f"{', '.join(told)}{more}"
