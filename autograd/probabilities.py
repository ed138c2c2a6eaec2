"""Probabilities out of scores, and their logarithms: right in every tail, derivatives too.

A probability is not an exponential over a sum of them: of 1 - 10⁻²⁰ that would be 1, and what
learns from it 0. Each score is held against all others together, two against each other:
p = σ(a - L), where L is the log-sum-exp of the others, has all digits of p and of 1 - p, and so
have log p = -softplus(L - a), and the slopes of both.

Of three scores or more a log-sum-exp would lose what is smaller than the last digit of the scores:
of 10¹⁶ + log 10 it keeps 10¹⁶ + 2. So all are first moved by the largest of them, m, which changes
neither p nor log p. Nothing flows to m, as the slopes by it add up to 0.

A score of -∞ is a mask: its probability is 0, and nothing flows to it. One score of ∞ takes all.
"""

import math
import sys
from collections.abc import Iterable
from typing import Any, NamedTuple, overload

from autograd import functions
from autograd.core.numbers import as_list, number
from autograd.core.value import Operand, Scalar, Value
from autograd.functions import logaddexp, sigmoid, softplus

__all__ = ["log_softmax", "logsumexp", "softmax"]

_LARGEST = sys.float_info.max
_MANY = 3  # scores that are moved: two are held against each other as they are


@overload
def logsumexp(scores: Iterable[Scalar]) -> Scalar: ...
@overload
def logsumexp(scores: Iterable[Operand]) -> Any: ...
def logsumexp(scores: Iterable[Any]) -> Any:
    """Return the logarithm of the sum of the exponentials of some scores.

    It neither overflows nor underflows. Its derivatives are the `softmax` of the scores, with all
    digits however large the scores are.

    Arguments:

    - `scores`: a list, tuple, array or other iterable of Values and numbers. A score of -inf adds
      nothing.

    Returns a Value if one of `scores` is one, else a float: -inf if all scores are -inf, and inf if
    one is inf.

    Raises:

    - `ValueError` if there are no scores.
    - `TypeError` for a score that is no number.

    >>> a, b = Value(1000.0), Value(1000.0)
    >>> out = logsumexp([a, b])
    >>> out.backward()
    >>> round(out.data, 6), a.grad, b.grad
    (1000.693147, 0.5, 0.5)
    """
    taken = _taken(scores, "logsumexp")
    if len(taken) < _MANY:
        return _tree(taken).together
    top = _top(taken)
    return top + _tree(_below(taken, top)).together


@overload
def softmax(scores: Iterable[Scalar]) -> list[Scalar]: ...
@overload
def softmax(scores: Iterable[Operand]) -> list[Any]: ...
def softmax(scores: Iterable[Any]) -> list[Any]:
    """Return the probability of each class, out of a score for each.

    The probabilities add up to 1, and a number that is added to all scores changes nothing. No
    digits are lost: neither of a probability of 1e-300 nor of its derivatives.

    Arguments:

    - `scores`: a list, tuple, array or other iterable of n Values and numbers. A score of -inf is a
      mask: its probability is 0, and nothing flows to it. A score of inf has the probability 1.

    Returns a list of n probabilities: Values if one of `scores` is a Value, else floats. They are
    NaN if all scores are -inf, or if two are inf.

    Raises:

    - `ValueError` if there are no scores.
    - `TypeError` for a score that is no number.

    >>> import math
    >>> [round(p.data, 3) for p in softmax([Value(0.0), Value(1.0), Value(-math.inf)])]
    [0.269, 0.731, 0.0]
    """
    moved = _moved(_taken(scores, "softmax"))
    return [sigmoid(a - others) for a, others in zip(moved, _without_each(moved), strict=True)]


@overload
def log_softmax(scores: Iterable[Scalar]) -> list[Scalar]: ...
@overload
def log_softmax(scores: Iterable[Operand]) -> list[Any]: ...
def log_softmax(scores: Iterable[Any]) -> list[Any]:
    """Return the logarithm of the probability of each class, out of a score for each.

    It is the logarithm of `softmax`, without loss of digits. `-log_softmax(scores)[target]` is the
    cross-entropy, the usual loss of a classifier.

    Arguments:

    - `scores`: a list, tuple, array or other iterable of n Values and numbers. A score of -inf is a
      mask: its probability is 0, and nothing flows to it. A score of inf has the probability 1.

    Returns a list of n logarithms: Values if one of `scores` is a Value, else floats.

    Raises:

    - `ValueError` if there are no scores.
    - `TypeError` for a score that is no number.

    >>> likely, unlikely = log_softmax([Value(50.0), Value(0.0)])
    >>> print(f"{likely.data:.6g} {unlikely.data:.6g}")
    -1.92875e-22 -50
    """
    moved = _moved(_taken(scores, "log_softmax"))
    return [-softplus(others - a) for a, others in zip(moved, _without_each(moved), strict=True)]


def _taken(scores: Iterable[Any], function: str) -> list[Any]:
    """Scores as Values and floats."""
    taken = [x if isinstance(x, Value) else number(x, f"{function} takes") for x in as_list(scores)]
    if not taken:
        raise ValueError(f"the {function} of no scores is not defined")
    return taken


def _moved(scores: list[Any]) -> list[Any]:
    """Scores whose differences have the digits that those of the given ones have."""
    return scores if len(scores) < _MANY else _below(scores, _top(scores))


def _top(scores: list[Any]) -> Any:
    """The largest score, to which nothing flows: a finite number, as ∞ - ∞ would be NaN."""
    return functions.detach(functions.min(_LARGEST, functions.max(-_LARGEST, *scores)))


def _below(scores: list[Any], top: Any) -> list[Any]:
    """How far each score lies from the top."""
    return [a - top for a in scores]


class _Tree(NamedTuple):
    """Some scores together, as their log-sum-exp; of more than one, the two halves of them."""

    together: Any
    halves: tuple["_Tree", ...] = ()


def _tree(scores: list[Any]) -> _Tree:
    if len(scores) == 1:
        return _Tree(scores[0])
    middle = len(scores) // 2
    left = _tree(scores[:middle])
    right = _tree(scores[middle:])
    return _Tree(logaddexp(left.together, right.together), (left, right))


def _without_each(scores: list[Any]) -> list[Any]:
    """For each score all others together: in three operations a score, down the tree."""
    tree = _tree(scores)
    if not tree.halves:
        return [-math.inf]
    left, right = tree.halves
    return [*_others(left, right.together), *_others(right, left.together)]


def _others(tree: _Tree, outside: Any) -> list[Any]:
    """The same in a part of the tree, with all that is `outside` it together."""
    if not tree.halves:
        return [outside]
    left, right = tree.halves
    beside_left = logaddexp(outside, right.together)
    beside_right = logaddexp(outside, left.together)
    return [*_others(left, beside_left), *_others(right, beside_right)]
