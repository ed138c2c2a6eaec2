"""The arguments of a call as a tree: its structure, and the numbers and Values at its ends."""

import sys
from collections.abc import Callable, Hashable, Iterator, Sequence
from itertools import product
from numbers import Integral
from typing import Any, NamedTuple

from autograd.core.diagnosis import told
from autograd.core.numbers import as_float
from autograd.core.tracking import number_left, peek
from autograd.core.value import Value
from autograd.program.reach import PLAIN, is_installed


class Arguments(NamedTuple):
    """What a function is called with, lists, tuples, dicts and arrays of NumPy's taken apart.

    Two calls have one structure if numbers and Values stand at the same places, and all else is
    equal: whole numbers and bools, which index, count and choose, are no numbers here. Things of
    somebody's own classes, `others`, are equal only to themselves.
    """

    positional: tuple[Any, ...]
    named: dict[str, Any]
    structure: Any  # a tuple that has a hash: see `_Ends.taken_from`
    numbers: list[float]
    values: list[Value]
    others: list[Any]

    @classmethod
    def of(cls, positional: tuple[Any, ...], named: dict[str, Any]) -> "Arguments":
        """Take arguments apart; TypeError for what has no hash."""
        ends = _Ends([], [], [])
        structure = ends.taken_from((positional, named))
        return cls(positional, named, structure, *ends)

    def structure_after(self, first: Hashable) -> Hashable:
        """The structure of these arguments behind another one."""
        kind, positional, named = self.structure
        return kind, (positional[0], first, *positional[1:]), named

    def replaced(
        self, of_number: Callable[[Any], Any], of_value: Callable[[Value], Any]
    ) -> tuple[tuple[Any, ...], dict[str, Any]]:
        """The same arguments with other things for numbers and Values, asked for in their order."""
        both = (self.positional, self.named)
        return _replaced(both, of_number, of_value)  # type: ignore[no-any-return]  # of this type


class End(NamedTuple):
    """What is neither number nor Value, in a structure."""

    kind: type
    thing: Hashable


class Shape(NamedTuple):
    """The shape of an array, and the type of its items, in a structure."""

    shape: tuple[int, ...]
    items: str


class Same:
    """A thing that is equal only to itself, whatever its class says."""

    def __init__(self, thing: Any) -> None:
        self.thing = thing

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Same) and self.thing is other.thing

    def __hash__(self) -> int:
        return id(self.thing)


class NumberLeaf(Value):
    """A number among the arguments as a leaf: equal to what its number is, as people expect there.

    Compared, it says that it was.
    """

    __slots__ = ()

    def __eq__(self, other: object) -> bool:
        data = peek(other) if isinstance(other, Value) else as_float(other)
        if data is None:
            return False
        number_left("{} was compared", self.label)
        return peek(self) == data

    __hash__ = Value.__hash__


# What errors say: to people all are Values.
NumberLeaf.__name__ = "Value"
NumberLeaf.__qualname__ = "Value"


def _is_number(thing: Any) -> bool:
    return isinstance(thing, float) or (
        as_float(thing) is not None and not isinstance(thing, Integral)
    )


def _is_tuple(thing: Any) -> bool:
    """Whether a thing is a tuple, plain or named."""
    return type(thing) is tuple or (isinstance(thing, tuple) and hasattr(thing, "_fields"))


def _is_array(thing: Any) -> bool:
    """Whether a thing is an array of NumPy's."""
    numpy = sys.modules.get("numpy")
    return numpy is not None and type(thing) is numpy.ndarray


