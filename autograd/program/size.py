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
    def of(cls, operations: Sequence[Value], parameters: int, inputs: int) -> "Size":
        """The size of a program by its operations, and how many leaves it has."""
        operands = operators = choices = lines = 0
        for row, times in Counter(node.op for node in operations).items():
            operands += times * len(row.operands)
            operators += times * _operators(row)
            choices += times * _choices(row)
            lines += times * (2 + len(row.computed.steps))
        # A mean for the loss and for each parameter, added up and divided.
        operators += 2 * parameters + 2
        lines += 2 * parameters + 2
        return cls(len(operations), operands, operators, choices, lines, parameters, inputs)

    def __str__(self) -> str:
        return f"{self.operations:,} operations on {self.operands:,} operands"


@lru_cache(256)
def _operators(row: Row) -> int:
    """The signs in what is computed of a row; each partial is multiplied and added up."""
    return sum(sum(map(text.count, "-+*/(")) for text in _texts(row)) + 2 * len(row.partials)


@lru_cache(256)
def _choices(row: Row) -> int:
    return sum(text.count(" if ") for text in _texts(row))


def _texts(row: Row) -> list[str]:
    computed = row.computed
    return [computed.primal, *computed.partials, *(text for _, text in computed.steps)]
