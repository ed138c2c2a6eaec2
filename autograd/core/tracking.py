"""Numbers that left the graph, and when and where each Value was made.

A program replays one graph. Where code outside got a number of a Value while that graph was
recorded, by comparing it, reading it or printing it, another number might have led to another
graph, or to another constant in it. All such ways are noted by `number_left`, as one notion: what
compiles a graph asks `what_left`.
"""

import os
import sys
from collections import deque
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import contextmanager
from itertools import count
from threading import local
from typing import Any

from autograd.core.native.loading import in_c, native
from autograd.core.numbers import as_float

_PACKAGE = os.path.dirname(os.path.dirname(__file__)) + os.sep


# When a Value was made is a count: how many numbers had left by then, in all threads. A leaf out of
# a pickle is older than all departures, if a number had left the graph that was pickled.
BEFORE_ALL = -1
# Two kinds of Values have a mark instead, and no other numbers may be put into a graph with one:
OVERWRITTEN = -2  # results whose data was set by hand, so that their operands do not give it
AT_THIS_POINT = -3  # derivatives of a branch that may fail at other points


class MomentInCode(int):
    """The same count, made under `debug()`, with the line of code."""

    line: str

    def __new__(cls, departures: int, line: str) -> "MomentInCode":
        moment = super().__new__(cls, departures)
        moment.line = line
        return moment


class _Log(local):
    """The last departures of a thread: their serial numbers, how, and the labels of Values.

    `aside` are those by errors and by the answers of programs, by which code hardly ever decides.
    """

    LONGEST = 1000  # those before are told as "a number"

    def __init__(self) -> None:
        self.latest: deque[tuple[int, str, str]] = deque(maxlen=self.LONGEST)
        self.aside: deque[tuple[int, str, str]] = deque(maxlen=self.LONGEST)


# What the written methods know by name: `new` makes the node of an operation, and `now`, read after
# it, is when.
SCOPE: dict[str, Any] = {"new": object.__new__, "now": 0}
SCOPE["DATA_READ"] = "the data of {} was read"
SCOPE["DATA_SET"] = "the data of {} was set"
SCOPE["GRAD_READ"] = "the grad of {} was read"
_log = _Log()
_serials = count(1)


@in_c
def number_left(how: str, label: str = "", aside: bool = False) -> None:
    """Note that code outside the graph gets a number of a Value, and how.

    `how` is a sentence with `{}` for the Value, as in "the data of {} was read". `aside`, by an
    error or by the answer of a program, it is told to those alone who watch a recording.
    """
    # One call, as at_once.py says, so that no count goes back. Another thread may count before this
    # one reads, which makes a departure later than it was, but not later than what follows here.
    deque(map(SCOPE.__setitem__, ("now",), _serials), maxlen=0)
    log = _log.aside if aside else _log.latest
    log.append((int(SCOPE["now"]), how, label))


@in_c
def departures() -> int:
    """How many numbers have left so far, in all threads."""
    return SCOPE["now"]  # type: ignore[no-any-return]  # an int


@in_c
def logged(aside: bool) -> Sequence[tuple[int, str, str]]:
    """The last departures of this thread: serial number, how, and label."""
    return _log.aside if aside else _log.latest


def what_left(since: int, until: int) -> str:
    """How a number last left in this thread between two counts of `departures`, or nothing.

    What was recorded between them may then be one graph of several. Those aside count.
    """
    return _told(logged(False), since, until) or _told(logged(True), since, until)


def what_left_below(root: Any, leaves: Iterable[Any]) -> str:
    """How a number left after one of the leaves, and before the root was made; or nothing."""
    since = min(leaf._made for leaf in leaves)
    if since < 0:
        return "a number left the graph that this is a copy of,"
    return _told(logged(False), since, root._made)


def data_was_read(since: int) -> bool:
    """Whether the data of a Value was read in this thread after a count of `departures`."""
    return any(serial > since and how == SCOPE["DATA_READ"] for serial, how, _ in logged(False))


def _told(log: Sequence[tuple[int, str, str]], since: int, until: int) -> str:
    """The last departure in a log between two counts, in a sentence."""
    for serial, how, label in reversed(log):
        if serial <= since:
            return ""
        if serial <= until:
            before, _, after = how.partition("{}")
            return f"{before}{label or 'a Value'}{after}" if after else how
    is_forgotten = len(log) == _Log.LONGEST and since < until < log[0][0]
    return "a number left the graph" if is_forgotten else ""


