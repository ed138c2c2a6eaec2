"""The graph below a node, run on balls: forward, and back to what is asked for."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager, suppress
from typing import Any, NamedTuple, TypeVar

from autograd.core.graph import below, depending_on
from autograd.core.rows import Row
from autograd.core.tracking import peek
from autograd.core.value import Value
from autograd.extras import extra
from autograd.proof.balls import EXACTLY_1, NOTHING, Way, arb, kinks

LONG = 10_000  # operations; a bar for fewer would be gone before it is seen

T = TypeVar("T")


class Run(NamedTuple):
    """What a run found by place: balls of values, of derivatives of the root, and of partials.

    The derivative is None where nothing flows; partials are by operation.
    """

    values: list[Any]
    adjoints: list[Any]
    partials: list[Sequence[Any]]

    def adjoint(self, place: int) -> Any:
        found = self.adjoints[place]
        return NOTHING if found is None else found


class Step(NamedTuple):
    """An operation: its row, and the places of its operands."""

    row: Row
    operands: list[int]


class Plan:
    """A graph by places: leaves, then the plain numbers in it, then operations in order.

    `wanted` are the Values by which there is a derivative, not all of them below the root.
    """

    def __init__(self, root: Value, wanted: Sequence[Value]) -> None:
        self.root = root
        self.operations, self.leaves = below(root)
        operands = (x for node in self.operations for x in node.operands)
        numbers = dict.fromkeys(x for x in operands if x.__class__ is float)
        self.known: list[Any] = [*self.leaves, *numbers]
        # A number is found by what it is, a Value by identity.
        self.places = {x: i for i, x in enumerate([*self.known, *self.operations])}
        self.steps = [
            Step(node.op, [self.places[x] for x in node.operands]) for node in self.operations
        ]
        needed = depending_on(wanted, self.operations)
        self._is_needed = [x in needed for x in self.places]

    def run(self, way: Way, bits: int) -> Run:
        """Run it at a precision."""
        with precision(bits):
            values, partials = self._forward(way)
            return Run(values, self._back(way, partials), partials)

    def _forward(self, way: Way) -> tuple[list[Any], list[Sequence[Any]]]:
        kinks.clear()
        values = [arb(x if isinstance(x, float) else peek(x)) for x in self.known]
        partials = []
        for row, operands in _under_a_bar(self.steps):
            out, slopes = way.rule(row)(*[values[i] for i in operands])
            values.append(out)
            partials.append(slopes)
        return values, partials

    def _back(self, way: Way, partials: Sequence[Sequence[Any]]) -> list[Any]:
        adjoints: list[Any] = [None] * len(self.places)
        adjoints[self.places[self.root]] = EXACTLY_1
        first = len(self.known)
        for i in reversed(range(len(self.steps))):
            adjoint = adjoints[first + i]
            if adjoint is None or not self._is_needed[first + i]:
                continue
            for place, partial in zip(self.steps[i].operands, partials[i], strict=False):
                if partial is not NOTHING and self._is_needed[place]:
                    flow = way.times(adjoint, partial)
                    before = adjoints[place]
                    adjoints[place] = flow if before is None else way.plus(before, flow)
        return adjoints


def _under_a_bar(steps: Sequence[T]) -> Iterable[T]:
    """The steps, under a bar on a terminal where they are many and tqdm is installed."""
    if len(steps) > LONG:
        with suppress(ImportError):
            from tqdm import tqdm

            return tqdm(steps, "certify", leave=False, unit="op", delay=1.0, disable=None)
    return steps


@contextmanager
def precision(bits: int) -> Iterator[None]:
    """Let balls have so many bits, and others afterwards what they had."""
    context = extra("flint", "proof").ctx
    before = context.prec
    try:
        context.prec = bits
        yield
    finally:
        context.prec = before
