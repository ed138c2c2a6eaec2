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
from autograd.nn.parameter import distinct
from autograd.nn.samples import Example, Kind, Known, given
from autograd.program.answers import Answer, Answers, mean_answer, with_term
from autograd.program.reach import is_ours
from autograd.program.surroundings import Surroundings

Loss: TypeAlias = Callable[[Any, Any], Any]
Plus: TypeAlias = Callable[[Any], Value]

# How a loss is found that takes a target for a number: by so many targets, of the first samples.
TRIED = 10
LOOKED_AT = 100
MOST_LABELS = 100


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
            prediction = self.net(x[0] if kind.is_one_number else x)
            loss = self.loss(prediction, y if len(y) > 1 else y[0])
            made = loss if isinstance(loss, Value) else _number_as_loss(loss)
        return made, given((*x, *y))

    def record_eagerly(self, example: Example) -> Value:
        """The loss of one sample with targets as the loss wants them: as numbers if it takes them.

        Otherwise it differentiates by them, say.
        """
        known = Known.TARGETS if self.takes_numbers else Known.NOTHING
        return self.record(example, Kind.of(example, known))[0]

    def record_term(self) -> Value:
        """The term outside the mean. Raises TypeError if it is not made of Values."""
        assert self.plus is not None
        term = self.plus(self.net)
        if not isinstance(term, Value) or term.op is LEAF:
            made = "a Value made of its parameters by operations"
            raise TypeError(f"plus gives for the network {made}, got {term!r:.80}")
        return term

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

    def check_targets(self) -> None:
        """Raise what network and loss say of a target, such as a label that is no class.

        A sample of each target is recorded, of so many as labels may be.
        """
        of_each_target: dict[tuple[float, ...], Example] = {}
        for example in self.examples:
            of_each_target.setdefault(example.y, example)
        with self.surroundings.restored():
            for example in [*of_each_target.values()][:MOST_LABELS]:
                self.check(example)

    def check(self, example: Example) -> None:
        """Raise what network and loss say of a sample, but for a loss that has no number."""
        with suppress(ArithmeticError):
            self.record_eagerly(example)

    def asks_for_numbers(self) -> bool:
        """Whether the loss is another one by targets as numbers, as by `if y in (0, 1)`."""
        if is_ours(self.loss) or not self.takes_numbers:
            return False
        of_each_target = {example.y: example for example in self.examples[:LOOKED_AT]}
        with self.surroundings.restored():
            return any(map(self._differs_by_numbers, [*of_each_target.values()][:TRIED]))

    def _differs_by_numbers(self, example: Example) -> bool:
        with suppress(ArithmeticError, ValueError):
            by_values, by_numbers = (
                self._answer(self.record(example, Kind.of(example, known))[0])
                for known in (Known.NOTHING, Known.TARGETS)
            )
            return by_values != by_numbers
        return False

    def _answer(self, loss: Value) -> tuple[float, ...]:
        return peek(loss), *gradients(loss, distinct(self.net.parameters()))


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
