"""Losses: how far predictions are from targets, as a Value to differentiate."""

import warnings
from collections.abc import Iterable, Sequence
from math import fsum, inf
from typing import Any

from autograd import functions
from autograd.core.diagnosis import told
from autograd.core.numbers import NOT_ORDERED, as_float, as_list, number
from autograd.core.rows import LEAF, ROWS
from autograd.core.tracking import peek
from autograd.core.value import Number, Value, record
from autograd.functions import affine, detach, exp, expm1, log1p, mean, total
from autograd.lookups import lookup, one_hot
from autograd.nn.parameter import labelled, named_leaves
from autograd.probabilities import log_softmax

SOFTMAX = 1e-12  # what its results miss a sum of 1 by, at most
ROUNDED = 1e-6  # what probabilities miss a sum of 1 by, if they were computed in 32 bits


def half_squared_error(prediction: Any, target: Any) -> Value:
    """½(prediction − target)², the document's loss of one sample (4).

    Of several outputs, a list of predictions and one of targets, it is the sum of e_1, e_2, ….
    Numbers as targets become leaves `y`, or `y_1 y_2 …`. Raises ValueError if there are not as
    many as predictions.

    >>> half_squared_error(Value(3.0), 1.0)
    Value(data=2.0, grad=0.0, label='loss')
    """
    return _of_each("half_squared_error", prediction, target)


def huber(prediction: Any, target: Any, delta: float = 1.0) -> Value:
    """½d² of a distance d = prediction − target up to `delta`, from there on a line: δ(|d| − ½δ).

    So no outlier pulls by more than δ (Huber, 1964). Lists, leaves and errors are as for
    `half_squared_error`; ValueError too for a delta that is not positive.

    >>> huber(Value(3.0), 0.0), huber(Value(0.5), 0.0)
    (Value(data=2.5, grad=0.0, label='loss'), Value(data=0.125, grad=0.0, label='loss'))
    """
    threshold = number(delta, "delta is")
    if not 0.0 < threshold < inf:
        raise ValueError(f"delta is a finite number above 0, got {threshold!r}")
    return _of_each("huber", prediction, target, threshold)


def binary_cross_entropy(logit: Any, target: Any) -> Value:
    """−y·log p − (1 − y)·log(1 − p) of the probability p = σ(logit), for a target y in [0, 1].

    It takes the logit, not p: so it has all digits where p is nearly 0 or 1, and its gradient by
    the logit, σ(logit) − y, too. Lists, leaves and errors are as for `half_squared_error`;
    DomainError, a ValueError, for a target outside [0, 1].

    >>> binary_cross_entropy(Value(2.0), 1.0)
    Value(data=0.1269280110429725, grad=0.0, label='loss')
    >>> binary_cross_entropy(Value(50.0), 1.0).data
    1.9287498479639178e-22
    """
    return _of_each("binary_cross_entropy", logit, target)


def cross_entropy(logits: Any, label: Any) -> Value:
    """−log softmax(logits)[label], the loss of a classifier.

    `logits` are a list of Values or numbers, a score for each class: with no softmax before, so
    that the loss of an answer that is right and certain has all its digits. `label` is the class, a
    whole number from 0 on; a Value too, as `fit` passes it, so that one graph serves all classes.
    Or it is a list of probabilities p, one for each class, for −Σ p·log softmax(logits).

    Raises TypeError for one logit alone, ValueError for a label that is no class, and for other
    than as many probabilities as logits, from 0 on, with a sum of 1 to 6 digits.

    >>> cross_entropy([Value(2.0), Value(0.0)], 0)
    Value(data=0.1269280110429725, grad=0.0, label='loss')
    >>> cross_entropy([Value(2.0), Value(0.0)], [0.5, 0.5])
    Value(data=1.1269280110429727, grad=0.0, label='loss')
    """
    if isinstance(logits, Value) or not isinstance(logits, Iterable):
        one = "for one logit there is binary_cross_entropy"
        needs = "cross_entropy takes a list of logits, one for each class"
        raise TypeError(f"{needs}; {one}; got {told(logits)}")
    scores = named_leaves(logits, name="z")
    if len(scores) < 2:
        raise ValueError(
            f"cross_entropy takes a logit for each of several classes, got {told(logits)}"
        )
    _warn_of_softmax(scores)
    if _is_sequence(label):
        return labelled(-total(_shared(label, log_softmax(scores))), "loss")
    _check_class(label, len(scores))
    return labelled(_lack(scores, label), "loss")


