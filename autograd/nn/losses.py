"""Losses: how far predictions are from targets, as a Value to differentiate."""

from collections.abc import Sequence
from typing import Any

from autograd.core.rows import ROWS
from autograd.core.value import Number, Value, record
from autograd.functions import mean, total
from autograd.nn.parameter import labelled, named_leaves


def half_squared_error(prediction: Any, target: Any) -> Value:
    """½(prediction − target)², the document's loss of one sample (4).

    Of several outputs, a list of predictions and one of targets, it is the sum of e_1, e_2, ….
    Numbers as targets become leaves `y`, or `y_1 y_2 …`. Raises ValueError if there are not as
    many as predictions.

    >>> half_squared_error(Value(3.0), 1.0)
    Value(data=2.0, grad=0.0, label='loss')
    """
    predictions = named_leaves(prediction, name="z")
    targets = named_leaves(target, len(predictions), "y")
    errors = []
    for j, (z, y) in enumerate(zip(predictions, targets, strict=True), start=1):
        errors.append(labelled(record(ROWS["half_squared_error"], z, y), f"e_{j}"))
    return labelled(errors[0] if len(errors) == 1 else total(errors), "loss")


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
