"""The forms that a vector comes in: a number, a list, a tuple, an array of NumPy's.

Numbers are taken out of it, and what is made of them is given back in the same form.
"""

import sys
from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any, NamedTuple, TypeAlias

from autograd.core.numbers import NOT_ORDERED, number
from autograd.core.tracking import peek
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


class Point(NamedTuple):
    """What a function is asked at: the numbers of x, and what else it is called with."""

    form: Form
    numbers: list[float]
    others: tuple[Any, ...]
    named: dict[str, Any]
    structure: Hashable
    rest: list[float]  # the numbers among the others, then the data of Values
    vector: list[float] = []  # noqa: RUF012  # never changed

    @classmethod
    def of(cls, x: Any, others: tuple[Any, ...], named: dict[str, Any]) -> "Point":
        """Take arguments apart; TypeError for x of other forms, and for what has no hash."""
        form, numbers = taken_apart(x)
        if not others and not named:
            return cls(form, numbers, others, named, alone(form), [])
        arguments = Arguments.of(others, named)
        rest = [*arguments.numbers, *map(peek, arguments.values)]
        structure = arguments.structure_after(End(type(form), form))
        return cls(form, numbers, others, named, structure, rest)


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
        raise TypeError(f"x is numbers, and not Values, of which it makes its own: {hint}")
    return number(x, "each of x is")


def _numpy() -> Any:
    """NumPy, which is there if an array is."""
    return sys.modules["numpy"]