def mean_squared_error(
    predictions: Sequence[Value | Number], targets: Sequence[Value | Number]
) -> Value:
    """(1/n)·Σ(prediction − target)² over a batch, without the ½ of a sample.

    Raises ValueError if the lengths differ.

    >>> mean_squared_error([Value(3.0), Value(1.0)], [1.0, 1.0])
    Value(data=2.0, grad=0.0, label='loss')
    """
    zs = named_leaves(predictions, name="z")
    ys = named_leaves(targets, len(zs), "y")
    squares = [(z - y) ** 2 for z, y in zip(zs, ys, strict=True)]
    return labelled(mean(squares), "loss")


def _of_each(row: str, prediction: Any, target: Any, *constants: float) -> Value:
    """The loss by a row of one output; of several, the sum of e_1, e_2, …."""
    predictions = named_leaves(prediction, name="z")
    if len(predictions) > 1 and not _is_sequence(target):
        needs = f"{len(predictions)} predictions need as many values for y"
        raise ValueError(f"{needs}, got 1: for the label of a class there is cross_entropy")
    targets = named_leaves(target, len(predictions), "y")
    errors = []
    for j, (z, y) in enumerate(zip(predictions, targets, strict=True), start=1):
        errors.append(labelled(record(ROWS[row], z, y, *constants), f"e_{j}"))
    return labelled(errors[0] if len(errors) == 1 else total(errors), "loss")


def _is_sequence(x: Any) -> bool:
    return isinstance(x, Iterable) and not isinstance(x, NOT_ORDERED) and getattr(x, "ndim", 1) > 0


def _warn_of_softmax(scores: Sequence[Value]) -> None:
    """Say so if results look like probabilities, of which softmax would be taken once more."""
    numbers = [peek(score) for score in scores]
    are_made = all(score.op is not LEAF for score in scores)
    if are_made and min(numbers) >= 0.0 and abs(fsum(numbers) - 1.0) < SOFTMAX:
        what = "these logits add up to 1, as probabilities do, and cross_entropy takes softmax"
        warnings.warn(f"{what} itself: give it the scores before softmax", stacklevel=3)


def _check_class(label: Any, count: int) -> None:
    """Raise TypeError or ValueError for a label that is none of so many classes."""
    x = as_float(peek(label) if isinstance(label, Value) else label)
    if x is None:
        needs = f"a label is a whole number, or a list of {count} probabilities"
        raise TypeError(f"{needs}, got {told(label)}")
    if not 0 <= x < count or x % 1:
        classes = f"none of the {count} classes, which are 0 … {count - 1}"
        raise ValueError(f"label {x:g} is {classes}")


def _lack(scores: Sequence[Value], label: Any) -> Value:
    """−log softmax at a label, as log(1 + Σ exp(z − own)) over the scores of all other classes.

    In differences nothing is lost that is common to all; and no exponential overflows, as they are
    divided by that of the top, the largest of them and of 0. Nothing flows to the top, by which
    neither the loss nor its slopes change.
    """
    if isinstance(label, Value):
        own = lookup(scores, label)
        others = scores
    else:
        own = scores[int(label)]
        others = [*scores[: int(label)], *scores[int(label) + 1 :]]
    above = [z - own for z in others]
    top = detach(functions.max(0.0, *above))
    powers = [exp(z - top) for z in above]
    without_one = expm1(-top)
    if isinstance(label, Value):
        are_others = [1.0 - is_own for is_own in one_hot(label, len(scores))]
        rest = affine(powers, are_others, without_one)
    else:
        rest = total([*powers, without_one])
    found: Value = top + log1p(rest)
    return found


def _shared(probabilities: Any, logarithms: Sequence[Value]) -> list[Value]:
    """Each class's logarithm times the probability of the class."""
    given = as_list(probabilities)
    count = len(logarithms)
    if len(given) != count:
        needs = f"a label is a whole number, or a probability for each of the {count} classes"
        raise ValueError(f"{needs}, got {told(probabilities)}")
    shares = named_leaves(given, name="y")
    sizes = [peek(share) for share in shares]
    if not min(sizes) >= 0.0 or not abs(fsum(sizes) - 1.0) <= ROUNDED:
        raise ValueError(f"probabilities are from 0 on, and add up to 1, got {sizes}")
    terms = []
    for before, share, logarithm in zip(given, shares, logarithms, strict=True):
        # Of 0 times the -inf of a class that is masked there would be a NaN.
        if isinstance(before, Value) or peek(share) > 0.0:
            terms.append(share * logarithm)
    return terms
