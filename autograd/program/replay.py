"""`replay`: a function whose graph is recorded once for all calls of one structure."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from math import isclose, isfinite
from types import MethodType
from typing import Any, TypeAlias

from autograd.core.tracking import number_left, peek
from autograd.core.value import Value
from autograd.derivatives import gradients
from autograd.program.arguments import Arguments
from autograd.program.recordings import Recorded, Recording, recording_of
from autograd.program.replayed import Replayed
from autograd.program.taped import Swept, taped

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


class Replay(Replayed[Swept]):
    """What `replay` makes of a function: see there."""

    __slots__ = ()
    made_by = "replay"

    def __get__(self, instance: Any, owner: type | None = None) -> Any:
        """The same with an object for the first argument, as of a method."""
        return self if instance is None else MethodType(self, instance)

    def __call__(self, *positional: Any, **named: Any) -> Answer:
        arguments = Arguments.of(positional, named)
        known = self.recordings.find(arguments.structure)
        if not isinstance(known, Recording):
            answer = self._called(arguments, known or "")
            if known is None:
                self._learn(arguments, answer)
            return answer
        replayed = _swept(known, arguments)
        if replayed is None:
            return self._called(arguments, "a number was not finite")
        self.replayed += 1
        return replayed

    def _called(self, arguments: Arguments, why: str) -> Answer:
        """The answer of the function itself."""
        self.why = why
        answer = _answer(self.function, arguments)
        self.recorded += 1
        return answer

    def _learn(self, arguments: Arguments, answer: Answer) -> None:
        """Keep a tape for this structure, or a reason that there is none.

        A tape has to give the same answer: some functions compute otherwise with floats.
        """
        known = recording_of(self.function, arguments, _one_value, _laid_out)
        if isinstance(known, Recording):
            known = known.without_graph()
            if not _are_close(_swept(known, arguments), answer):
                known = "it computes something else with Values than with floats"
        self.why = known if isinstance(known, str) else ""
        self.recordings.keep(arguments.structure, known)


def _one_value(result: Any, began: int) -> list[Value]:
    if not isinstance(result, Value):
        raise TypeError(f"a replayed function gives one Value, got {_told_result(result)}")
    return [result]


def _told_result(result: Any) -> str:
    match result:
        case (float(), dict()):
            return "what another replay gives: call its .function in this one"
    return f"{type(result).__name__}: {result!r:.80}"


def _answer(function: Callable[..., Any], arguments: Arguments) -> Answer:
    """Loss and derivatives by a graph of its own."""
    call = Recorded.of(function, arguments, lambda x: x, _one_value)
    (loss,) = call.outputs
    by_each = gradients(loss, [*call.values, *call.leaves])
    return peek(loss), _added_up([*arguments.values, *call.leaves], by_each)


def _laid_out(call: Recorded) -> Swept:
    return taped(call.outputs, call.numbers, [*call.values, *call.leaves], call.constants)


def _swept(recording: Recording[Swept], arguments: Arguments) -> Answer | None:
    """The answer at these arguments; None where a number is not finite, or there is none."""
    call = recording.call
    values = [*arguments.values, *call.leaves]
    numbers = [*map(peek, values), *map(peek, call.constants)]
    with suppress(ArithmeticError, ValueError):
        loss, by_each = recording.laid_out.run([arguments.numbers], [0], numbers)
        if isfinite(loss) and all(map(isfinite, by_each)):
            number_left("a replay gave numbers", aside=True)
            return loss, _added_up(values, by_each)
    return None


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
