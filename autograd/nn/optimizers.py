"""How a step moves the parameters: an optimizer is one class here.

`start` makes what it remembers of the parameters, `update` moves them. `update` is a plain
function of lists or arrays of numbers, so that numba compiles it into the mini-batch loop.
"""

from abc import ABC, abstractmethod
from collections.abc import Callable, Iterable, Sequence
from inspect import signature
from math import inf, isfinite, pow, sqrt
from typing import Any, ClassVar, NoReturn, TypeAlias

from autograd.core.at_once import at_once, grads_seen, grads_zeroed, items_put, move
from autograd.core.checks import check_flag
from autograd.core.diagnosis import counted, described, told
from autograd.core.elsewhere import refuse_options
from autograd.core.numbers import as_list, number
from autograd.core.rows import LEAF
from autograd.core.tracking import number_left, peek
from autograd.core.value import Value
from autograd.nn.parameter import Refused, distinct

MOVED_MEANWHILE = (
    "another thread has moved a parameter while a step was under way, which was not taken; let one "
    "thread train a network"
)

Rate: TypeAlias = float | Callable[[int], float]  # a number, or a function of the step


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
    """A rule for moving parameters by their gradients: the base class of `SGD`, `Adam` and `AdamW`.

    It works in two ways. Made with parameters, it moves each by its `grad` when you call `step()`.
    Given to `fit`, as in `fit(net, xs, ys, optimizer=Adam(0.01))`, it needs no parameters, as the
    network says which there are.

    A rule of your own is a subclass with an `update`, and with `remembers` if it remembers
    anything.

    Arguments:

    - `parameters`: the Values to move, such as `net.parameters()`: leaves, each moved once. The
      learning rate may stand here in their place, as in `SGD(0.5)`. By default there are none.
    - `learning_rate`: the size of steps: a number from 0, or a schedule, which is a function of the
      step that gives such a number; steps count from 0. `usual_rate` by default.
    - `unknown`: any other name is a `TypeError`. For `lr`, `eps` and `params` of other libraries
      the error tells the name here.

    Attributes:

    - `parameters`: the list of the Values to move.
    - `steps`: how many steps `step()` has taken.
    - `remembers`: how many numbers the rule remembers for each parameter, a class attribute: 0.
    - `usual_rate`: the learning rate if none is given, a class attribute: 0.01.

    Raises:

    - `TypeError` for a network in the place of its parameters, for parameters that are no Values,
      and for a learning rate that is neither a number nor a function.
    - `ValueError` for an empty list of parameters, for a parameter that is the result of an
      operation, and for a learning rate that is negative or not finite.

    >>> from math import cos, pi
    >>> rule = SGD(lambda step: 0.05 + 0.05 * cos(pi * min(step / 1000, 1.0)))  # down to 0
    >>> rule.rate_at(0), round(rule.rate_at(500), 3), rule.rate_at(1000)
    (0.1, 0.05, 0.0)
    """

    remembers: ClassVar[int] = 0  # numbers that it keeps for each parameter
    usual_rate: ClassVar[float] = 0.01

    def __init__(
        self,
        parameters: Iterable[Value] | Rate = (),
        learning_rate: Rate | None = None,
        **unknown: NoReturn,
    ) -> None:
        refuse_options(type(self), unknown)
        is_rate = _is_rate(parameters)
        if is_rate and learning_rate is not None:
            got = f"got {parameters!r:.40} and {learning_rate!r:.40}"
            raise TypeError(f"parameters come first, then the learning rate; {got}")
        self.parameters = [] if is_rate else _some(parameters)
        rate = self.usual_rate if learning_rate is None else learning_rate
        self.learning_rate = parameters if is_rate else rate
        self.steps = 0
        self._memory = self.start(len(self.parameters))

    def __repr__(self) -> str:
        """What it moves, its learning rate, and the options that are not the usual ones."""
        of = f" of {counted(len(self.parameters), 'parameter')}" if self.parameters else ""
        rate = "by schedule" if self.is_scheduled else f"{self.learning_rate!r}"
        told = [f"{type(self).__name__}{of}", f"learning rate {rate}"]
        for name, option in signature(type(self)).parameters.items():
            usual = option.default
            x = getattr(self, name, usual)
            if option.kind is option.KEYWORD_ONLY and x != usual:
                words = name.replace("_", " ")
                told.append(words if x is True else f"{words} {x!r}")
        return f"<{', '.join(told)}>"

    @property
    def learning_rate(self) -> Any:
        """The learning rate, or the function of the step that gives it. Assign it to change it."""
        return self._learning_rate

    @learning_rate.setter
    def learning_rate(self, rate: Any) -> None:
        self._learning_rate = rate if callable(rate) else _at_least_0("learning_rate", rate)

    lr = Refused("its learning_rate is a number, or a function of the step")

    @property
    def is_scheduled(self) -> bool:
        """Whether the learning rate is a function of the step."""
        return callable(self.learning_rate)

    def rate_at(self, step: int) -> float:
        """Give the learning rate at a step.

        Arguments:

        - `step`: which step, from 0.

        Raises:

        - `TypeError` if a schedule gives no number.
        - `ValueError` if it gives a number that is negative or not finite. Both name the step.
        """
        if not self.is_scheduled:
            return float(self.learning_rate)
        return _at_least_0(f"the learning rate at step {step}", self.learning_rate(step))

    def settings(self, step: int) -> list[float]:
        """Give the numbers that `update` takes at a step; the first is the learning rate.

        Arguments:

        - `step`: which step, from 0.
        """
        return [self.rate_at(step)]

    def start(self, count: int) -> list[float]:
        """Give the memory before the first step: zeros.

        Arguments:

        - `count`: the number of parameters.

        Returns a list of `remembers` × `count` numbers: the first of each parameter, then the
        second of each, and so on.
        """
        return [0.0] * (self.remembers * count)

    @staticmethod
    @abstractmethod
    def update(data: Any, gradients: Any, memory: Any, settings: Any, step: int) -> None:
        """Take one step, in lists or arrays of numbers that are changed in place.

        It has to be plain code on numbers, so that numba can compile it into the training loop.
        What it changes are copies, in case the step is not taken.

        Arguments:

        - `data`: the numbers of the parameters, to be moved. In training there may be more numbers
          after them, which must not change.
        - `gradients`: the derivatives of the loss by the parameters, one for each.
        - `memory`: what `start` gave, or what the last step left, to be changed.
        - `settings`: what `settings` gives at this step.
        - `step`: which step, from 0.
        """

    def step(self) -> None:
        """Move the parameters once, by their `grad`.

        A frozen parameter stays as it is, and so do the numbers remembered for it. With a `grad` of
        0, as before any `backward()`, a parameter moves by momentum and weight decay alone.

        Raises:

        - `ValueError` if the optimizer was made without parameters.
        - `FloatingPointError` if a `grad` is not finite, or a parameter would not stay finite. It
          names the parameter, and none has moved.
        - `RuntimeError` if another thread has moved a parameter meanwhile; this step is not taken.
        """
        if not self.parameters:
            rule = type(self).__name__
            made = f"{rule}(net.parameters(), learning_rate)"
            raise ValueError(f"this {rule} has no parameters to move; make it by {made}")
        moving = [p for p in self.parameters if not getattr(p, "frozen", False)]
        kept = self._places_of(moving)
        before = list(map(peek, moving))
        data, memory = self._moved(moving, before, [self._memory[place] for place in kept])
        number_left("parameters were moved by step()", aside=True)
        remembered = items_put(self._memory, kept, memory)
        counted = items_put(vars(self), ["steps"], [self.steps + 1])
        try:
            at_once(move(moving, before, data), remembered, counted)
        except KeyError:
            raise RuntimeError(MOVED_MEANWHILE) from None

    def _places_of(self, moving: Sequence[Value]) -> Sequence[int]:
        """Where in the memory stands what is remembered of some of the parameters, in order."""
        count = len(self.parameters)
        if len(moving) == count:
            return range(len(self._memory))
        places = [j for j, p in enumerate(self.parameters) if not getattr(p, "frozen", False)]
        return [part * count + j for part in range(self.remembers) for j in places]

    def _moved(
        self, parameters: Sequence[Value], before: list[float], memory: list[float]
    ) -> tuple[list[float], list[float]]:
        """Where a step leads some parameters, and what is remembered of them then."""
        data = [*before]
        gradients = grads_seen(parameters)
        _check_finite(parameters, gradients, "its grad is")
        settings = self.settings(self.steps)
        try:
            self.update(data, gradients, memory, settings, self.steps)
        except ArithmeticError as error:
            raise FloatingPointError(f"step {self.steps}: {error}") from error
        _check_finite(parameters, data, "a smaller learning rate may help: it would become")
        for part in range(self.remembers):
            kept = memory[part * len(data) : (part + 1) * len(data)]
            _check_finite(parameters, kept, "what is remembered of it would be")
        return data, memory

    def zero_grad(self) -> None:
        """Set the `grad` of each of its parameters to 0."""
        at_once(grads_zeroed(self.parameters))


