"""The derivatives of a recorded call, of first and of second order, as sweeps at other numbers.

The first order is a sweep over the graph of the function. The second is one over the graph of its
gradient, which is recorded when a Hessian, or its product with a vector, is first asked for.
"""

from collections.abc import Sequence
from functools import cached_property
from math import isfinite
from typing import NamedTuple, TypeAlias

from autograd.core.graph import below_all, recorded_partials
from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.derivatives import grad
from autograd.functions import total
from autograd.program.at_once import SweptOutputs, at_once
from autograd.program.compiling import check_marks
from autograd.program.errors import CompileError
from autograd.program.recordings import Recorded

Numbers: TypeAlias = Sequence[float]
Rows: TypeAlias = Sequence[Numbers]

NOT_FINITE = "a number was not finite"


class Orders:
    """The sweeps over a call of a function, by its first `size` numbers.

    They take those numbers, then the rest: the other numbers among the arguments, and the data of
    the Values there. Where a sweep has no answer, they give the reason instead, a text.
    """

    def __init__(self, call: Recorded, size: int) -> None:
        self._outputs = call.outputs
        self._by: list[Value] = call.numbers[:size]
        self._given = [*call.numbers[size:], *call.values]
        self._leaves = call.leaves
        self._recorded = [*map(peek, call.leaves)]
        self._first = self._laid_out(call.outputs, self._by)

    def is_same(self, other: "Orders") -> bool:
        """Whether another one, of a call alike, has the same graph; neither was swept yet."""
        mine, theirs = self._first, other._first
        return mine.swept.is_same(theirs.swept)

    @property
    def has_second(self) -> bool:
        """Whether the second order is there, or can be recorded: leaves are as they were.

        At a pole it cannot: another point may do.
        """
        if "_gradient" not in vars(self):
            return [*map(peek, self._leaves)] == self._recorded
        return not isinstance(self._gradient, str) or self._is_regular

    @property
    def _is_regular(self) -> bool:
        """Whether all local derivatives were finite where the call was recorded."""
        operations, _ = below_all(self._outputs)
        return all(isfinite(x) for node in operations for x in recorded_partials(node))

    def values(self, numbers: Numbers, rest: Numbers) -> Numbers | str:
        """The outputs."""
        found = self._swept(self._first, numbers, rest, with_gradients=False)
        return found[0] if found else NOT_FINITE

    def jacobian(self, numbers: Numbers, rest: Numbers) -> tuple[Numbers, Rows] | str:
        """The outputs, and a row of derivatives for each."""
        return self._swept(self._first, numbers, rest) or NOT_FINITE

    def hessian(self, numbers: Numbers, rest: Numbers) -> Rows | str:
        """The second derivatives of the first output."""
        if isinstance(self._second, str):
            return self._second
        found = self._swept(self._second, numbers, rest)
        return found[1][:-1] if found else NOT_FINITE

    def product(self, numbers: Numbers, rest: Numbers, vector: Numbers) -> Numbers | str:
        """The second derivatives of the first output times a vector."""
        if not numbers:
            return []
        if isinstance(self._along, str):
            return self._along
        found = self._swept(self._along, [*numbers, *vector], rest)
        return found[1][0][: len(numbers)] if found else NOT_FINITE

    @cached_property
    def _gradient(self) -> list[Value] | str:
        """The gradient of the first output as graphs, if these hold at other numbers."""
        gradient: list[Value] = grad(
            self._outputs[0], self._by, create_graph=True, allow_unused=True, allow_nonfinite=True
        )
        try:
            check_marks(below_all(gradient)[0])
        except CompileError as error:
            return str(error)
        return gradient

    @cached_property
    def _second(self) -> "_LaidOut | str":
        """The graph of the gradient, and of the output: outside its domain there is neither."""
        gradient = self._gradient
        if isinstance(gradient, str):
            return gradient
        return self._laid_out([*gradient, self._outputs[0]], self._by)

    @cached_property
    def _along(self) -> "_LaidOut | str":
        """The same of the derivative along a vector, which its last inputs are."""
        gradient = self._gradient
        if isinstance(gradient, str):
            return gradient
        vector = [Value(1.0) for _ in self._by]
        products = [x * slope for x, slope in zip(vector, gradient, strict=True)]
        along = total(products)
        return self._laid_out([along, self._outputs[0]], [*self._by, *vector])

    def _laid_out(self, outputs: Sequence[Value], inputs: Sequence[Value]) -> "_LaidOut":
        known = [*self._given, *self._leaves]
        _, leaves = below_all(outputs)
        others = {*inputs, *known}
        constants = [leaf for leaf in leaves if leaf not in others]
        swept = at_once(outputs, inputs, [*known, *constants])
        return _LaidOut(swept, [*map(peek, constants)])

    def _swept(
        self, graph: "_LaidOut", numbers: Numbers, rest: Numbers, *, with_gradients: bool = True
    ) -> tuple[Numbers, Rows] | None:
        """The outputs of a graph, and rows of derivatives; None if a number is not finite."""
        others = [*rest, *map(peek, self._leaves), *graph.constants]
        try:
            (values,), (rows,) = graph.swept.each([numbers], others, with_gradients)
        except (ArithmeticError, ValueError):
            return None
        return (values, rows) if _are_finite(values, *rows) else None


class _LaidOut(NamedTuple):
    """A graph laid out to be swept, and the numbers of its constants."""

    swept: SweptOutputs
    constants: list[float]


def _are_finite(*rows: Numbers) -> bool:
    """Whether all numbers are: if the sum of a row is, which is found at once, or one by one."""
    return all(isfinite(sum(row)) or all(map(isfinite, row)) for row in rows)
