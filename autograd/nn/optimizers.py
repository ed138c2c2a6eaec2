"""How a step moves the parameters: an optimizer is one class here.

`start` makes what it remembers of the parameters, `update` moves them. `update` is a plain
function of lists or arrays of numbers, so that numba compiles it into the mini-batch loop.
"""

from abc import ABC, abstractmethod
from collections.abc import Iterable
from typing import Any, ClassVar, overload

from autograd.core.diagnosis import described, told
from autograd.core.numbers import number
from autograd.core.rows import LEAF
from autograd.core.tracking import number_left, peek, peek_grad, put
from autograd.core.value import Value
from autograd.nn.parameter import distinct

DEFAULT_RATE = 0.01


def movable(parameters: Iterable[Any]) -> list[Value]:
    """Parameters for training to move, each of them once.

    Raises TypeError for anything but a Value, and ValueError for the result of an operation, which
    its operands would give anew.
    """
    if isinstance(parameters, Value) or not isinstance(parameters, Iterable):
        raise TypeError(f"parameters are a list of Values, got {told(parameters)}")
    given = list(parameters)
    for parameter in given:
        if not isinstance(parameter, Value):
            raise TypeError(f"an optimizer moves Values, got {told(parameter)}")
        if parameter.op is not LEAF:
            leaf = f"Parameter({peek(parameter)!r})"
            what = f"{described(parameter)} is the result of an operation"
            raise ValueError(f"{what}, and training moves leaves; put {leaf} in its place")
    return distinct(given)


class Optimizer(ABC):
    """A rule for moving parameters by their gradients.

    By hand: made with the parameters, `step()` moves each by its `grad`. In training:
    `fit(..., optimizer=SGD(0.5))`, where the network says which they are.
    """

    remembers: ClassVar[int] = 0  # numbers that it keeps for each parameter

    @overload
    def __init__(self, learning_rate: float = 0.01, /) -> None: ...
    @overload
    def __init__(self, *, learning_rate: float) -> None: ...
    @overload
    def __init__(self, parameters: Iterable[Value], learning_rate: float = 0.01) -> None: ...
    def __init__(self, parameters: Any = (), learning_rate: float = DEFAULT_RATE) -> None:
        is_rate = not isinstance(parameters, Iterable | Value)
        if is_rate and learning_rate != DEFAULT_RATE:
            got = f"got {parameters!r:.40} and {learning_rate!r:.40}"
            raise TypeError(f"parameters come first, then the learning rate; {got}")
        self.parameters = [] if is_rate else movable(parameters)
        rate = parameters if is_rate else learning_rate
        self.learning_rate = number(rate, "a learning rate is")
        self.steps = 0
        self._memory = self.start(len(self.parameters))

    def settings(self) -> list[float]:
        """The numbers that `update` takes; the first is the learning rate."""
        return [self.learning_rate]

    def start(self, count: int) -> list[float]:
        """What is remembered of so many parameters before the first step."""
        return [0.0] * (self.remembers * count)

    @staticmethod
    @abstractmethod
    def update(data: Any, gradients: Any, memory: Any, settings: Any, step: int) -> None:
        """Move the numbers in `data`, and change in `memory` what is to be remembered.

        `gradients` are the derivatives of the loss by the numbers; `memory` is what `start` made,
        or the last step left; `settings` are those above; `step` counts from 0. What is changed
        are copies, in case the step is not taken.
        """

    def step(self) -> None:
        """Move the parameters once, by their `grad`."""
        data = [peek(parameter) for parameter in self.parameters]
        gradients = [peek_grad(parameter) for parameter in self.parameters]
        self.update(data, gradients, self._memory, self.settings(), self.steps)
        number_left("parameters were moved by step()", aside=True)
        for parameter, x in zip(self.parameters, data, strict=True):
            put(parameter, x)
        self.steps += 1

    def zero_grad(self) -> None:
        """Set the parameters' `grad` to 0."""
        for parameter in self.parameters:
            parameter.grad = 0.0


class SGD(Optimizer):
    """Gradient descent: w ← w − η·dw.

    `parameters` are the Values to move, `learning_rate` is η; for `fit` the learning rate alone
    will do, as in SGD(0.5).

    >>> w = Value(1.0, "w")
    >>> (w * w).backward()
    >>> SGD([w], learning_rate=0.25).step()
    >>> w.data
    0.5
    """

    @staticmethod
    def update(data: Any, gradients: Any, memory: Any, settings: Any, step: int) -> None:
        learning_rate = settings[0]
        for j, gradient in enumerate(gradients):
            data[j] -= learning_rate * gradient
