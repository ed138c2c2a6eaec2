"""The forms that a vector comes in: a number, a list, a tuple, an array of NumPy's.

Numbers are taken out of it, and what is made of them is given back in the same form. And what a
function of Values gives is one of these, with Values in it.
"""

import sys
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeAlias

from autograd.core.diagnosis import told
from autograd.core.numbers import NOT_ORDERED, as_float, number
from autograd.core.tracking import data_was_read
from autograd.core.value import Value
from autograd.program.arguments import Arguments, End

Rows: TypeAlias = Sequence[Sequence[float]]


class Single:
    """One number."""

    def argument(self, numbers: Sequence[float]) -> Any:
        """What a function is called with."""
        return numbers[0]

    def vector(self, numbers: Sequence[float]) -> Any:
        """As many numbers in the form of x."""
        return numbers[0]

    def square(self, rows: Rows) -> Any:
        """A row of numbers for each number of x."""
        return rows[0][0]

    def others(self, numbers: Sequence[float]) -> Any:
        """Some other vector."""
        return [*numbers]

    def matrix(self, rows: Rows) -> Any:
        """A vector in the form of x for each number of another one."""
        return [row[0] for row in rows]


@dataclass(frozen=True, eq=False)
class Listed:
    """A list, or a tuple, of so many numbers."""

    kind: Any
    size: int

    def argument(self, numbers: Sequence[float]) -> Any:
        return self.kind(numbers)

    def vector(self, numbers: Sequence[float]) -> Any:
        return numbers if numbers.__class__ is self.kind else self.kind(numbers)

    def square(self, rows: Rows) -> Any:
        return self.matrix(rows)

    def others(self, numbers: Sequence[float]) -> Any:
        return self.vector(numbers)

    def matrix(self, rows: Rows) -> Any:
        return [self.vector(row) for row in rows]


@dataclass(frozen=True, eq=False)
class Array:
    """An array of NumPy's, of a shape."""

    shape: tuple[int, ...]

    def argument(self, numbers: Sequence[float]) -> Any:
        return self.vector(numbers)

    def vector(self, numbers: Sequence[float]) -> Any:
        array = _numpy().array(numbers, float)
        return array if len(self.shape) == 1 else array.reshape(self.shape)

    def square(self, rows: Rows) -> Any:
        return _numpy().array(rows, float).reshape(self.shape + self.shape)

    def others(self, numbers: Sequence[float]) -> Any:
        return _numpy().array(numbers, float)

    def matrix(self, rows: Rows) -> Any:
        return _numpy().array(rows, float).reshape(len(rows), *self.shape)


Form: TypeAlias = Single | Listed | Array


@cache
def alone(form: Form) -> Hashable:
    """The structure of arguments that are x alone."""
    return Arguments.of((), {}).structure_after(End(type(form), form))


# One form of each kind and size, so that it is found again by identity.
_single = Single()
_listed = cache(Listed)
_array = cache(Array)


def taken_apart(x: Any) -> tuple[Form, list[float]]:
    """The form of x, and the numbers in it; TypeError where there is none."""
    if x.__class__ is list or x.__class__ is tuple:
        return _listed(x.__class__, len(x)), _numbers(x)
    if hasattr(x, "__array__") and getattr(x, "ndim", 0) > 0:
        return _of_array(x)
    if isinstance(x, Iterable) and not isinstance(x, NOT_ORDERED) and getattr(x, "ndim", 1) > 0:
        numbers = _numbers(x)
        return _listed(list, len(numbers)), numbers
    return _single, [_number(x)]


def _of_array(x: Any) -> tuple[Form, list[float]]:
    array = _numpy().asarray(x)
    if array.dtype.kind in "iuf" and not hasattr(x, "mask"):
        numbers = array.ravel().tolist()
        if array.dtype.kind != "f":
            numbers = [*map(float, numbers)]
    else:
        numbers = _numbers(array.ravel().tolist())
    return _array(array.shape), numbers


def _numbers(items: Iterable[Any]) -> list[float]:
    """The items as floats; ten that are are found to be in half a microsecond."""
    numbers = [*items]
    return numbers if {*map(type, numbers)} == _FLOATS else [*map(_number, numbers)]


_FLOATS = {float}


def _number(x: Any) -> float:
    if isinstance(x, Value):
        hint = "for derivatives of derivatives take .hessian, .hvp, or grad(…, create_graph=True)"
        raise TypeError(f"x is numbers, got a Value, which the function makes itself; {hint}")
    if isinstance(x, dict | list | tuple):
        got = f"{type(x).__name__}: {x!r:.80}"
        hint = (
            "pack it into one list or one array, whose shape is kept; replay takes dicts of Values"
        )
        raise TypeError(f"x is a number, or a list or an array of numbers, got {got}; {hint}")
    return number(x, "each of x is")


def _numpy() -> Any:
    """NumPy, which is there if an array is."""
    return sys.modules["numpy"]


def outputs_of(result: Any, began: int) -> list[Value]:
    """The Values that a function gave; a plain number is one that depends on nothing."""
    return [_output(x, began) for x in _items(result)]


def _items(result: Any) -> list[Any]:
    if is_single(result):
        return [result.item() if hasattr(result, "ndim") else result]
    is_array = hasattr(result, "ndim") and hasattr(result, "ravel")
    if not is_array and not isinstance(result, list | tuple):
        raise _type_error(result)
    return result.ravel().tolist() if is_array else [*result]


def is_single(result: Any) -> bool:
    """Whether a function gave one Value, or one number, and no list or array of them."""
    return isinstance(result, Value) or as_float(result) is not None or _is_point(result)


def _is_point(result: Any) -> bool:
    return getattr(result, "ndim", None) == 0 and hasattr(result, "item")


def _output(x: Any, began: int) -> Value:
    if isinstance(x, Value):
        return x
    data = as_float(x)
    if data is None or data_was_read(began):
        raise _type_error(x)
    return Value(data)


def _type_error(x: Any) -> TypeError:
    got = told(x)
    hint = "a number made of .data has none" if as_float(x) is not None else ""
    what = "a function gives a Value, or a list or an array of them"
    return TypeError(f"{what}, got {got}{'; ' if hint else ''}{hint}")
