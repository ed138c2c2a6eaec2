"""Programs of which each sample has one, as where samples differ in length."""

from collections.abc import Callable, Sequence
from itertools import zip_longest
from typing import Any

from autograd.core.value import Value
from autograd.program.answers import Answer, mean_answer, mean_of_each, sum_of_both


class Several:
    """Programs of one output and of the same parameters, and which of them is each sample's.

    `which` is the place among `programs` of each sample's own, and `rows` are its inputs. `term`
    is a program without inputs, to be added to their mean.
    """

    def __init__(
        self,
        programs: Sequence[Any],
        rows: Sequence[Sequence[float]],
        which: Sequence[int],
        term: Any = None,
    ) -> None:
        self.programs = programs
        self.rows = rows
        self.which = which
        self.term = term
        self.parameters: list[Value] = programs[0].parameters
        everything = [*programs] if term is None else [*programs, term]
        self.outputs = [program.loss for program in everything]
        # Each once, as several programs may have one: a place has one number.
        constants = dict.fromkeys(leaf for program in everything for leaf in program.constants)
        self.constants = list(constants)
        self.leaves = [*self.parameters, *self.constants]

    @property
    def columns(self) -> list[list[Value]]:
        """The leaves that stand at each place of a row, one of each program that is so long."""
        by_place = zip_longest(*(program.inputs for program in self.programs))
        return [[leaf for leaf in column if leaf is not None] for column in by_place]

    def rows_alike(self) -> list[list[float]]:
        """The rows, with zeros behind those that are shorter."""
        width = len(self.columns)
        return [[*row, *[0.0] * (width - len(row))] for row in self.rows]

    def run_by(self, stored: Callable[[Any], Any]) -> Callable[[Any, Any, Any], tuple[float, Any]]:
        """What gives the mean loss and gradients of a batch, added from the left as any engine.

        `stored` makes of numbers what the programs take, and what gradients are given as.
        """
        place = {leaf: i for i, leaf in enumerate(self.leaves)}

        def answer(program: Any, row: Sequence[float], leaves: Any) -> tuple[float, Any]:
            own = leaves
            if self.constants:
                own = stored([leaves[place[leaf]] for leaf in program.leaves])
            loss, gradients = program.run(stored([row]), stored([0]), own)
            return loss, stored(gradients)

        def run(samples: Any, batch: Any, leaves: Any) -> tuple[float, Any]:
            own = [(self.programs[self.which[i]], self.rows[i]) for i in batch]
            mean = mean_of_each([answer(program, row, leaves) for program, row in own])
            if self.term is None:
                return mean
            return sum_of_both(mean, answer(self.term, [], leaves))

        return run

    def mean(self, samples: Sequence[int]) -> Answer:
        """The mean over some samples, by their places; exact, as a program's is."""
        if len(self.programs) == 1:
            alone: Answer = self.programs[0].mean([self.rows[i] for i in samples])
            return alone
        own = [(self.programs[self.which[i]], self.rows[i]) for i in samples]
        mean = mean_answer([program.mean([row]) for program, row in own])
        if self.term is None:
            return mean
        loss, gradients = sum_of_both(mean, self.term.mean([[]]))
        return loss, tuple(gradients)
