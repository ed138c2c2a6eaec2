"""A program on tapes: that of its outputs, and that of the term outside the mean."""

from collections.abc import Callable
from typing import Any

from autograd.program.answers import Answers, means_of, with_term
from autograd.program.taped import taped


class ProgramOnTape:
    """A program as tapes, and its means and results over samples.

    It differentiates by `program.by`: the parameters, nothing, or the inputs and then the
    parameters. `stored` makes of rows of numbers what the tapes take.
    """

    def __init__(self, program: Any, stored: Callable[[Any], Any]) -> None:
        self._is_several = program.is_several
        self._inputs = len(program.inputs)
        self._by = len(program.by)
        self._is_by_parameters = self._by == len(program.parameters) > 0
        self._first = 0 if self._by > len(program.parameters) else self._inputs
        leaves = (program.parameters, program.constants)
        self._outputs = taped(program.outputs, program.inputs, *leaves)
        self._term = None if program.term is None else taped([program.term], [], *leaves)
        self._means = means_of(self._each, stored)

    def means(self, samples: Any, batch: Any, leaves: Any) -> Any:
        """The means over samples[place] for place in batch."""
        if self._is_by_parameters and not self._is_several:
            loss, gradients = self._outputs.run(samples, batch, leaves)
            answers = Answers((loss,), (gradients,))
        else:
            answers = self._means(samples, batch, leaves)
        if self._term is not None:
            answers = with_term(answers, self._of_term(leaves))
        if self._is_several:
            return answers
        return answers.values[0], answers.gradients[0]

    def each(self, samples: Any, leaves: Any) -> tuple[Any, Any]:
        """The results of each sample, the term with them."""
        values, gradients = self._each(samples, leaves)
        if self._term is not None:
            term = self._of_term(leaves)
            _add_to_each(values, term.values)
            _add_to_each([rows[0] for rows in gradients], term.gradients[0])
        return values, gradients

    def _each(self, samples: Any, leaves: Any) -> tuple[Any, Any]:
        values, gradients = self._outputs.each(samples, leaves, self._by > 0)
        end = self._first + self._by
        if hasattr(values, "shape"):
            empty = values[:, :, None][:, :, :0]
            return values, gradients[:, :, self._first : end] if self._by else empty
        if not self._by:
            return values, [[[] for _ in row] for row in values]
        return values, [[row[self._first : end] for row in rows] for rows in gradients]

    def _of_term(self, leaves: Any) -> Answers:
        """The term and its derivatives, which are 0 by inputs."""
        assert self._term is not None
        values, gradients = self._term.each([[]], leaves, self._by > 0)
        row = [float(x) for x in gradients[0][0]] if self._by else []
        zeros = [0.0] * (self._by - len(row))
        return Answers((float(values[0][0]),), ((*zeros, *row),))


def _add_to_each(rows: Any, more: Any) -> None:
    for row in rows:
        for place, x in enumerate(more):
            row[place] += x
