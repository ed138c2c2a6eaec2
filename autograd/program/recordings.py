"""What a call of a function recorded, and whether its graph is that of other calls too.

A tape is swept at other numbers. That is right only if the function would record the same graph
there: if no number left the graph on the way, and nothing else decided.
"""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from inspect import signature
from threading import RLock
from typing import Any, Generic, NamedTuple, Protocol, TypeAlias, TypeVar

from autograd.core.graph import below_all
from autograd.core.tracking import departures, is_made_since, number_left, peek, what_left
from autograd.core.value import Value
from autograd.program.arguments import Arguments, NumberLeaf, other_whole_number
from autograd.program.compiling import check_marks
from autograd.program.contents import Contents
from autograd.program.errors import CompileError
from autograd.program.surroundings import Surroundings, is_iterator
from autograd.program.taped import OwnRowError

MOST_RECORDINGS = 64
MOST_FRUITLESS = 4
_SUCH_AS = ", as by random numbers of a generator that it makes itself, or by the time"

# Of what a function gave, and the count of departures when it was called.
Outputs: TypeAlias = Callable[[Any, int], list[Value]]


class Recorded(NamedTuple):
    """What a call of a function gave and recorded: its outputs, and the leaves below them."""

    result: Any
    outputs: list[Value]
    numbers: list[Any]  # those of the arguments, as leaves or as they are
    values: list[Value]  # those of the arguments, as leaves of the call's own
    leaves: list[Value]  # from outside of the function
    constants: list[Value]  # made in it
    left: str  # how a number left in the call, or nothing
    has_results_from_outside: bool

    @classmethod
    def of(
        cls,
        function: Callable[..., Any],
        arguments: Arguments,
        of_number: Callable[[Any], Any],
        outputs_of: Outputs,
    ) -> "Recorded":
        """Call a function with leaves of its own for Values, by the same labels.

        `outputs_of` finds the Values in what it gives, and raises TypeError if there are none.
        """
        numbers: list[Any] = []
        values: list[Value] = []

        def number_for(x: Any) -> Any:
            numbers.append(of_number(x))
            return numbers[-1]

        def leaf_for(x: Value) -> Value:
            values.append(Value(peek(x), x.label))
            return values[-1]

        positional, named = arguments.replaced(number_for, leaf_for)
        number_left("a function was called for its gradients", aside=True)
        began = departures()
        result = function(*positional, **named)
        left = what_left(began, departures())
        outputs = outputs_of(result, began)
        operations, leaves_below = below_all(outputs)
        given = {*values, *(x for x in numbers if isinstance(x, Value))}
        others = [leaf for leaf in leaves_below if leaf not in given]
        leaves = [leaf for leaf in others if not is_made_since(leaf, began)]
        constants = [leaf for leaf in others if is_made_since(leaf, began)]
        is_old = not all(is_made_since(node, began) for node in operations)
        return cls(result, outputs, numbers, values, leaves, constants, left, is_old)


class LaidOut(Protocol):
    """A graph laid out to be swept."""

    def is_same(self, other: Any) -> bool:
        """Whether another one that was not swept yet has the same graph and constants."""


S = TypeVar("S", bound=LaidOut)


@dataclass(frozen=True)
class Recording(Generic[S]):
    """The graph of a function, laid out, and what it depends on besides the arguments."""

    laid_out: S
    call: Recorded
    contents: Contents

    def without_graph(self) -> "Recording[S]":
        """The same for whom the sweep is enough: nodes take five times the room of a tape."""
        return replace(self, call=self.call._replace(result=None, outputs=[]))