class SGD(Optimizer):
    """Gradient descent: `w ← w − η·dw`, where η is the learning rate and dw the gradient by w.

    With a momentum μ it is `v ← μ·v + dw`, then `w ← w − η·v`. As in PyTorch, there is no
    dampening.

    Arguments:

    - `parameters`: the Values to move, such as `net.parameters()`; or the learning rate alone, as
      in `SGD(0.5)`, for `fit`. By default there are none.
    - `learning_rate`: η, a number from 0 or a function of the step, which counts from 0. 0.01 by
      default.
    - `momentum`: μ, a number from 0; 0.0 by default.
    - `nesterov`: True steps by `dw + μ·v` in the place of v: it looks ahead (Sutskever et al.,
      2013). False by default.
    - `weight_decay`: λ, a number from 0; 0.0 by default. λ·w is added to dw, as the gradient of
      ½·λ·w² would be.
    - `unknown`: any other name is a `TypeError`.

    Attributes:

    - `momentum`, `nesterov` and `weight_decay`: as given.

    Raises:

    - `ValueError` for a number that is negative or not finite, and for `nesterov` without momentum.
    - `TypeError` for what is no number, or no flag.

    >>> w = Value(1.0, "w")
    >>> (w * w).backward()
    >>> SGD([w], learning_rate=0.25).step()
    >>> w.data
    0.5
    """

    remembers = 1

    def __init__(
        self,
        parameters: Iterable[Value] | Rate = (),
        learning_rate: Rate | None = None,
        *,
        momentum: float = 0.0,
        nesterov: bool = False,
        weight_decay: float = 0.0,
        **unknown: NoReturn,
    ) -> None:
        super().__init__(parameters, learning_rate, **unknown)
        self.momentum = _at_least_0("momentum", momentum)
        self.weight_decay = _at_least_0("weight_decay", weight_decay)
        check_flag("nesterov", nesterov)
        if nesterov and not self.momentum:
            raise ValueError("nesterov looks ahead by the momentum, which is 0; give momentum=0.9")
        self.nesterov = nesterov

    def settings(self, step: int) -> list[float]:
        """Give learning rate, momentum, nesterov (0.0 or 1.0) and weight decay.

        Arguments:

        - `step`: which step, from 0.
        """
        rate = self.rate_at(step)
        return [rate, self.momentum, float(self.nesterov), self.weight_decay]

    @staticmethod
    def update(data: Any, gradients: Any, memory: Any, settings: Any, step: int) -> None:
        """Take one step of gradient descent.

        Arguments:

        - `data`, `gradients`, `memory`, `settings` and `step`: as for `Optimizer.update`. The
          memory has one number for each parameter, v.
        """
        learning_rate = settings[0]
        momentum = settings[1]
        nesterov = settings[2]
        weight_decay = settings[3]
        for j, gradient in enumerate(gradients):
            slope = gradient
            if weight_decay != 0.0:
                slope += weight_decay * data[j]
            if momentum != 0.0:
                memory[j] = momentum * memory[j] + slope
                slope = slope + momentum * memory[j] if nesterov != 0.0 else memory[j]
            data[j] -= learning_rate * slope


