"""What computes some outputs and their derivatives after the shortest wait.

C takes a microsecond an operation to lay out a graph, a text in Python 25, and numba seconds before
its first sweep. So it is C where that is built, and the text without it, as long as that is short.
"""

from collections.abc import Iterable, Sequence
from contextlib import suppress
from functools import cached_property
from typing import Any, Protocol

from autograd.core.define import define
from autograd.core.native.loading import native
from autograd.core.rows import CONSTANTS, FUNCTIONS, LEAF
from autograd.core.value import Value
from autograd.program.source import Source
from autograd.program.taped import HAS_NUMBA, OwnRowError, taped, taped_in_c

MOST_OPERATIONS = 20_000  # in a text: half a second to compile; beyond it numba is worth its wait


class SweptOutputs(Protocol):
    """Outputs and their derivatives by inputs, at any numbers."""

    def each(self, samples: Any, leaves: Any, with_gradients: bool = True) -> tuple[Any, Any]:
        """values[sample][output], and gradients[sample][output] by the inputs.

        Without gradients their lists are empty. Raises ValueError or ArithmeticError where a number
        is not finite, or is for Python to compute.
        """

    def is_same(self, other: Any) -> bool:
        """Whether another one that was not swept yet has the same graph and constants."""


def at_once(
    outputs: Sequence[Value], inputs: Sequence[Value], constants: Sequence[Value]
) -> SweptOutputs:
    """Lay out the graph of some outputs; the two lists hold all leaves below them."""
    if native:
        with suppress(OwnRowError):
            return taped_in_c(outputs, inputs, [], constants)
    text = Text(outputs, inputs, constants)
    is_long = len(text.source.operations) > MOST_OPERATIONS
    return taped(outputs, inputs, [], constants) if is_long and HAS_NUMBA else text


class Text:
    """The outputs as a text in Python, and as another one without derivatives."""

    def __init__(
        self, outputs: Sequence[Value], inputs: Sequence[Value], constants: Sequence[Value]
    ) -> None:
        self.source = Source([*_computed(outputs)], inputs, [], by=inputs, is_several=True)
        self._outputs = len(outputs)
        self._by = len(inputs)
        place = {leaf: i for i, leaf in enumerate(constants)}
        self._places = [place[leaf] for leaf in self.source.leaves]

    def each(self, samples: Any, leaves: Any, with_gradients: bool = True) -> tuple[Any, Any]:
        numbers = [leaves[place] for place in self._places]
        outputs = range(self._outputs)
        values = [[0.0 for _ in outputs] for _ in samples]
        gradients = [[[0.0] * self._by for _ in outputs] for _ in samples]
        fill = self._with_gradients if with_gradients else self._forward
        fill(samples, numbers, values, gradients)
        return values, gradients

    def is_same(self, other: "Text") -> bool:
        reads_the_same = self._places == other._places
        return reads_the_same and self.source.one_sample() == other.source.one_sample()

    @cached_property
    def _with_gradients(self) -> Any:
        return _run(self.source)

    @cached_property
    def _forward(self) -> Any:
        return _run(self.source.differentiated_by([]))


def _computed(outputs: Iterable[Value]) -> Iterable[Value]:
    """The outputs, those that are leaves or there twice computed from them, to the bit."""
    seen: set[Value] = set()
    for output in outputs:
        is_own = output.op is not LEAF and output not in seen
        seen.add(output)
        yield output if is_own else output * 1.0


def _run(source: Source) -> Any:
    return define("program", source.each_sample(), {**FUNCTIONS, **CONSTANTS})
