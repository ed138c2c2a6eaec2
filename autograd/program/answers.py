"""What programs answer: outputs and their gradients, and the means of these."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import chain
from math import isfinite
from operator import add
from typing import Any, NamedTuple, TypeAlias

Answer: TypeAlias = tuple[float, tuple[float, ...]]  # a loss, and its gradients by the parameters
# Of several outputs: their values, and a row of gradients for each.
Several: TypeAlias = tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]

AT_ONCE = 1000  # samples, of which all results are kept until they are added up


class Answers(NamedTuple):
    """The same of any number of outputs, with names."""

    values: tuple[float, ...]
    gradients: tuple[tuple[float, ...], ...]


def is_finite(answers: Answers) -> bool:
    """Whether all values and gradients are finite."""
    return all(map(isfinite, chain(answers.values, *answers.gradients)))


def mean_answer(answers: Iterable[Answer]) -> Answer:
    """The mean of losses and of gradients, each added from the left as a program does."""
    means = mean_of([Answers((loss,), (gradients,)) for loss, gradients in answers])
    return means.values[0], means.gradients[0]


def mean_of(answers: Sequence[Answers]) -> Answers:
    """The means of values and of gradients, alike."""
    by_output = zip(*(answer.gradients for answer in answers), strict=True)
    return Answers(
        _means(answer.values for answer in answers),
        tuple(_means(rows) for rows in by_output),
    )


def mean_of_each(answers: Sequence[tuple[float, Any]]) -> tuple[float, Any]:
    """The mean of losses and of gradients, which are lists or arrays."""
    loss, gradients = answers[0]
    for answer in answers[1:]:
        loss, gradients = sum_of_both((loss, gradients), answer)
    count = len(answers)
    if isinstance(gradients, list | tuple):
        return loss / count, [x / count for x in gradients]
    return loss / count, gradients / count


def sum_of_both(one: tuple[float, Any], other: tuple[float, Any]) -> tuple[float, Any]:
    """The sum of two losses, and of their gradients, which are lists or arrays."""
    return one[0] + other[0], _added(one[1], other[1])


def _means(rows: Iterable[Iterable[float]]) -> tuple[float, ...]:
    columns = zip(*rows, strict=True)
    return tuple(reduce(add, column, -0.0) / len(column) for column in columns)


def with_term(answers: Answers, term: Answers) -> Answers:
    """The answer of one output with that of the term outside the mean added to it."""
    return Answers(
        _sums(answers.values, term.values),
        (_sums(answers.gradients[0], term.gradients[0]),),
    )


def _sums(some: Iterable[float], others: Iterable[float]) -> tuple[float, ...]:
    return tuple(map(add, some, others))


def means_of(
    each: Callable[[Any, Any], tuple[Any, Any]], stored: Callable[[Any], Any]
) -> Callable[[Any, Any, Any], Answers]:
    """The means over samples[place] for place in batch, of what `each` gives of samples."""

    def means(samples: Any, batch: Sequence[int], leaves: Any) -> Answers:
        total: Any = None
        for start in range(0, len(batch), AT_ONCE):
            some = stored([samples[place] for place in batch[start : start + AT_ONCE]])
            for result in zip(*each(some, leaves), strict=True):
                total = result if total is None else _added(total, result)
        sums = Answers(*total)
        rows = tuple(_shares(row, len(batch)) for row in sums.gradients)
        return Answers(_shares(sums.values, len(batch)), rows)

    return means


def _added(total: Any, more: Any) -> Any:
    """The sum of two arrays, or of lists of numbers, or of lists of these."""
    if isinstance(more, list | tuple):
        return [_added(a, b) for a, b in zip(total, more, strict=True)]
    return total + more


def _shares(row: Iterable[Any], count: int) -> tuple[float, ...]:
    return tuple(float(x) / count for x in row)
