"""The arguments of a call as a tree: its structure, and the numbers and Values at its ends."""

from collections.abc import Callable, Hashable
from numbers import Integral
from typing import Any, NamedTuple

from autograd.core.numbers import as_float
from autograd.core.tracking import number_left, peek
from autograd.core.value import Value


class Arguments(NamedTuple):
    """What a function is called with, lists, tuples and dicts taken apart.

    Two calls have one structure if numbers and Values stand at the same places, and all else is
    equal: whole numbers and bools, which index, count and choose, are no numbers here.
    """

    positional: tuple[Any, ...]
    named: dict[str, Any]
    structure: Hashable
    numbers: list[float]
    values: list[Value]

    @classmethod
    def of(cls, positional: tuple[Any, ...], named: dict[str, Any]) -> "Arguments":
        """Take arguments apart; TypeError for what has no hash."""
        numbers: list[float] = []
        values: list[Value] = []
        structure = _structure((positional, named), numbers, values)
        return cls(positional, named, structure, numbers, values)

    def replaced(
        self, of_number: Callable[[Any], Any], of_value: Callable[[Value], Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The same arguments with other things for numbers and Values, asked for in their order."""
        both = (self.positional, self.named)
        return _replaced(both, of_number, of_value)  # type: ignore[no-any-return]  # of this type


class NumberLeaf(Value):
    """A number among the arguments as a leaf: compared with another one, it says that it was."""

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        if as_float(other) is None:
            return self is other
        number_left("{} was compared", self.label)
        return peek(self) == other

    __hash__ = Value.__hash__


def _is_number(thing: Any) -> bool:
    return isinstance(thing, float) or (
        as_float(thing) is not None and not isinstance(thing, Integral)
    )


def _is_tuple(thing: Any) -> bool:
    """Whether a thing is a tuple, plain or named."""
    return type(thing) is tuple or (isinstance(thing, tuple) and hasattr(thing, "_fields"))


def _structure(thing: Any, numbers: list[float], values: list[Value]) -> Hashable:
    """The structure of a thing; the numbers and Values in it are added to the lists."""
    if isinstance(thing, Value):
        values.append(thing)
        return Value
    if _is_number(thing):
        numbers.append(float(thing))
        return float
    if type(thing) is list or _is_tuple(thing):
        return (type(thing), *[_structure(item, numbers, values) for item in thing])
    if type(thing) is dict:
        items = [_structure(item, numbers, values) for item in thing.values()]
        return (dict, tuple(thing), *items)
    try:
        hash(thing)
    except TypeError:
        takes = "numbers, Values, lists, tuples and dicts of these, and what has a hash"
        got = f"{type(thing).__name__}: {thing!r:.80}"
        raise TypeError(f"a replayed function takes {takes}; got {got}") from None
    return type(thing), thing


def _replaced(thing: Any, of_number: Callable[[Any], Any], of_value: Callable[[Value], Any]) -> Any:
    """The same thing with other numbers and Values in it."""
    if isinstance(thing, Value):
        return of_value(thing)
    if _is_number(thing):
        return of_number(thing)
    if type(thing) is list or _is_tuple(thing):
        items = [_replaced(item, of_number, of_value) for item in thing]
        return type(thing)(*items) if hasattr(thing, "_fields") else type(thing)(items)
    if type(thing) is dict:
        return {key: _replaced(item, of_number, of_value) for key, item in thing.items()}
    return thing
