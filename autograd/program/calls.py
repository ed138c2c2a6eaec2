"""What a call of a function recorded, and whether its graph is that of other calls too.

A tape is swept at other numbers. That is right only if the function would record the same graph
there: if no number left the graph on the way, and nothing else decided.
"""

from collections.abc import Callable, Sequence
from typing import Any, NamedTuple, TypeAlias

from autograd.core.graph import below_all
from autograd.core.tracking import departures, is_made_since, number_left, peek, what_left
from autograd.core.value import Value
from autograd.program.arguments import Arguments, NumberLeaf
from autograd.program.contents import Contents
from autograd.program.program import CompileError, check_marks
from autograd.program.surroundings import Surroundings
from autograd.program.taped import OwnRowError, Swept

_SUCH_AS = ", as by random numbers of a generator that it makes itself, or by the time"

Outputs: TypeAlias = Callable[[Any], list[Value]]  # of what a function gave


class Call(NamedTuple):
    """What a call of a function recorded: its outputs, and the leaves below them."""

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
    ) -> "Call":
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
        outputs = outputs_of(result)
        operations, leaves_below = below_all(outputs)
        given = {*values, *(x for x in numbers if isinstance(x, Value))}
        others = [leaf for leaf in leaves_below if leaf not in given]
        leaves = [leaf for leaf in others if not is_made_since(leaf, began)]
        constants = [leaf for leaf in others if is_made_since(leaf, began)]
        is_old = not all(is_made_since(node, began) for node in operations)
        return cls(outputs, numbers, values, leaves, constants, left, is_old)


class Recording(NamedTuple):
    """The graph of a function as what is swept, and what it depends on besides the arguments."""

    swept: Swept
    call: Call
    contents: Contents

    def is_outdated(self) -> bool:
        """Whether a thing or a number that the function reads is another one."""
        return self.contents.have_changed()

    def without_graph(self) -> "Recording":
        """The same for whom the sweep is enough: nodes take five times the room of a tape."""
        return self._replace(call=self.call._replace(outputs=[]))


def recording_of(
    function: Callable[..., Any],
    arguments: Arguments,
    outputs_of: Outputs,
    lay_out: Callable[[Call], Swept],
) -> Recording | str:
    """The graph of a function at arguments, or why there is none for all numbers.

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
            calls = [Call.of(function, arguments, NumberLeaf, outputs_of) for _ in range(2)]
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
    return _of_one_graph(calls, contents, lay_out)


def _told_error(error: Exception) -> str:
    text = str(error).replace(NumberLeaf.__name__, "Value")
    is_of_math = isinstance(error, TypeError) and text.startswith("must be real number")
    hint = "; for math.sin(x) write autograd.sin(x), which takes both" if is_of_math else ""
    return f"it takes numbers for numbers, not for Values: {text}{hint}"


def _of_one_graph(
    calls: Sequence[Call], contents: Contents, lay_out: Callable[[Call], Swept]
) -> Recording | str:
    """What is swept, if two graphs of the same call are one, and hold at other numbers."""
    for call in calls:
        why = _why_at_these_numbers(call)
        if why:
            return why
    try:
        swept, other = map(lay_out, calls)
    except (OwnRowError, CompileError) as error:
        return str(error)
    first, second = calls
    is_one = swept.is_same(other) and first.leaves == second.leaves
    if not is_one or _numbers(first.constants) != _numbers(second.constants):
        return f"it gives another graph when it is called again with the same arguments{_SUCH_AS}"
    return Recording(swept, first, contents)


def _why_at_these_numbers(call: Call) -> str:
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
