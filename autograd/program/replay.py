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

    The result is called like the function, and may be a method too. A call gives a pair: the loss,
    a float, and a dict with the derivative by each Value among the arguments, and by each leaf that
    the function reads besides, such as its parameters. No `grad` is read or written.

    The graph of the first call is kept as a tape. A later call of the same structure runs that tape
    with its own numbers and with those that the leaves have then; the function is not called.

    The structure of a call is everything in its arguments except the floats. Whole numbers belong
    to the structure, in arrays too, as they may count or index. So write 1.0, not 1, for a number
    to compute with. Tapes of the last 64 structures are kept. After four calls in a row that differ
    only in whole numbers, new tapes are made less and less often.

    At the first call of a structure the function is called three times, so it should do nothing but
    compute. Random generators, counters, lists and attributes that the last two of these changed
    are put back. Each call compares what the function reads through names, attributes, items and
    classes with what it read before. If that has changed, the function is recorded anew. Changes in
    files, the environment or the time are not noticed, until `forget()`.

    Some functions are called each time: those that look at a number, draw random numbers, count or
    change something. So is any function where a number is not finite. `why` then says why.

    Arguments:

    - `function`: a function that gives a Value. Its arguments may be numbers, Values, strings and
      other things that can be hashed, instances of your own classes, and lists, tuples, dicts and
      arrays of all these.

    Returns a `Replay`.

    Raises:

    - `TypeError` if `function` cannot be called; and in a call for arguments and results of other
      kinds.
    - `ModuleNotFoundError` in a call if there is neither numba nor the C of `Value`.

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
    """A function whose gradients come from a graph that is kept, as `replay` makes it.

    A call gives a pair: the loss, a float, and a dict with the derivative by each Value.

    Arguments:

    - `function`: a function that gives a Value.

    Arguments of a call:

    - `positional`, `named`: those of the function.

    Attributes:

    - `function`: the function as it was given.
    - `replayed`: how many calls swept over a graph that was kept.
    - `recorded`: how many calls called the function.
    - `why`: why the last call was not replayed, a sentence; empty if it was.
    - `recordings`: the graphs that are kept.

    Raises:

    - `TypeError` if `function` cannot be called.

    >>> from autograd import replay
    >>> absolute = replay(lambda x: x if x > 0 else -x)
    >>> x = Value(-3.0)
    >>> absolute(x) == (3.0, {x: -1.0})
    True
    >>> print(absolute.why)
    -3.0 was compared with 0.0 on the way, and the graph may depend on it
    """

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
    """Whether two answers are about equal; one that is None has nothing to say."""
    if mine is None:
        return True
    pairs = [(mine[0], theirs[0])]
    pairs += [(x, theirs[1].get(value, 0.0)) for value, x in mine[1].items()]
    return mine[1].keys() == theirs[1].keys() and all(isclose(a, b) for a, b in pairs)
