"""The samples of a training: rows of numbers, out of whatever people have them in."""

from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, TypeAlias

from autograd.core.numbers import NOT_ORDERED, as_list, number
from autograd.core.tracking import peek
from autograd.core.value import Number, Value
from autograd.derivatives import gradients
from autograd.nn.parameter import distinct, named_leaves
from autograd.program.reach import is_ours
from autograd.program.surroundings import Surroundings

Sample: TypeAlias = Number | Sequence[Number]
Loss: TypeAlias = Callable[[Any, Any], Any]

# How a loss is found that takes a target for a number: by so many targets, of the first samples.
TRIED = 10
LOOKED_AT = 100


class Samples:
    """Samples as rows of numbers, inputs then targets, and how the loss of one is recorded.

    `surroundings` are what network and loss draw from and count in when they are.
    Raises TypeError for what holds no numbers, ValueError for what does not fit together.
    """

    def __init__(self, net: Any, xs: Iterable[Sample], ys: Iterable[Sample], loss: Loss) -> None:
        if isinstance(net, type) or not callable(net) or not hasattr(net, "parameters"):
            has = "is called on a sample and has parameters()"
            raise TypeError(f"a network {has}, got {net!r:.80}")
        if not callable(loss):
            raise TypeError(f"a loss is called on a prediction and a target, got {loss!r:.80}")
        self.net = net
        self.loss = loss
        self.surroundings = Surroundings(net, loss)
        given = _items("xs", xs)
        self.is_one_number = bool(given) and not isinstance(given[0], Iterable)
        inputs = _rows("xs", given)
        targets = _rows("ys", _items("ys", ys))
        _check_fit(inputs, targets)
        self.width = len(inputs[0])
        self.rows = [x + y for x, y in zip(inputs, targets, strict=True)]

    def record(self, row: Sequence[float]) -> tuple[Value, list[Value]]:
        """The loss of one sample, and the leaves of its numbers.

        A loss that is a number, as of `max(0, …)`, is a leaf. Raises TypeError for anything else.
        """
        x = named_leaves(row[: self.width])
        y = named_leaves(row[self.width :], name="y")
        return self._loss(x, y), [*x, *y]

    def record_by_numbers(self, row: Sequence[float]) -> Value:
        """The same with the targets as plain numbers, of which a loss may ask anything."""
        x = named_leaves(row[: self.width])
        return self._loss(x, [float(y) for y in row[self.width :]])

    def _loss(self, x: list[Value], y: Sequence[Value | float]) -> Value:
        prediction = self.net(x[0] if self.is_one_number else x)
        loss = self.loss(prediction, y if len(y) > 1 else y[0])
        return loss if isinstance(loss, Value) else _number_as_loss(loss)

    def record_eagerly(self, row: Sequence[float]) -> Value:
        """The loss of one sample with targets as the loss wants them: as numbers if it takes them.

        Otherwise it differentiates by them, say.
        """
        return self.record_by_numbers(row) if self.takes_numbers else self.record(row)[0]

    @cached_property
    def takes_numbers(self) -> bool:
        """Whether the loss does without targets that are Values."""
        with self.surroundings.restored(), suppress(ArithmeticError, ValueError):
            try:
                self.record_by_numbers(self.rows[0])
            except (AttributeError, TypeError):
                return False
        return True

    def asks_for_numbers(self) -> bool:
        """Whether the loss is another one by targets as numbers, as by `if y in (0, 1)`."""
        if is_ours(self.loss) or not self.takes_numbers:
            return False
        of_each_target = {tuple(row[self.width :]): row for row in self.rows[:LOOKED_AT]}
        with self.surroundings.restored():
            return any(map(self._differs_by_numbers, [*of_each_target.values()][:TRIED]))

    def _differs_by_numbers(self, row: Sequence[float]) -> bool:
        with suppress(ArithmeticError, ValueError):
            by_values, _ = self.record(row)
            return self._answer(by_values) != self._answer(self.record_by_numbers(row))
        return False

    def _answer(self, loss: Value) -> tuple[float, ...]:
        return peek(loss), *gradients(loss, distinct(self.net.parameters()))


def _number_as_loss(loss: Any) -> Value:
    try:
        return Value(number(loss))
    except TypeError:
        got = f"{type(loss).__name__}: {loss!r:.80}"
        raise TypeError(f"the loss of a sample is one Value, got {got}") from None


def _items(name: str, samples: Any) -> list[Any]:
    """The samples one by one; tables of pandas row by row, generators to their end."""
    rows = samples.to_numpy() if hasattr(samples, "to_numpy") else samples
    has_order = isinstance(rows, Iterable) and not isinstance(rows, NOT_ORDERED)
    if not has_order or getattr(rows, "ndim", 1) == 0:
        got = f"{type(samples).__name__}: {samples!r:.80}"
        raise TypeError(f"{name} holds a number or a sequence for each sample, in order; got {got}")
    return list(rows)


def _rows(name: str, samples: Sequence[Any]) -> list[list[float]]:
    rows = []
    for i, sample in enumerate(samples):
        rows.append([number(item, f"{name}[{i}] holds") for item in as_list(sample)])
    return rows


def _check_fit(inputs: Sequence[Sequence[float]], targets: Sequence[Sequence[float]]) -> None:
    counts = f"{len(inputs)} samples and {len(targets)} targets"
    if len(inputs) != len(targets) or not inputs:
        raise ValueError(f"each sample has a target, got {counts}")
    for name, rows in (("samples", inputs), ("targets", targets)):
        lengths = {len(row) for row in rows}
        if len(lengths) > 1:
            raise ValueError(f"the {name} differ in length: {sorted(lengths)} numbers")
        if lengths == {0}:
            raise ValueError(f"the {name} are empty: each is a number, or at least one")
