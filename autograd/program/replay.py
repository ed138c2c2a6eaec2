"""`replay`: a function whose graph is recorded once for all calls of one structure."""

import sys
from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from functools import update_wrapper
from inspect import signature
from math import isclose, isfinite
from types import MethodType
from typing import Any, NamedTuple, TypeAlias

from autograd.core.graph import below
from autograd.core.tracking import departures, is_made_since, number_left, peek, what_left
from autograd.core.value import Value
from autograd.derivatives import gradients
from autograd.program.arguments import Arguments, NumberLeaf, other_whole_number
from autograd.program.compiling import check_marks
from autograd.program.contents import Contents
from autograd.program.program import CompileError
from autograd.program.surroundings import Surroundings
from autograd.program.taped import OwnRowError, Swept, taped

MOST_TAPES = 64
MOST_FRUITLESS = 4
_SUCH_AS = ", as by random numbers of a generator that it makes itself, or by the time"

Answer: TypeAlias = tuple[float, dict[Value, float]]


def replay(function: Callable[..., Value]) -> "Replay":
    """Wrap a function that gives a loss, to have its gradients without recording it each time.

    `function` is called with numbers, Values, lists, tuples, dicts and arrays of these, and other
    things that have a hash or are of your own classes; it gives a Value. What `replay` gives is
    called alike, as a method too. It gives the loss as a float, and a dict with the derivative by
    each Value among the arguments and by each leaf that the function reads besides, such as its
    parameters. No `grad` is read or written.

    The graph of the first call is kept as a tape. A later call of the same structure puts its
    numbers, and those of the leaves as they are then, into that tape; the function is not called.
    Structure is where in the arguments numbers and Values stand, and all else there: whole numbers
    too, in arrays as well, which index and count. Pass 1.0, not 1, where it is a number to compute
    with: after four calls in a row that differ in whole numbers alone few tapes are made.
    Tapes of the last 64 structures are kept.

    At the first call of a structure the function is called three times, so it should do nothing but
    compute; what it drew, counted, or changed in lists and attributes is put back after the last
    two. What it reads through names and attributes, items of lists and classes too, is compared at
    each call, and recorded anew if it is another thing or number than it was. What else it reads,
    such as files, the environment or the time, stays as it was recorded, until `forget()`.

    A function that looks at a number, draws random ones, counts or changes something is called each
    time; so is each at points where a number is not finite, and raises what it raises. `replayed`
    and `recorded` count the calls of either kind that gave an answer, `why` says why the last one
    was not replayed.

    Raises TypeError for arguments and results of other kinds, ModuleNotFoundError where there is
    neither numba nor the C of `Value`.

    >>> w = Value(3.0, "w")
    >>> loss = replay(lambda x, y: (w * x - y) ** 2)
    >>> loss(2.0, 5.0) == (1.0, {w: 4.0})
    True
    >>> loss(1.0, 1.0) == (4.0, {w: 4.0})
    True
    >>> loss
    <replay of <lambda>: 1 call replayed, 1 recorded>
    """
    return Replay(function)


