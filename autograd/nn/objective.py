"""What training makes small: the loss of each sample, and a term outside their mean."""

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager, suppress
from functools import cached_property
from typing import Any, TypeAlias

from autograd.core.numbers import number
from autograd.core.rows import LEAF
from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.derivatives import gradients
from autograd.nn.samples import Example, Kind, Known, given
from autograd.program.answers import Answer, Answers, mean_answer, with_term
from autograd.program.surroundings import Surroundings

Loss: TypeAlias = Callable[[Any, Any], Any]
Plus: TypeAlias = Callable[[Any], Value]


class Objective:
    """How the loss of a sample is recorded, and the term outside the mean.

    `net` is called on a sample, `loss` on its prediction and the target, `plus` on the network;
    `examples` are to be trained on. `surroundings` are what all draw from and count in.
    Raises TypeError for other things.
    """

    def __init__(
        self, net: Any, examples: Sequence[Example], loss: Loss, plus: Plus | None
    ) -> None:
        if isinstance(net, type) or not callable(net) or not hasattr(net, "parameters"):
            has = "is called on a sample and has parameters()"
            raise TypeError(f"a network {has}, got {net!r:.80}")
        if not callable(loss):
            raise TypeError(f"a loss is called on a prediction and a target, got {loss!r:.80}")
        if plus is not None and not callable(plus):
            raise TypeError(f"plus is called on the network, got {plus!r:.80}")
        self.net = net
        self.examples = examples
        self.loss = loss
        self.plus = plus
        self.surroundings = Surroundings(net, loss, plus)

    def record(self, example: Example, kind: Kind) -> tuple[Value, list[Value]]:
        """The loss of one sample, and the leaves of its numbers that its kind leaves open.

        A loss that is a number, as of `max(0, …)`, is a leaf. Raises TypeError for anything else.
        """
        x, y = kind.leaves(example)
        with _named_in_errors(example):
            return self._loss(self._prediction(x, kind), y), given((*x, *y))

    def predict(self, example: Example, kind: Kind) -> Any:
        """What the network gives for one sample."""
        x, _ = kind.leaves(example)
        with _named_in_errors(example):
            return self._prediction(x, kind)

    def record_loss(self, prediction: Any, example: Example) -> Value:
        """The loss of a prediction, with a sample's target as the loss wants it."""
        _, y = self._kind_recorded_eagerly(example).leaves(example)
        with _named_in_errors(example):
            return self._loss(prediction, y)

    def _prediction(self, x: list[Any], kind: Kind) -> Any:
        return self.net(x[0] if kind.is_one_number else x)

    def _loss(self, prediction: Any, y: list[Any]) -> Value:
        loss = self.loss(prediction, y if len(y) > 1 else y[0])
        return loss if isinstance(loss, Value) else _number_as_loss(loss)

    def record_eagerly(self, example: Example) -> Value:
        """The loss of one sample with targets as the loss wants them: as numbers if it takes them.

        Otherwise it differentiates by them, say.
        """
        return self.record(example, self._kind_recorded_eagerly(example))[0]

    def _kind_recorded_eagerly(self, example: Example) -> Kind:
        return Kind.of(example, Known.TARGETS if self.takes_numbers else Known.NOTHING)

    def record_term(self) -> Value:
        """The term outside the mean. Raises TypeError if it is not made of Values."""
        assert self.plus is not None
        term = self.plus(self.net)
        if not isinstance(term, Value) or term.op is LEAF:
            made = "a Value made of its parameters by operations"
            raise TypeError(f"plus gives for the network {made}, got {term!r:.80}")
        return term

    def mean_loss(self, samples: Sequence[Example]) -> float:
        """The mean loss of some samples, without the term, each graph recorded anew."""
        losses = [peek(self.record_eagerly(example)) for example in samples]
        return sum(losses) / len(losses)

    def mean(self, samples: Sequence[Example], parameters: Sequence[Value]) -> Answer:
        """The mean over samples with the term, and the derivatives, each graph recorded anew."""
        answers = []
        for example in samples:
            loss = self.record_eagerly(example)
            answers.append((peek(loss), gradients(loss, parameters)))
        mean = mean_answer(answers)
        if self.plus is None:
            return mean
        term = self.record_term()
        found = Answers((peek(term),), (gradients(term, parameters),))
        total = with_term(Answers((mean[0],), (mean[1],)), found)
        return total.values[0], total.gradients[0]

    @cached_property
    def takes_numbers(self) -> bool:
        """Whether the loss does without targets that are Values."""
        first = self.examples[0]
        with self.surroundings.restored(), suppress(ArithmeticError, ValueError):
            try:
                self.record(first, Kind.of(first, Known.TARGETS))
            except (AttributeError, TypeError):
                return False
        return True


def _number_as_loss(loss: Any) -> Value:
    try:
        return Value(number(loss))
    except TypeError:
        got = f"{type(loss).__name__}: {loss!r:.80}"
        raise TypeError(f"the loss of a sample is one Value, got {got}") from None


@contextmanager
def _named_in_errors(example: Example) -> Iterator[None]:
    """Say of which sample an error is that is one of a wrong length, label, or index."""
    try:
        yield
    except (IndexError, TypeError, ValueError) as error:
        if type(error) not in (IndexError, TypeError, ValueError):
            raise
        raise type(error)(f"{error}; that was at {example.name}") from error
