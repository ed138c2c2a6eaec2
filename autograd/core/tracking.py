"""What a recording depends on: comparisons of Values, reads of their data; and where it was made.

A program replays one graph. Where Values were compared, or their data read, while that graph was
recorded, other numbers might have led to another graph: these counts say so.
"""

import os
import sys
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from threading import local
from typing import Any, NamedTuple

from autograd.core.numbers import as_float

_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep


class Moment(NamedTuple):
    """When a Value was made, as the number of comparisons before; and its line, under `debug()`."""

    comparisons: int
    line: str = ""


BEFORE_ALL = Moment(-1)  # of copies of what was compared


class _State:
    """Counts of this process; `now` is shared by all Values made until the next comparison."""

    def __init__(self) -> None:
        self.now = Moment(0)
        self.latest_comparison = "before they were copied"
        self.debugging = 0  # how often debug() was entered


class _Reads(local):
    """Counts of each thread."""

    count = 0


_state = _State()
_reads = _Reads()


def moment() -> Moment:
    """When and where a Value is made that is made now."""
    if _state.debugging:
        return Moment(_state.now.comparisons, _line_of_caller())
    return _state.now


def count_comparison(of_what: str) -> None:
    """Note that the numbers of Values decided something, and say which."""
    _state.now = Moment(_state.now.comparisons + 1)
    _state.latest_comparison = of_what


def latest_comparison() -> str:
    """What was compared last."""
    return _state.latest_comparison


def compared_since(leaves: Iterable[Any]) -> bool:
    """Whether Values were compared since one of these leaves was made.

    A graph on them may then be one branch of several.
    """
    return any(_state.now.comparisons > leaf._made.comparisons for leaf in leaves)


def comparison(compare: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    """A method of Value that compares by `data`, and is counted."""

    def method(self: Any, other: Any) -> Any:
        is_node = hasattr(other, "_data")
        data = other._data if is_node else as_float(other)
        if data is None:
            return NotImplemented
        left = self.label or self._data
        right = (other.label if is_node else "") or data
        count_comparison(f"{left} with {right}")
        return compare(self._data, data)

    return method


def count_read() -> None:
    """Note that this thread read the `data` of a Value."""
    _reads.count += 1


def reads() -> int:
    """How often this thread has read the `data` of Values."""
    return _reads.count


def peek(node: Any) -> float:
    """The number of a Value, without counting as a read: for what does not decide by it."""
    return node._data  # type: ignore[no-any-return]  # a float


# `new` makes the node of an operation: it is a name in the scope of the written methods.
SCOPE: dict[str, Any] = {"new": object.__new__}


def _new_with_line(kind: type[Any]) -> Any:
    node = object.__new__(kind)
    node._made = moment()
    return node


@contextmanager
def debug() -> Iterator[None]:
    """Let each Value made inside keep the line of code that made it, so that errors name it.

    Copies of it do not keep the line.

    >>> from autograd import Value
    >>> with debug():
    ...     x = Value(0.0, "x")
    ...     y = x.sqrt()
    >>> y.origin.endswith(":3")
    True
    """
    _state.debugging += 1
    SCOPE["new"] = _new_with_line
    try:
        yield
    finally:
        _state.debugging -= 1
        SCOPE["new"] = _new_with_line if _state.debugging else object.__new__


def _line_of_caller() -> str:
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith((_PACKAGE, "<autograd")):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
