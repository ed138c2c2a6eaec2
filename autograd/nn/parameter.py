"""The leaves of a network: parameters, and the numbers that go in."""

from collections.abc import Iterable
from typing import Any

from autograd.core.checks import check_flag
from autograd.core.numbers import NOT_ORDERED, as_float, as_list, number
from autograd.core.tracking import SCOPE
from autograd.core.value import Value


class Refused:
    """An attribute that others have: neither there nor to be set, with what to write instead."""

    def __init__(self, instead: str) -> None:
        self.instead = instead

    def __set_name__(self, owner: type, name: str) -> None:
        self.name = name

    def __get__(self, thing: Any, kind: type) -> Any:
        if thing is None:
            return self
        raise AttributeError(f"a {kind.__name__} has no {self.name}: {self.instead}")

    def __set__(self, thing: Any, x: Any) -> None:
        self.__get__(thing, type(thing))


class Parameter(Value):
    """A leaf that training moves, unless it is `frozen`.

    Drawings show it in a colour of its own. A frozen one keeps its number: optimizers and `fit`
    leave it alone, and drawings show it as any other leaf.

    A parameter takes attributes of your own, such as `p.momentum`: numbers, text, and arrays of
    numbers. Where `Value` runs in C, any other object is a `TypeError`; a subclass takes all of
    them.

    Arguments:

    - `data`: the number: an int, a float or a NumPy scalar.
    - `label`: its name in drawings, programs and errors; "" by default.

    Raises:

    - `TypeError` if `data` is not one real number.

    >>> w = Parameter(0.5, "w")
    >>> w.trained
    True
    >>> w.frozen = True
    >>> w.trained
    False
    """

    __slots__ = ("__dict__",)
    _frozen = False

    @property
    def frozen(self) -> bool:
        """Whether training leaves it alone; False at first. Only True and False may be assigned."""
        return self._frozen

    @frozen.setter
    def frozen(self, frozen: bool) -> None:
        check_flag("frozen", frozen)
        self._frozen = frozen

    requires_grad = Refused("p.frozen = True keeps it as it is, or module.freeze() all of them")
    trainable = Refused("p.frozen = True keeps it as it is, or module.freeze() all of them")

    @property
    def trained(self) -> bool:  # type: ignore[override]  # of other Values a constant
        """Whether training moves it: True unless it is `frozen`."""
        return not self._frozen


SCOPE["Parameter"] = Parameter  # C lets no graph into it: see native/node.c


class Given(Value):
    """A leaf of a number that is given, as an input or a target; it is equal to that number.

    So a loss may ask `if y == 1`, or take `logits[y]`: the number leaves the graph, which is
    then one of several. (Other Values are equal only to themselves, and no index.)

    >>> y = Given(1.0, "y")
    >>> y == 1, y == 0, y == Value(1.0), int(y)
    (True, False, False, 1)
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:  # by <=, which notes that a number left
        if as_float(other) is None:
            return self is other
        return bool(self <= other <= self)

    __hash__ = Value.__hash__

    def __int__(self) -> int:
        return int(self.data)

    def __index__(self) -> int:
        x = self.data
        if x % 1:
            raise TypeError(f"{self.label or 'a number'} = {x} is no index: it is not whole")
        return int(x)


ONE_SAMPLE = "; a call takes one sample: for several samples call it once for each"


def named_leaves(x: Any, expected: int | None = None, name: str = "x") -> list[Value]:
    """A number, a Value or a sequence of them as Values.

    Numbers become leaves called `x`, or `x_1 x_2 …` where there are more. Raises ValueError if
    there are not as many as expected.
    """
    xs = as_list(x)
    if isinstance(x, NOT_ORDERED):
        number(x)  # says that it is none
    if expected is not None and len(xs) != expected:
        plural = "" if expected == 1 else "s"
        of_one = name == "x" and len(xs) > expected  # y is a target, z an output
        hint = ONE_SAMPLE if of_one else ""
        raise ValueError(f"expected {expected} value{plural} for {name}, got {len(xs)}{hint}")
    leaves: list[Value] = []
    for i, item in enumerate(xs, start=1):
        if not isinstance(item, Value):
            item = Given(item, name if len(xs) == 1 else f"{name}_{i}")
        leaves.append(item)
    return leaves


def distinct(parameters: Iterable[Any]) -> list[Any]:
    """Each of the parameters once, in order: one that several units share is one."""
    return list(dict.fromkeys(parameters))


def is_frozen(parameter: Any) -> bool:
    """Whether training is to leave a parameter alone; a plain Value cannot be frozen."""
    return isinstance(parameter, Parameter) and parameter._frozen


def labelled(value: Value, label: str) -> Value:
    """A Value, with a label on it."""
    value.label = label
    return value
