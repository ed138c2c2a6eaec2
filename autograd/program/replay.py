"""`replay`: a function whose graph is recorded once for all calls of one structure."""

from collections import OrderedDict
from collections.abc import Callable, Hashable, Iterable, Sequence
from contextlib import suppress
from functools import update_wrapper
from math import isclose, isfinite
from typing import Any, NamedTuple, TypeAlias

from autograd.core.graph import below
from autograd.core.tracking import departures, is_made_since, number_left, peek, what_left
from autograd.core.value import Value
from autograd.derivatives import gradients
from autograd.program.arguments import Arguments, NumberLeaf
from autograd.program.program import CompileError, check_marks
from autograd.program.surroundings import Surroundings
from autograd.program.taped import Swept, taped

MOST_TAPES = 64

Answer: TypeAlias = tuple[float, dict[Value, float]]


def replay(function: Callable[..., Value]) -> "Replay":
    """Wrap a function that gives a loss, to have its gradients without recording it each time.

    `function` is called with numbers, Values, lists, tuples and dicts of these, and other things
    that have a hash; it gives a Value. What `replay` gives is called alike. It gives the loss as a
    float, and a dict with the derivative by each Value among the arguments and by each leaf that
    the function reads besides, such as its parameters. No `grad` is read or written.

    The graph of the first call is kept as a tape. A later call of the same structure puts its
    numbers, and those of the leaves as they are then, into that tape; the function is not called.
    Structure is where in the arguments numbers and Values stand, and all else there by its value:
    whole numbers too, which index and count. Tapes of the last 64 structures are kept.

    A function that looks at a number, draws random ones or counts something is called each time;
    so is each at points where a number is not finite, and raises what it raises. `replayed` and
    `recorded` count the calls of either kind, `why` says why the last one was not replayed.

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

    def __init__(self, function: Callable[..., Value]) -> None:
        if not callable(function):
            raise TypeError(f"replay takes a function, got {function!r:.80}")
        update_wrapper(self, function)
        self.function = function
        self.replayed = 0
        self.recorded = 0
        self.why = ""
        self._known: OrderedDict[Hashable, Recording | str] = OrderedDict()

    def __call__(self, *positional: Any, **named: Any) -> Answer:
        arguments = Arguments.of(positional, named)
        known = self._known.get(arguments.structure)
        if isinstance(known, str):
            return self._called(arguments, known)
        if known is None or known.is_outdated():
            return self._learned(arguments)
        self._known.move_to_end(arguments.structure)
        answer = known.swept(arguments)
        if answer is None:
            return self._called(arguments, "a number was not finite")
        self.replayed += 1
        return answer

    def _called(self, arguments: Arguments, why: str) -> Answer:
        """The answer of the function itself."""
        self.recorded += 1
        self.why = why
        return _answer(self.function, arguments)

    def _learned(self, arguments: Arguments) -> Answer:
        """The same, after which a tape is there for this structure, or a reason that there is none.

        A tape has to give the same answer: some functions compute otherwise with floats.
        """
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


class Recording(NamedTuple):
    """The graph of a function as a tape, and what it depends on besides the arguments."""

    graph: Swept
    leaves: list[Value]  # those that the function reads, and does not make
    constants: list[float]  # of those that it makes
    surroundings: Surroundings
    counts: list[Any]  # the plain numbers in them when it was recorded

    def is_outdated(self) -> bool:
        """Whether a number that the function reads as it stands is another one."""
        return self.surroundings.counts() != self.counts

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
            got = f"{type(loss).__name__}: {loss!r:.80}"
            raise TypeError(f"a replayed function gives one Value, got {got}")
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
    surroundings = Surroundings(function)
    counts = surroundings.counts()
    draws = surroundings.draws()
    with surroundings.restored():
        try:
            graphs = [_Graph.of(function, arguments, NumberLeaf) for _ in range(2)]
        except Exception as error:  # it has just given a Value: what it minds are leaves
            return f"it takes numbers for numbers, not for Values: {error}"
        if surroundings.draws() != draws:
            return "it draws random numbers"
        if surroundings.counts() != counts:
            return "it counts, or keeps numbers from call to call"
        if surroundings.has_iterators:
            return "an iterator is within its reach, of which it may take what comes next"
    return _as_tape(graphs, surroundings, counts)


def _as_tape(
    graphs: Sequence[_Graph], surroundings: Surroundings, counts: list[Any]
) -> Recording | str:
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
    swept, other = (
        taped(graph.loss, graph.numbers, [*graph.values, *graph.leaves], graph.constants)
        for graph in graphs
    )
    leaves, others = (graph.leaves for graph in graphs)
    constants, other_constants = ([*map(peek, graph.constants)] for graph in graphs)
    is_one = swept.is_same(other) and leaves == others
    if not is_one or repr(constants) != repr(other_constants):
        return "it gives another graph when it is called again with the same arguments"
    return Recording(swept, leaves, constants, surroundings, counts)


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
