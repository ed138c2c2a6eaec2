"""How much there is to do in a program, counted on its graph before any text is written."""

from collections import Counter
from collections.abc import Sequence
from functools import lru_cache
from typing import NamedTuple

from autograd.core.rows import Row
from autograd.core.value import Value


class Size(NamedTuple):
    """What estimates of time go by; operators, choices and lines are about those of the text."""

    operations: int
    operands: int
    operators: int
    choices: int
    lines: int
    parameters: int
    inputs: int

    @classmethod
    def of(
        cls,
        operations: Sequence[Value],
        parameters: int,
        inputs: int,
        *,
        is_differentiated: bool = True,
    ) -> "Size":
        """The size of a program by its operations, and how many leaves it has.

        One that is not differentiated computes no partials.
        """
        operands = operators = choices = lines = 0
        for row, times in Counter(node.op for node in operations).items():
            operands += times * len(row.operands)
            operators += times * _operators(row, is_differentiated)
            choices += times * _choices(row, is_differentiated)
            lines += times * (1 + is_differentiated + len(row.computed.steps))
        # A mean for the loss and for each parameter, added up and divided.
        operators += 2 * parameters + 2
        lines += 2 * parameters + 2
        return cls(len(operations), operands, operators, choices, lines, parameters, inputs)

    def __str__(self) -> str:
        return f"{self.operations:,} operations on {self.operands:,} operands"


@lru_cache(512)
def _operators(row: Row, is_differentiated: bool) -> int:
    """The signs in what is computed of a row; each partial is multiplied and added up."""
    flows = 2 * len(row.partials) if is_differentiated else 0
    return sum(sum(map(text.count, "-+*/(")) for text in _texts(row, is_differentiated)) + flows


@lru_cache(512)
def _choices(row: Row, is_differentiated: bool) -> int:
    return sum(text.count(" if ") for text in _texts(row, is_differentiated))


def _texts(row: Row, is_differentiated: bool) -> list[str]:
    computed = row.computed
    steps = [text for _, text in computed.steps]
    partials = computed.partials if is_differentiated else ()
    return [computed.primal, *partials, *steps]
