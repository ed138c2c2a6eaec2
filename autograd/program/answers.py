"""What programs answer: outputs and their gradients, and the means of these."""

from collections.abc import Callable, Iterable, Sequence
from functools import reduce
from itertools import chain
from math import isfinite
from operator import add
from typing import Any, TypeAlias

Answer: TypeAlias = tuple[float, tuple[float, ...]]  # a loss, and its gradients by the parameters
# Several outputs, and a row of gradients for each.
Answers: TypeAlias = tuple[tuple[float, ...], tuple[tuple[float, ...], ...]]

AT_ONCE = 1000  # samples, of which all results are kept until they are added up


def is_finite(answers: Answers) -> bool:
    """Whether all outputs and gradients are finite."""
    values, gradients = answers
    return all(map(isfinite, chain(values, *gradients)))


def mean_answer(answers: Iterable[Answer]) -> Answer:
    """The mean of losses and of gradients, each added from the left as a program does."""
    values, gradients = mean_of(((loss,), (gradients,)) for loss, gradients in answers)
    return values[0], gradients[0]


def mean_of(answers: Iterable[Answers]) -> Answers:
    """The means of outputs and of gradients, alike."""
    values, gradients = zip(*answers, strict=True)
    rows = zip(*gradients, strict=True)  # for each output its gradients at all samples
    return _means(values), tuple(_means(row) for row in rows)


def _means(rows: Iterable[Iterable[float]]) -> tuple[float, ...]:
    columns = zip(*rows, strict=True)
    return tuple(reduce(add, column, -0.0) / len(column) for column in columns)


def with_term(answers: Answers, term: Answers) -> Answers:
    """An answer of one output, and that of the term outside the mean added to it."""
    values, gradients = answers
    more_values, more_gradients = term
    return _sums(values, more_values), (_sums(gradients[0], more_gradients[0]),)


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
        values, gradients = total
        return _shares(values, len(batch)), tuple(_shares(row, len(batch)) for row in gradients)

    return means


def _added(total: Any, more: Any) -> Any:
    """The sum of two arrays, or of lists of numbers, or of lists of these."""
    if isinstance(more, list | tuple):
        return [_added(a, b) for a, b in zip(total, more, strict=True)]
    return total + more


def _shares(row: Iterable[Any], count: int) -> tuple[float, ...]:
    return tuple(float(x) / count for x in row)
