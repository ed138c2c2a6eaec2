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
    """Give half the squared error of a prediction: `½·(prediction − target)²`.

    It is the document's loss of one sample, formula (4). For several outputs it is the sum over
    them.

    Arguments:

    - `prediction`: what the network gives for one sample: a Value or number, or a list or array of
      them.
    - `target`: what it should give: as many numbers or Values. Numbers become leaves labelled `y`,
      or `y_1`, `y_2`, … if there are several.

    Returns a Value labelled `loss`.

    Raises:

    - `ValueError` if there are not as many targets as predictions, or none.
    - `TypeError` if one of them is no number and no Value.

    >>> half_squared_error(Value(3.0), 1.0)
    Value(data=2.0, grad=0.0, label='loss')
    >>> half_squared_error([Value(3.0), Value(0.0)], [1.0, 1.0])
    Value(data=2.5, grad=0.0, label='loss')
    """
    return _of_each("half_squared_error", prediction, target)


def huber(prediction: Any, target: Any, delta: float = 1.0) -> Value:
    """Give Huber's loss: half the squared error near the target, a straight line far from it.

    For the distance `d = prediction − target` it is `½·d²` where `|d| ≤ delta`, and `delta·(|d| −
    ½·delta)` beyond. So the slope by a prediction lies between `-delta` and `delta`, and outliers
    pull no harder than that (Huber, 1964). For several outputs it is the sum over them.

    Arguments:

    - `prediction`: a Value or number, or a list or array of them, one for each output.
    - `target`: as many numbers or Values. Numbers become leaves labelled `y`, or `y_1`, `y_2`, … if
      there are several.
    - `delta`: the distance at which the line begins, a positive number; 1.0 by default.

    Returns a Value labelled `loss`.

    Raises:

    - `ValueError` if there are not as many targets as predictions, or none, or if `delta` is not
      finite and above 0.
    - `TypeError` if one of them is no number and no Value.

    >>> for d in (0.5, 1.0, 3.0):
    ...     w = Value(d)
    ...     loss = huber(w, 0.0)
    ...     loss.backward()
    ...     print(f"d = {d}: loss {loss.data}, slope {w.grad}")
    d = 0.5: loss 0.125, slope 0.5
    d = 1.0: loss 0.5, slope 1.0
    d = 3.0: loss 2.5, slope 1.0
    """
    threshold = number(delta, "delta is")
    if not 0.0 < threshold < inf:
        raise ValueError(f"delta is a finite number above 0, got {threshold!r}")
    return _of_each("huber", prediction, target, threshold)


def binary_cross_entropy(logit: Any, target: Any) -> Value:
    """Give the cross entropy of a yes-or-no answer: `−y·log p − (1 − y)·log(1 − p)`.

    Here y is the target, and p = σ(logit) is the predicted probability of yes. The function takes
    the logit and not p. So the loss, and its gradient by the logit, σ(logit) − y, keep all their
    digits where p is nearly 0 or 1. For several outputs it is the sum over them.

    Arguments:

    - `logit`: a Value or number, or a list or array of them, one for each output: the score before
      the sigmoid.
    - `target`: as many numbers or Values from 0 to 1. Numbers become leaves labelled `y`, or `y_1`,
      `y_2`, … if there are several.

    Returns a Value labelled `loss`.

    Raises:

    - `DomainError`, which is a `ValueError`, if a target is not from 0 to 1.
    - `ValueError` if there are not as many targets as logits, or none.
    - `TypeError` if one of them is no number and no Value.

    >>> binary_cross_entropy(Value(2.0), 1.0)
    Value(data=0.1269280110429725, grad=0.0, label='loss')
    >>> binary_cross_entropy(Value(50.0), 1.0).data  # by log(sigmoid(50.0)) it would be 0.0
    1.9287498479639178e-22
    """
    return _of_each("binary_cross_entropy", logit, target)


def cross_entropy(logits: Any, label: Any) -> Value:
    """Give the cross entropy of a classifier: `−log softmax(logits)[label]`.

    It takes the scores before softmax, so that the loss of an answer that is right and certain
    keeps all its digits. It warns if the logits look like probabilities: results of operations,
    none of them negative, with the sum 1.

    Arguments:

    - `logits`: a score for each class, two or more: a list or array of Values or numbers.
    - `label`: the right class, a whole number from 0. It may be a Value, as `fit` passes it: then
      one graph serves all classes. Or a list of probabilities p, one for each class; then the loss
      is `−Σ p·log softmax(logits)`.

    Returns a Value labelled `loss`.

    Raises:

    - `TypeError` if `logits` is one number or Value, and if `label` is no number and no list of
      them.
    - `ValueError` if there are fewer than two logits, if `label` is not one of the classes, and if
      there are not as many probabilities as logits, or one is negative, or their sum is off 1 by
      more than 0.000001.

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
    """Give the mean squared error over a batch: `(1/n)·Σ(prediction − target)²`.

    It is twice the mean of `half_squared_error`.

    Arguments:

    - `predictions`: n Values or numbers, in a list or array.
    - `targets`: n numbers or Values, in the same order.

    Returns a Value labelled `loss`.

    Raises:

    - `ValueError` if there are not as many targets as predictions, or none.
    - `TypeError` if one of them is no number and no Value.

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
    if not predictions:
        raise ValueError(f"{row} takes at least one prediction, got {told(prediction)}")
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
