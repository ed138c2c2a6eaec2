"""Look-ups by an index that may be a Value, so that one program serves all indices."""

from collections.abc import Iterable
from typing import Any

from autograd.core.numbers import as_float
from autograd.core.rows import ROWS
from autograd.core.tracking import peek
from autograd.core.value import Value, record
from autograd.functions import affine, total

__all__ = ["lookup", "one_hot"]


def one_hot(index: Any, count: int) -> list[Any]:
    """Return a list with a 1 at one place and 0 at all others.

    Arguments:

    - `index`: the place of the 1, counted from 0: a whole number, or a Value that holds one.
    - `count`: how long the list is, a whole number from 1.

    Returns a list of `count` floats. If `index` is a Value, they are Values, and a compiled program
    computes them anew for each index.

    Raises:

    - `ValueError` if `index` is none of 0, 1, …, `count` - 1.
    - `TypeError` if `index` is no number.

    >>> one_hot(1, 3)
    [0.0, 1.0, 0.0]
    """
    place = _place_of(index, count)
    if isinstance(index, Value):
        return [record(ROWS["equal"], index, float(i)) for i in range(count)]
    return [float(i == place) for i in range(count)]


def lookup(table: Any, index: Any) -> Any:
    """Return the item of a table at an index, which may be a Value.

    If the index is a Value, as inputs are in `fit` and `compile`, the item is the product of the
    `one_hot` of the index and the table. So one program serves all indices.

    Arguments:

    - `table`: n Values or numbers, or n rows of these, all of one length: a list, tuple or array.
    - `index`: the place of the item, counted from 0: a whole number, or a Value that holds one.

    Returns the item, or a row as a list. If `index` is a Value, so are these.

    Raises:

    - `ValueError` if `index` is none of 0, 1, …, n - 1.
    - `TypeError` if `index` is no number.

    >>> lookup([Value(1.0), Value(3.0)], 1)
    Value(data=3.0, grad=0.0)
    >>> lookup([[1.0, 2.0], [3.0, 4.0]], Value(1.0))
    [Value(data=3.0, grad=0.0), Value(data=4.0, grad=0.0)]
    """
    place = _place_of(index, len(table))
    if not isinstance(index, Value):
        return table[place]
    places = one_hot(index, len(table))
    # 0 if the index is one of the table's. Else, in a program at other numbers, it has no value,
    # so that no item is 0 without a word.
    nothing = total(places).log()
    if isinstance(table[0], Iterable):
        return [affine(places, column, nothing) for column in zip(*table, strict=True)]
    return affine(places, table, nothing)


def _place_of(index: Any, count: int) -> int:
    """The whole number that an index is, if it is one of so many places."""
    x = as_float(peek(index) if isinstance(index, Value) else index)
    if x is None:
        raise TypeError(f"an index is a whole number, got {type(index).__name__}: {index!r:.80}")
    if count < 1:
        raise ValueError(f"{x:g} is no index of {count} items: there is nothing to be found")
    if not 0 <= x < count or x % 1:
        raise ValueError(f"{x:g} is no index of {count} items, which are 0 … {count - 1}")
    return int(x)