class Recordings(Generic[S]):
    """The recordings of a function, by the structure of arguments, and why there is none for some.

    Those of the last 64 structures are kept. Where they were made in vain, as whatever they depend
    on is another thing at each call, the next are tried at the 8th such call in a row, the 16th, …
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._names = names_of(function)
        self._lock = RLock()  # as threads may share a function, and handlers of signals
        self.forget()

    def forget(self) -> None:
        """Drop all of them, so that the next call of each structure is recorded."""
        self._known: OrderedDict[Hashable, Recording[S] | str] = OrderedDict()
        self._last: Hashable = None  # the structure of the last call
        self._fruitless = 0  # changes in a row without a replay

    def find(self, structure: Hashable) -> Recording[S] | str | None:
        """The recording of a structure, or why there is none; None where one is to be tried."""
        with self._lock:
            last = self._last
            self._last = structure
            known = self._known.get(structure)
            if known is not None:
                self._known.move_to_end(structure)
        if isinstance(known, str):
            return known
        if known is not None and not known.contents.have_changed():
            self._fruitless = 0
            return known
        change = self._change(known, structure, last)
        self._fruitless = self._fruitless + 1 if change else 0
        is_vain = self._fruitless > MOST_FRUITLESS and self._fruitless.bit_count() > 1
        return change if is_vain else None

    def keep(self, structure: Hashable, known: Recording[S] | str) -> None:
        """Keep what was recorded, or why nothing was."""
        with self._lock:
            self._known[structure] = known
            if len(self._known) > MOST_RECORDINGS:
                self._known.popitem(last=False)

    def _change(self, known: Recording[S] | None, structure: Hashable, last: Hashable) -> str:
        """What is another thing than at the last call, which makes tapes vain if it is so often."""
        if known is not None:
            return "what is within its reach is another thing at each call"
        where = other_whole_number(last, structure, self._names) if last else ""
        hint = "pass 1.0 where it is a number to compute with"
        return f"the whole number at {where}: {hint}" if where else ""


def names_of(function: Callable[..., Any]) -> list[str]:
    """The names of the arguments of a function, if it tells them."""
    with suppress(TypeError, ValueError):
        return [*signature(function).parameters]
    return []


def recording_of(
    function: Callable[..., Any],
    arguments: Arguments,
    outputs_of: Outputs,
    lay_out: Callable[[Recorded], S],
) -> Recording[S] | str:
    """The graph of a function at arguments, or why there is none for all numbers.

    It is recorded twice, as it may be another one each time.
    """
    surroundings = Surroundings(function, *arguments.others)
    contents = Contents(function, *arguments.others)
    if any(map(is_iterator, arguments.others)):
        return "an iterator is among its arguments, which one call uses up: pass a list"
    if contents.hidden:
        return contents.hidden
    if surroundings.has_iterators:
        return "an iterator is within its reach, of which it may take what comes next"
    counts = surroundings.counts()
    draws = surroundings.draws()
    with surroundings.restored(), contents.restored():
        try:
            calls = [Recorded.of(function, arguments, NumberLeaf, outputs_of) for _ in range(2)]
        except Exception as error:  # it has just given a Value: what it minds are leaves
            return _told_error(error)
        if surroundings.draws() != draws:
            return "it draws random numbers"
        if surroundings.counts() != counts:
            return "it counts, or keeps numbers from call to call"
        if contents.have_changed():
            return "it changes a list, a dict or an attribute within its reach"
    return _of_one_graph(calls, contents, lay_out)


def _told_error(error: Exception) -> str:
    return f"it works with numbers, and not with Values: {error}"


def _of_one_graph(
    calls: Sequence[Recorded], contents: Contents, lay_out: Callable[[Recorded], S]
) -> Recording[S] | str:
    """What is swept, if two graphs of the same call are one, and hold at other numbers."""
    for call in calls:
        why = _why_at_these_numbers(call)
        if why:
            return why
    try:
        laid_out, other = map(lay_out, calls)
    except (OwnRowError, CompileError) as error:
        return str(error)
    first, second = calls
    is_one = laid_out.is_same(other) and first.leaves == second.leaves
    if not is_one or _numbers(first.constants) != _numbers(second.constants):
        return f"it gives another graph when it is called again with the same arguments{_SUCH_AS}"
    return Recording(laid_out, first, contents)


def _why_at_these_numbers(call: Recorded) -> str:
    """Why a graph holds at the numbers of its call only, or nothing."""
    if call.left:
        return f"{call.left} on the way, and the graph may depend on it"
    if call.has_results_from_outside:
        return "it reads results that were recorded before"
    operations, _ = below_all(call.outputs)
    try:
        check_marks(operations)
    except CompileError as error:
        return str(error)
    return ""


def _numbers(constants: Sequence[Value]) -> str:
    """As a text, as 0.0 is not -0.0, and NaN is NaN."""
    return repr([*map(peek, constants)])