class _Ends(NamedTuple):
    """What stands at the ends of a tree."""

    numbers: list[float]
    values: list[Value]
    others: list[Any]

    def taken_from(self, thing: Any) -> Hashable:
        """The structure of a thing, of which the ends are added to these."""
        if isinstance(thing, Value):
            self.values.append(thing)
            return Value
        if _is_number(thing):
            self.numbers.append(float(thing))
            return float
        if type(thing) is list or _is_tuple(thing):
            return (type(thing), *map(self.taken_from, thing))
        if type(thing) is dict:
            # In its order, which a function may read.
            return (dict, tuple(thing), *map(self.taken_from, thing.values()))
        if _is_array(thing):
            return self._taken_from_array(thing)
        return self._end(thing)

    def _taken_from_array(self, array: Any) -> Hashable:
        if not array.ndim:
            return self.taken_from(array[()])
        kind: tuple[Any, ...] = (type(array), Shape(array.shape, array.dtype.str))
        if array.dtype.kind == "f":
            self.numbers.extend(array.astype(float).ravel().tolist())
            return kind
        return (*kind, *map(self.taken_from, array.ravel().tolist()))

    def _end(self, thing: Any) -> End:
        kind = type(thing)
        if not is_installed(kind.__module__):
            self.others.append(thing)
            return End(kind, Same(thing))
        try:
            hash(thing)
        except TypeError:
            takes = "numbers, Values, lists, tuples, dicts, arrays of NumPy's, and what has a hash"
            # Of a masked array that would be what the mask hides.
            is_like_array = hasattr(thing, "__array__") and not hasattr(thing, "mask")
            got = told(thing) + ("; np.asarray(x) is an array" if is_like_array else "")
            raise TypeError(f"a function that is recorded takes {takes}; got {got}") from None
        if not isinstance(thing, (*PLAIN, bytes, Integral)):
            self.others.append(thing)
        return End(kind, thing)


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
    if _is_array(thing):
        if not thing.ndim:
            return _replaced(thing[()], of_number, of_value)
        items = [_replaced(item, of_number, of_value) for item in thing.ravel().tolist()]
        return _array_like(thing, items)
    return thing


def _array_like(array: Any, items: list[Any]) -> Any:
    """An array of this shape; of things, if there are Values among them."""
    if not any(isinstance(item, Value) for item in items):
        return array
    result = sys.modules["numpy"].empty(len(items), object)
    for i, item in enumerate(items):
        result[i] = item  # one by one, as NumPy would look for sequences in them
    return result.reshape(array.shape)


def other_whole_number(mine: Any, theirs: Any, names: Sequence[str]) -> str:
    """Where and how a structure differs from another, if it does so in whole numbers alone.

    `names` are those of the positional arguments. As "ys[3] was 1, and is 0"; or nothing.
    """
    _, positional, named = mine
    _, others, others_named = theirs
    found = [*_differences(named, others_named, "")]
    if len(positional) != len(others):
        return ""
    for i, (one, other) in enumerate(zip(positional[1:], others[1:], strict=True)):
        name = names[i] if i < len(names) else f"argument {i + 1}"
        found += _differences(one, other, name)
    return found[0] if found and all(found) else ""


def _differences(mine: Any, theirs: Any, where: str) -> Iterator[str]:
    """Each difference of two structures, told if it is one of whole numbers; else as nothing."""
    if mine == theirs:
        return
    if isinstance(mine, End) or isinstance(theirs, End):
        are_whole = all(isinstance(x, End) and _is_whole(x.thing) for x in (mine, theirs))
        yield f"{where} was {mine.thing}, and is {theirs.thing}" if are_whole else ""
    elif _head(mine) != _head(theirs) or len(mine) != len(theirs):
        yield ""
    else:
        begin = len(_head(mine))
        for place, one, other in zip(
            _places(mine, where), mine[begin:], theirs[begin:], strict=True
        ):
            yield from _differences(one, other, place)


def _is_whole(thing: Any) -> bool:
    return isinstance(thing, Integral) and not isinstance(thing, bool)


def _head(structure: Any) -> Any:
    """What a structure says of all its items: the type; the keys, or the shape and its type."""
    if not isinstance(structure, tuple):
        return (structure,)
    has_two = structure[0] is dict or (len(structure) > 1 and _is_shape(structure[1]))
    return structure[: 2 if has_two else 1]


def _places(structure: Any, where: str) -> Iterator[str]:
    """The names of the places in it, such as ys[3]."""
    if structure[0] is dict:
        return (f"{where}[{key!r}]" if where else str(key) for key in structure[1])
    if _is_shape(structure[1]):
        places = product(*map(range, structure[1].shape))
        return (f"{where}[{', '.join(map(str, place))}]" for place in places)
    return (f"{where}[{i}]" for i in range(len(structure) - 1))


def _is_shape(thing: Any) -> bool:
    return isinstance(thing, Shape)
