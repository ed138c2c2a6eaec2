"""The leaves of a network: parameters, and the numbers that go in."""

from typing import Any

from autograd.core.numbers import as_list
from autograd.core.value import Value


class Parameter(Value):
    """A leaf that training moves; drawings show it as one.

    >>> w = Parameter(0.5, "w")
    >>> w.trained
    True
    """

    __slots__ = ()
    trained = True


def named_leaves(x: Any, expected: int | None = None, name: str = "x") -> list[Value]:
    """A number, a Value or a sequence of them as Values.

    Numbers become leaves called `x`, or `x_1 x_2 …` where there are more. Raises ValueError if
    there are not as many as expected.
    """
    xs = as_list(x)
    if expected is not None and len(xs) != expected:
        plural = "" if expected == 1 else "s"
        raise ValueError(f"expected {expected} value{plural} for {name}, got {len(xs)}")
    if len(xs) == 1:
        return [_leaf(xs[0], name)]
    return [_leaf(item, f"{name}_{i}") for i, item in enumerate(xs, start=1)]


def _leaf(x: Any, label: str) -> Value:
    return x if isinstance(x, Value) else Value(x, label)


def labelled(value: Value, label: str) -> Value:
    """A Value, with a label on it."""
    value.label = label
    return value
