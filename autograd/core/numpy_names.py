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

# What is made of rows.
_COMPOSED: dict[str, Callable[..., Any]] = {
    "conjugate": lambda a: a,  # which np.std and np.var ask for
    "deg2rad": lambda a: a * _DEGREE,
    "degrees": lambda a: a / _DEGREE,
    "fmod": lambda a, b: a.sign() * (abs(a) % abs(b)),
    "rad2deg": lambda a: a / _DEGREE,
    "radians": lambda a: a * _DEGREE,
}


def numpy_methods(record: Callable[..., Any]) -> Iterator[tuple[str, Callable[..., Any]]]:
    """The methods by their names; `record` applies a row to its operands."""
    for name, row_name in _ROWS.items():
        yield name, _presented(name, row_name, _recording(record, ROWS[row_name]))
    for name, function in _COMPOSED.items():
        yield name, _presented(name, name, function)


def _recording(record: Callable[..., Any], row: Row) -> Callable[..., Any]:
    def method(*operands: Any) -> Any:
        return record(row, *operands)

    return method


def _presented(name: str, what: str, function: Callable[..., Any]) -> Callable[..., Any]:
    function.__name__ = name
    function.__qualname__ = f"Value.{name}"
    function.__doc__ = f"{what}, by the name that NumPy has for it on arrays of objects."
    return function
