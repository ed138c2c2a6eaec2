"""What a program is called with: perhaps a vector of parameters, then numbers or sequences."""

from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from autograd.core.diagnosis import told
from autograd.core.numbers import NOT_ORDERED, number
from autograd.core.value import Value
from autograd.program.answers import Answers


class SortedCall(NamedTuple):
    """The arguments of a call, sorted.

    `theta` is the vector of parameters, None where they are read from their leaves; `inputs` are
    numbers or sequences, and `samples` is how many of them the sequences hold: None for numbers.
    """

    theta: Any | None
    inputs: Sequence[Any]
    samples: int | None


class Point(NamedTuple):
    """Where a program is evaluated: a row of numbers for each sample, and those of all leaves."""

    samples: Any
    leaves: Sequence[float]

    def between(self, start: int, stop: int) -> "Point":
        """Some of the samples."""
        return Point(self.samples[start:stop], self.leaves)


def sorted_call(arguments: Sequence[Any], inputs: Sequence[Value], parameters: int) -> SortedCall:
    """Sort the arguments of a program of some inputs and so many parameters.

    Numbers may stand beside sequences. Raises ValueError for a wrong count or length, TypeError for
    what has no order, and for an input of more dimensions than one.
    """
    for x in arguments:
        if isinstance(x, NOT_ORDERED):
            takes = "numbers, or sequences of numbers: lists, tuples, arrays"
            raise TypeError(f"a program takes {takes}; got {told(x)}")
    theta: Any = None
    given = [_scalar(x) for x in arguments]
    if len(given) == len(inputs) + 1 and is_sequence(given[0]):
        theta = given.pop(0)
        if len(theta) != parameters:
            counts = f"{len(theta)} numbers for {parameters} parameters"
            raise ValueError(
                f"the vector has a number for each of program.parameters, got {counts}"
            )
    _check_not_a_table(given)
    lengths = [len(x) for x in given if is_sequence(x)]
    if len(given) != len(inputs) or len(set(lengths)) > 1:
        raise ValueError(f"{_expected(inputs, parameters)}, got {told(arguments)}")
    return SortedCall(theta, given, lengths[0] if lengths else None)


def _scalar(x: Any) -> Any:
    """The number in an array of no dimensions; anything else as it is."""
    is_array = getattr(x, "ndim", 1) == 0 and hasattr(x, "tolist")
    return x.tolist() if is_array and not hasattr(x, "mask") else x


def _check_not_a_table(given: Iterable[Any]) -> None:
    for x in given:
        if getattr(x, "ndim", 1) > 1:
            takes = "a program takes one sequence of numbers for each input"
            hint = "of a table pass its columns: program.map(*table.T)"
            got = f"an array of {x.ndim} dimensions, {tuple(x.shape)}"
            raise TypeError(f"{takes}; {hint}; got {got}")


def _expected(inputs: Sequence[Value], parameters: int) -> str:
    vector = f"a vector of {parameters} parameters"
    if not inputs:
        return f"expected nothing, or {vector}"
    kinds = "numbers or sequences of one length"
    names = ", ".join(named(inputs))
    return f"expected {len(inputs)} {kinds} ({names}), and before them, if any, {vector}"


def named(leaves: Iterable[Value], kind: str = "input") -> list[str]:
    """Leaves by their labels, else by their places: `input 1`.

    The names in the text would take seconds in a large graph.
    """
    return [leaf.label or f"{kind} {place}" for place, leaf in enumerate(leaves, start=1)]


def is_sequence(x: Any) -> bool:
    """Whether a thing has a length; an array of no dimensions has none."""
    return hasattr(x, "__len__") and getattr(x, "ndim", 1) > 0


def numbers_of(vector: Any) -> list[float]:
    """The numbers in a vector, as floats. Raises TypeError for anything else in it."""
    kind = getattr(getattr(vector, "dtype", None), "kind", "")
    if kind == "f" and vector.ndim == 1 and not hasattr(vector, "mask"):
        return [float(x) for x in vector.tolist()]
    return [number(x, "a vector of parameters holds") for x in vector]


def in_kind(theta: Any, answers: Answers, is_several: bool) -> Any:
    """An answer with tuples, lists or arrays, as the vector of parameters is one.

    One output is a float with its gradient. Without a vector they are tuples.
    """
    if theta is None:
        return tuple(answers) if is_several else (answers.values[0], answers.gradients[0])
    kind = _kind(theta)
    rows = [kind(row) for row in answers.gradients]
    return (kind(answers.values), kind(rows)) if is_several else (answers.values[0], rows[0])


def _kind(theta: Any) -> Any:
    """What makes a vector of this kind: an array, a list, or else a tuple."""
    if hasattr(theta, "ndim"):
        from numpy import array  # which is there, as the vector is one of its own

        return array
    return list if isinstance(theta, list) else tuple