class Replay:
    """What `replay` makes of a function: see there."""

    # In no __dict__, as a function may read its own replay, of which these change at each call.
    __slots__ = (
        "__dict__",
        "_fruitless",
        "_known",
        "_last",
        "function",
        "recorded",
        "replayed",
        "why",
    )

    def __init__(self, function: Callable[..., Value]) -> None:
        if not callable(function):
            raise TypeError(f"replay takes a function, got {function!r:.80}")
        update_wrapper(self, function)
        self.function = function
        self.replayed = 0
        self.recorded = 0
        self.why = ""
        self.forget()

    def forget(self) -> None:
        """Drop all tapes, so that the next call of each structure is recorded."""
        self._known: OrderedDict[Hashable, Recording | str] = OrderedDict()
        self._last: Hashable = None  # the structure of the last call
        self._fruitless = 0  # changes in a row without a replay

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """The same with an object for the first argument, as of a method."""
        return self if instance is None else MethodType(self, instance)

    def __reduce__(self) -> Any:
        """By name where it stands in place of its function, as functions are; or around it."""
        names = str(getattr(self, "__qualname__", "")).split(".")
        found: Any = sys.modules.get(str(getattr(self, "__module__", "")))
        for name in names:
            found = getattr(found, name, None)
        return ".".join(names) if found is self else (Replay, (self.function,))

    def __call__(self, *positional: Any, **named: Any) -> Answer:
        arguments = Arguments.of(positional, named)
        last = self._last
        self._last = arguments.structure
        known = self._known.get(arguments.structure)
        if isinstance(known, str):
            return self._called(arguments, known)
        if known is None or known.is_outdated():
            return self._learned(arguments, self._change(known, arguments.structure, last))
        self._known.move_to_end(arguments.structure)
        answer = known.swept(arguments)
        if answer is None:
            return self._called(arguments, "a number was not finite")
        self._fruitless = 0
        self.replayed += 1
        return answer

    def _change(self, known: "Recording | None", structure: Hashable, last: Hashable) -> str:
        """What is another thing than at the last call, which makes tapes vain if it is so often."""
        if known is not None:
            return "what is within its reach is another thing at each call"
        where = other_whole_number(last, structure, _names(self.function)) if last else ""
        hint = "pass 1.0 where it is a number to compute with"
        return f"the whole number at {where}: {hint}" if where else ""

    def _called(self, arguments: Arguments, why: str) -> Answer:
        """The answer of the function itself."""
        self.why = why
        answer = _answer(self.function, arguments)
        self.recorded += 1
        return answer

    def _learned(self, arguments: Arguments, change: str) -> Answer:
        """The same, after which a tape is there for this structure, or a reason that there is none.

        A tape has to give the same answer: some functions compute otherwise with floats. Where
        tapes were made in vain, the next ones are at the 8th such call in a row, the 16th, ...
        """
        self._fruitless = self._fruitless + 1 if change else 0
        if self._fruitless > MOST_FRUITLESS and self._fruitless.bit_count() > 1:
            return self._called(arguments, change)
        answer = self._called(arguments, "")
        known = _recording(self.function, arguments)
        if isinstance(known, Recording) and not _are_close(known.swept(arguments), answer):
            known = "it computes something else with Values than with floats"
        if isinstance(known, str):
            self.why = known
        self._known[arguments.structure] = known
        if len(self._known) > MOST_TAPES:
            self._known.popitem(last=False)
        return answer

    def __repr__(self) -> str:
        name = getattr(self.function, "__qualname__", repr(self.function))
        calls = f"{self.replayed} call{'s' * (self.replayed != 1)} replayed"
        why = f", the last because {self.why}" if self.why else ""
        return f"<replay of {name}: {calls}, {self.recorded} recorded{why}>"


def _names(function: Callable[..., Any]) -> list[str]:
    """The names of the arguments of a function, if it tells them."""
    with suppress(TypeError, ValueError):
        return [*signature(function).parameters]
    return []


class Recording(NamedTuple):
    """The graph of a function as a tape, and what it depends on besides the arguments."""

    graph: Swept
    leaves: list[Value]  # those that the function reads, and does not make
    constants: list[float]  # of those that it makes
    contents: Contents

    def is_outdated(self) -> bool:
        """Whether a thing or a number that the function reads is another one."""
        return self.contents.have_changed()

    def swept(self, arguments: Arguments) -> Answer | None:
        """The answer at these arguments; None where a number is not finite, or there is none."""
        values = [*arguments.values, *self.leaves]
        numbers = [*map(peek, values), *self.constants]
        with suppress(ArithmeticError, ValueError):
            loss, by_each = self.graph.run([arguments.numbers], [0], numbers)
            if isfinite(loss) and all(map(isfinite, by_each)):
                number_left("a replay gave numbers", aside=True)
                return loss, _added_up(values, by_each)
        return None


