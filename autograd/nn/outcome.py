"""What is said of a run that trains nothing, or ends far from where it should."""

import warnings
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from math import inf

from autograd.core.diagnosis import described
from autograd.core.graph import below
from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.nn.samples import Samples
from autograd.program.answers import Answer

FAR = 1000.0  # times the loss at the start: no noise of a sample, no first step of a good rule
LARGE = 10_000.0  # times a parameter at the start, or 1
LOOKED_AT = 2  # samples

Mean = Callable[[Sequence[Sequence[float]]], Answer]


class Outcome:
    """The mean loss of a few samples, and the parameters, to be compared with those at the end."""

    def __init__(self, samples: Samples, parameters: Sequence[Value], mean: Mean) -> None:
        self.rows = samples.rows[:LOOKED_AT]
        self.parameters = parameters
        self.mean = mean
        self.loss = self.loss_now()
        self.data = [peek(parameter) for parameter in parameters]

    def loss_now(self) -> float:
        """The mean loss, infinite where it has no number."""
        with suppress(ArithmeticError, ValueError):
            return self.mean(self.rows)[0]
        return inf

    def warn(self, first_epoch: float) -> None:
        """Say so if the loss, or without a better loss a parameter, is far above what it was."""
        loss = self.loss_now()
        grown = self._grown()
        far = FAR * max(abs(self.loss), abs(first_epoch))
        trouble = ""
        if loss > self.loss + far:
            trouble = f"the mean loss of some samples rose from {self.loss:.3g} to {loss:.3g}"
        elif grown and loss >= self.loss:
            trouble = f"{grown} at the end of training, which made the loss no better"
        elif grown and loss < self.loss - far:
            trouble = f"the mean loss fell without end, to {loss:.3g}, and {grown}"
        if trouble:
            warnings.warn(f"{trouble}; a smaller learning rate may help", stacklevel=4)

    def _grown(self) -> str:
        """The first parameter that has grown very large, if there is one."""
        for parameter, before in zip(self.parameters, self.data, strict=True):
            if abs(peek(parameter)) > LARGE * max(1.0, abs(before)):
                return described(parameter)
        return ""


NOTHING_TRAINED = (
    "the loss depends on no parameter of the network, so that nothing is trained; "
    "its parameters() lists the leaves that training moves"
)


def trains_nothing(samples: Samples, parameters: Iterable[Value]) -> bool:
    """Whether the loss of a sample depends on none of the parameters."""
    with samples.surroundings.restored(), suppress(ArithmeticError, ValueError):
        _, leaves = below(samples.record_eagerly(samples.rows[0]))
        return set(leaves).isdisjoint(parameters)
    return False