class Adam(Optimizer):
    """Adam: steps of about the learning rate η, however large the gradient dw is.

    A step is `w ← w − η·m / (√v + ε)` (Kingma and Ba, 2015). Here m and v are running means of dw
    and of dw². They start at 0, and so are divided by `1 − β^t` at the t-th step. As in PyTorch,
    without amsgrad.

    Arguments:

    - `parameters`: the Values to move, such as `net.parameters()`; or the learning rate alone, as
      in `Adam(0.01)`, for `fit`. By default there are none.
    - `learning_rate`: η, a number from 0 or a function of the step, which counts from 0. 0.001 by
      default.
    - `betas`: how much of m and of v a step keeps: two numbers from 0 to below 1; (0.9, 0.999) by
      default.
    - `epsilon`: ε, a number from 0; 1e-8 by default. It keeps a step finite where dw has always
      been 0.
    - `weight_decay`: λ, a number from 0; 0.0 by default. λ·w is added to dw.
    - `unknown`: any other name is a `TypeError`.

    Attributes:

    - `betas`, `epsilon` and `weight_decay`: as given.

    Raises:

    - `ValueError` for a number that is negative or not finite, and for betas outside their range.
    - `TypeError` for what is no number.

    >>> w = Value(1.0, "w")
    >>> (w * w).backward()
    >>> Adam([w], learning_rate=0.25).step()
    >>> round(w.data, 6)
    0.75
    """

    remembers = 2
    usual_rate = 0.001

    def __init__(
        self,
        parameters: Iterable[Value] | Rate = (),
        learning_rate: Rate | None = None,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.0,
        **unknown: NoReturn,
    ) -> None:
        super().__init__(parameters, learning_rate, **unknown)
        self.betas = _shares(betas)
        self.epsilon = _at_least_0("epsilon", epsilon)
        self.weight_decay = _at_least_0("weight_decay", weight_decay)

    def settings(self, step: int) -> list[float]:
        """Give learning rate, both betas, epsilon, the weight decay added to gradients, and 0.0.

        Arguments:

        - `step`: which step, from 0.
        """
        return [self.rate_at(step), *self.betas, self.epsilon, self.weight_decay, 0.0]

    @staticmethod
    def update(data: Any, gradients: Any, memory: Any, settings: Any, step: int) -> None:
        """Take one step of Adam, or of AdamW.

        Arguments:

        - `data`, `gradients`, `memory`, `settings` and `step`: as for `Optimizer.update`. The
          memory has m of all parameters, then v of all.
        """
        learning_rate = settings[0]
        beta1 = settings[1]
        beta2 = settings[2]
        epsilon = settings[3]
        added_decay = settings[4]
        own_decay = settings[5]
        count = len(gradients)
        rate = learning_rate / (1.0 - pow(beta1, step + 1.0))
        root = sqrt(1.0 - pow(beta2, step + 1.0))
        for j, gradient in enumerate(gradients):
            slope = gradient
            if added_decay != 0.0:
                slope += added_decay * data[j]
            if own_decay != 0.0:
                data[j] *= 1.0 - learning_rate * own_decay
            mean = memory[j] + (1.0 - beta1) * (slope - memory[j])
            square = beta2 * memory[count + j] + (1.0 - beta2) * slope * slope
            memory[j] = mean
            memory[count + j] = square
            data[j] -= rate * mean / (sqrt(square) / root + epsilon)