class _Graph(NamedTuple):
    """What a call of a function recorded: a loss, and the leaves below it."""

    loss: Value
    numbers: list[Any]  # those of the arguments, as leaves or as they are
    values: list[Value]
    leaves: list[Value]  # from outside of the function
    constants: list[Value]  # made in it
    left: str  # how a number left in the call, or nothing
    has_results_from_outside: bool

    @classmethod
    def of(
        cls, function: Callable[..., Any], arguments: Arguments, of_number: Callable[[Any], Any]
    ) -> "_Graph":
        """Call a function with leaves of its own for Values, by the same labels.

        Raises TypeError if it gives no Value.
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
        loss = function(*positional, **named)
        left = what_left(began, departures())
        if not isinstance(loss, Value):
            raise TypeError(f"a replayed function gives one Value, got {_told_result(loss)}")
        operations, below_loss = below(loss)
        given = {*values, *(x for x in numbers if isinstance(x, Value))}
        others = [leaf for leaf in below_loss if leaf not in given]
        leaves = [leaf for leaf in others if not is_made_since(leaf, began)]
        constants = [leaf for leaf in others if is_made_since(leaf, began)]
        is_old = not all(is_made_since(node, began) for node in operations)
        return cls(loss, numbers, values, leaves, constants, left, is_old)


def _answer(function: Callable[..., Any], arguments: Arguments) -> Answer:
    """Loss and derivatives by a graph of its own."""
    graph = _Graph.of(function, arguments, lambda x: x)
    by_each = gradients(graph.loss, [*graph.values, *graph.leaves])
    return peek(graph.loss), _added_up([*arguments.values, *graph.leaves], by_each)


def _recording(function: Callable[..., Any], arguments: Arguments) -> Recording | str:
    """The graph of a function at arguments as a tape, or why there is none for all numbers.

    It is recorded twice, as it may be another one each time.
    """
    surroundings = Surroundings(function, *arguments.others)
    contents = Contents(function, *arguments.others)
    if any(hasattr(thing, "__next__") for thing in arguments.others):
        return "an iterator is among its arguments, which one call uses up: pass a list"
    if contents.hidden:
        return contents.hidden
    counts = surroundings.counts()
    draws = surroundings.draws()
    with surroundings.restored(), contents.restored():
        try:
            graphs = [_Graph.of(function, arguments, NumberLeaf) for _ in range(2)]
        except Exception as error:  # it has just given a Value: what it minds are leaves
            return _told_error(error)
        if surroundings.draws() != draws:
            return "it draws random numbers"
        if surroundings.counts() != counts:
            return "it counts, or keeps numbers from call to call"
        if surroundings.has_iterators:
            return "an iterator is within its reach, of which it may take what comes next"
        if contents.have_changed():
            return "it changes a list, a dict or an attribute within its reach"
    return _as_tape(graphs, contents)


def _told_error(error: Exception) -> str:
    text = str(error).replace(NumberLeaf.__name__, "Value")
    is_of_math = isinstance(error, TypeError) and text.startswith("must be real number")
    hint = "; for math.sin(x) write autograd.sin(x), which takes both" if is_of_math else ""
    return f"it takes numbers for numbers, not for Values: {text}{hint}"


def _as_tape(graphs: Sequence[_Graph], contents: Contents) -> Recording | str:
    """A tape, if two graphs of the same call are one, and hold at other numbers."""
    for graph in graphs:
        if graph.left:
            return f"{graph.left} on the way, and the graph may depend on it"
        if graph.has_results_from_outside:
            return "it reads results that were recorded before"
        try:
            check_marks(below(graph.loss)[0])
        except CompileError as error:
            return str(error)
    try:
        swept, other = (
            taped([graph.loss], graph.numbers, [*graph.values, *graph.leaves], graph.constants)
            for graph in graphs
        )
    except OwnRowError as error:
        return str(error)
    leaves, others = (graph.leaves for graph in graphs)
    constants, other_constants = ([*map(peek, graph.constants)] for graph in graphs)
    is_one = swept.is_same(other) and leaves == others
    if not is_one or repr(constants) != repr(other_constants):
        return f"it gives another graph when it is called again with the same arguments{_SUCH_AS}"
    return Recording(swept, leaves, constants, contents)


def _told_result(result: Any) -> str:
    match result:
        case (float(), dict()):
            return "what a replay gives: of another one, call its .function"
    return f"{type(result).__name__}: {result!r:.80}"


def _added_up(values: Sequence[Value], numbers: Iterable[float]) -> dict[Value, float]:
    """The number of each Value; the sum for one that is there several times."""
    found: dict[Value, float] = {}
    for value, x in zip(values, numbers, strict=True):
        found[value] = found[value] + x if value in found else x
    return found


def _are_close(mine: Answer | None, theirs: Answer) -> bool:
    """Whether two answers are equal, but for hypot; one that is None has nothing to say."""
    if mine is None:
        return True
    pairs = [(mine[0], theirs[0])]
    pairs += [(x, theirs[1].get(value, 0.0)) for value, x in mine[1].items()]
    return mine[1].keys() == theirs[1].keys() and all(isclose(a, b) for a, b in pairs)
