"""What NumPy calls on each object in an array, by the names that it has for it.

`np.arctan(xs)` of an array of objects is `x.arctan()` for each. Of functions that are no methods it
compares (maximum, fmin, clip, sign, sort, median), which decides once and for all and which
programs refuse, or refuses objects (logaddexp, copysign, isnan, floor, rint, interp, gradient): for
these a list of Values and the functions of this package. `np.equal` asks whether Values are one.
"""

import math
from collections.abc import Callable, Iterator
from typing import Any

from autograd.core.rows import ROWS, Row

# The rows that have another name there.
_ROWS = {
    "arccos": "acos",
    "arccosh": "acosh",
    "arcsin": "asin",
    "arcsinh": "asinh",
    "arctan": "atan",
    "arctan2": "atan2",
    "arctanh": "atanh",
    "fabs": "abs",
    "hypot": "hypot",
}

_DEGREE = math.pi / 180.0


def conjugate(a: Any) -> Any:
    """Return this Value itself, which is real; `np.std` and `np.var` ask for it."""
    return a


def deg2rad(a: Any) -> Any:
    """Return an angle in radians, where this Value is in degrees: `np.deg2rad` asks for it."""
    return a * _DEGREE


def radians(a: Any) -> Any:
    """Return an angle in radians, where this Value is in degrees: `np.radians` asks for it."""
    return a * _DEGREE


def rad2deg(a: Any) -> Any:
    """Return an angle in degrees, where this Value is in radians: `np.rad2deg` asks for it."""
    return a / _DEGREE


def degrees(a: Any) -> Any:
    """Return an angle in degrees, where this Value is in radians: `np.degrees` asks for it."""
    return a / _DEGREE


def fmod(a: Any, b: Any) -> Any:
    """Return what the quotient of this Value and `b` leaves over, with the sign of this Value.

    `np.fmod` asks for it.
    """
    return a.sign() * (abs(a) % abs(b))


_COMPOSED = (conjugate, deg2rad, degrees, fmod, rad2deg, radians)


def numpy_methods(record: Callable[..., Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The methods by their names; `record` applies a row to its operands."""
    for name, row_name in _ROWS.items():
        row = ROWS[row_name]
        method = _recording(record, row)
        called = f"{row_name}({', '.join(row.operands)})"
        others = "".join(f" and `{operand}` a Value or a number" for operand in row.operands[1:])
        told = f"Return `{called}`, where `a` is this Value{others}: `np.{name}` asks for it."
        yield name, _presented(method, name, told)
    for function in _COMPOSED:
        yield function.__name__, _presented(function, function.__name__, function.__doc__)


def _recording(record: Callable[..., Any], row: Row) -> Callable[..., Any]:
    def of_one(a: Any) -> Any:
        return record(row, a)

    def of_two(a: Any, b: Any) -> Any:
        return record(row, a, b)

    return of_one if len(row.operands) == 1 else of_two


def _presented(method: Callable[..., Any], name: str, told: str | None) -> Callable[..., Any]:
    method.__name__ = name
    method.__qualname__ = f"Value.{name}"
    method.__doc__ = told
    return method