class AdamW(Adam):
    """Adam with weight decay that is no part of the gradient (Loshchilov and Hutter, 2019).

    Each step begins with `w ← w − η·λ·w`, where η is the learning rate and λ the weight decay; then
    it is a step of `Adam` without decay.

    Arguments:

    - `parameters`: the Values to move, such as `net.parameters()`; or the learning rate alone, as
      in `AdamW(0.01)`, for `fit`. By default there are none.
    - `learning_rate`: η, a number from 0 or a function of the step, which counts from 0. 0.001 by
      default.
    - `betas`: how much of the running means a step keeps: two numbers from 0 to below 1; (0.9,
      0.999) by default.
    - `epsilon`: ε, a number from 0; 1e-8 by default.
    - `weight_decay`: λ, a number from 0; 0.01 by default.
    - `unknown`: any other name is a `TypeError`.

    Raises:

    - `ValueError` for a number that is negative or not finite, and for betas outside their range.
    - `TypeError` for what is no number.

    With a gradient of 0 there is the decay alone:

    >>> w = Value(1.0, "w")
    >>> AdamW([w], learning_rate=0.25, weight_decay=0.5).step()
    >>> w.data
    0.875
    """

    def __init__(
        self,
        parameters: Iterable[Value] | Rate = (),
        learning_rate: Rate | None = None,
        *,
        betas: tuple[float, float] = (0.9, 0.999),
        epsilon: float = 1e-8,
        weight_decay: float = 0.01,
        **unknown: NoReturn,
    ) -> None:
        super().__init__(
            parameters,
            learning_rate,
            betas=betas,
            epsilon=epsilon,
            weight_decay=weight_decay,
            **unknown,
        )

    def settings(self, step: int) -> list[float]:
        """Give learning rate, both betas, epsilon, 0.0, and the weight decay apart from gradients.

        Arguments:

        - `step`: which step, from 0.
        """
        return [self.rate_at(step), *self.betas, self.epsilon, 0.0, self.weight_decay]


