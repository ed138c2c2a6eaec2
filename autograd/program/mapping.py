"""`Program.map`: the results of each sample, and what becomes of those that have no finite ones."""

from collections.abc import Iterator, Sequence
from contextlib import suppress
from functools import cached_property
from itertools import chain
from math import isfinite
from typing import Any

from autograd.program.anew import recorded_anew
from autograd.program.engines import Each, Engine, Runnable
from autograd.program.source import Source


class Mapped:
    """A program over samples, run by an engine, that gives values and gradients of each."""

    def __init__(self, source: Source, program: Runnable, engine: Engine) -> None:
        self._source = source
        self._program = program
        self._engine = engine

    @cached_property
    def _each(self) -> Each:
        return self._engine.each(self._program)

    def __call__(self, samples: Any, leaves: Sequence[float], allow_nonfinite: bool) -> Any:
        """values[sample][output] and gradients[sample][output], at the numbers of the leaves.

        Raises what recording raises where a sample has no finite results, with its place.
        """
        return self._some(samples, leaves, allow_nonfinite, 0)

    def _some(
        self, samples: Any, leaves: Sequence[float], allow_nonfinite: bool, first: int
    ) -> Any:
        """The results of samples that stand from place `first` on.

        Where a text raises nobody knows at which of them; half of them know better.
        """
        found: Any = None
        with suppress(ArithmeticError, ValueError):
            found = self._each(samples, self._engine.stored(leaves))
        if found is None and len(samples) > 1:
            middle = len(samples) // 2
            parts = [
                self._some(samples[:middle], leaves, allow_nonfinite, first),
                self._some(samples[middle:], leaves, allow_nonfinite, first + middle),
            ]
            return [self._engine.joined(part) for part in zip(*parts, strict=True)]
        if found is None:
            values, gradients = self._anew(samples[0], leaves, allow_nonfinite, first)
            return self._engine.stored([values]), self._engine.stored([gradients])
        values, gradients = found
        for place in _not_finite(values, gradients):
            answer = self._anew(samples[place], leaves, allow_nonfinite, first + place)
            values[place], gradients[place] = answer
        return values, gradients

    def _anew(
        self, sample: Any, leaves: Sequence[float], allow_nonfinite: bool, place: int
    ) -> tuple[list[float], list[list[float]]]:
        try:
            answers = recorded_anew(self._source, sample, leaves, allow_nonfinite)
        except (ArithmeticError, ValueError) as error:
            raise type(error)(f"sample {place}: {error}") from error
        values, gradients = answers
        return [*values], [[*row] for row in gradients]


def _not_finite(values: Any, gradients: Any) -> Iterator[int]:
    """The places of samples with a number that is not finite."""
    if hasattr(values, "shape"):
        from numpy import isfinite as are_finite  # which made the arrays

        of_gradients = are_finite(gradients).all(axis=(1, 2))
        yield from (~(are_finite(values).all(axis=1) & of_gradients)).nonzero()[0].tolist()
        return
    for place, (row, rows) in enumerate(zip(values, gradients, strict=True)):
        if not all(map(isfinite, chain(row, *rows))):
            yield place


def split_by_inputs(gradients: Any, inputs: int) -> tuple[Any, Any]:
    """The derivatives by the inputs, which come first, and those by the parameters."""
    if hasattr(gradients, "shape"):
        return gradients[:, :, :inputs], gradients[:, :, inputs:]
    by_inputs = [[row[:inputs] for row in rows] for rows in gradients]
    return by_inputs, [[row[inputs:] for row in rows] for rows in gradients]


def without_outputs(results: Any) -> Any:
    """The results of the only output."""
    if hasattr(results, "shape"):
        return results[:, 0]
    return [of_outputs[0] for of_outputs in results]