class Numbers(list[float]):
    """Derivatives as numbers: they leave when somebody looks at them, not before.

    A derivative that is computed and dropped, as by a test of speed, decides nothing.
    """


# All methods of a list that give away what is in it.
_LOOKS = """
    __add__ __contains__ __eq__ __ge__ __getitem__ __gt__ __iter__ __le__ __lt__ __mul__ __ne__
    __reduce_ex__ __repr__ __reversed__ __rmul__ copy count index pop sort
"""


def _counted(name: str) -> Callable[..., Any]:
    look = getattr(list, name)

    def method(self: Any, *arguments: Any, **options: Any) -> Any:
        number_left("a derivative was looked at")
        return look(self, *arguments, **options)

    method.__name__ = name
    return method


for _name in _LOOKS.split():
    setattr(Numbers, _name, _counted(_name))


def _added_to(self: Numbers, before: list[Any]) -> list[Any]:
    """before + self, which Python would copy without a look."""
    return [*before, *self]


Numbers.__radd__ = _added_to  # type: ignore[attr-defined]  # which lists have not


def comparison(compare: Callable[[float, float], bool]) -> Callable[[Any, Any], bool]:
    """A method of Value that compares by `data`."""

    def method(self: Any, other: Any) -> Any:
        is_node = hasattr(other, "_data")
        data = other._data if is_node else as_float(other)
        if data is None:
            return NotImplemented
        right = (other.label if is_node else "") or data
        number_left(f"{{}} was compared with {right}", self.label or repr(self._data))
        return compare(self._data, data)

    return method


def mark(node: Any) -> int:
    """The mark of a Value, or `BEFORE_ALL`; 0 if it has none."""
    return node._made if node._made < 0 else 0


def is_made_since(node: Any, moment: int) -> bool:
    """Whether a Value was made at a count of `departures` or later."""
    return node._made >= moment  # type: ignore[no-any-return]  # a bool


def fix_at_this_point(node: Any) -> None:
    """Mark a derivative that holds at this point only."""
    node._made = AT_THIS_POINT


def peek(node: Any) -> float:
    """The number of a Value that does not leave: for what does not decide by it."""
    return node._data  # type: ignore[no-any-return]  # a float


# What there is where somebody set a gradient to None: a zero that is known by identity, so that it
# can be added to. Value in C takes None itself, and has a mark for it.
NO_GRAD: Any = None if native else float("0.0")


def told_grad(node: Any) -> float | None:
    """The gradient of a Value that does not leave, or None if it was set so."""
    return None if node._grad is NO_GRAD else node._grad


def peek_grad(node: Any) -> float:
    """The gradient of a Value that does not leave; None, as PyTorch sets it, counts as 0."""
    return node._grad or 0.0


_debugging: list[object] = []  # an entry for each debug() that was entered


def moment() -> int:
    """When a Value is made that is made now, and under `debug()` where."""
    now = departures()
    return MomentInCode(now, _line_of_caller()) if _debugging else now


@in_c
def watch(lines: bool) -> None:
    """Let operations find the line of code that they are in, or no longer."""
    SCOPE["new"] = _new_with_line if lines else object.__new__
    SCOPE["now"] = int(SCOPE["now"])


def _new_with_line(kind: type[Any]) -> Any:
    SCOPE["now"] = moment()
    return object.__new__(kind)


def line_of(node: Any) -> str:
    """Where a Value was made, if that was under `debug()`."""
    return node._made.line if isinstance(node._made, MomentInCode) else ""


@contextmanager
def debug() -> Iterator[None]:
    """Let Values made in a `with` block keep the line of code that made them.

    Errors then name the line, and `origin` of a Value gives it. Copies of a Value do not keep it.
    Recording is slower in the block. It is for one thread: of Values that others make meanwhile,
    the line may be wrong.

    Returns a context manager, which takes no arguments.

    >>> from autograd import Value, debug
    >>> with debug():
    ...     x = Value(0.0, "x")
    ...     y = x.sqrt()
    >>> y.origin.endswith(":3")
    True
    """
    own = object()
    try:
        _debugging.append(own)
        watch(True)
        yield
    finally:
        if own in _debugging:
            _debugging.remove(own)
        if not _debugging:
            watch(False)


def _line_of_caller() -> str:
    frame = sys._getframe(1)
    while frame.f_back and frame.f_code.co_filename.startswith((_PACKAGE, "<autograd")):
        frame = frame.f_back
    return f"{frame.f_code.co_filename}:{frame.f_lineno}"