def _is_rate(x: Any) -> bool:
    """Whether the first argument is the learning rate, and no parameters."""
    if hasattr(x, "parameters"):
        raise TypeError(f"an optimizer takes net.parameters(), got the {type(x).__name__} itself")
    if getattr(x, "__name__", "") == "parameters":  # the method, which could be a schedule
        raise TypeError("an optimizer takes net.parameters(), got net.parameters without ()")
    return not isinstance(x, Iterable | Value)


def _some(parameters: Any) -> list[Value]:
    """Parameters to move; none only if none were given."""
    found = movable(parameters)
    if not found and parameters != ():
        raise ValueError("the list of parameters is empty: there is nothing for a step to move")
    return found


def _at_least_0(name: str, x: Any, most: float = inf) -> float:
    """A number from 0 up to, but not including, another."""
    found = number(x, f"{name} is")
    if not 0.0 <= found < most:
        limits = "a finite number from 0 on" if most == inf else f"from 0 to below {most}"
        raise ValueError(f"{name} is {limits}, got {found!r}")
    return found


def _shares(betas: Any) -> tuple[float, float]:
    shares = [_at_least_0("each of betas", beta, most=1.0) for beta in as_list(betas)]
    if len(shares) != 2:
        raise ValueError(f"betas are two numbers, such as (0.9, 0.999), got {told(betas)}")
    return shares[0], shares[1]


def _check_finite(parameters: Sequence[Value], numbers: Sequence[float], what: str) -> None:
    if all(map(isfinite, numbers)):
        return
    for parameter, x in zip(parameters, numbers, strict=True):
        if not isfinite(x):
            raise FloatingPointError(f"{described(parameter)} was not moved; {what} {x!r}")
