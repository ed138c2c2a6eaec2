"""`Program.map`: the results of each sample, and what becomes of those that have no finite ones."""

from collections.abc import Iterator
from functools import cached_property
from itertools import chain
from math import isfinite
from typing import Any, NamedTuple

from autograd.program.anew import recorded_anew
from autograd.program.engines import Each, Engine, Runnable
from autograd.program.errors import raise_if_interrupted
from autograd.program.points import Point
from autograd.program.source import Source

# Operations at all samples of one call of machine code, 0.2 s: Ctrl-C is heard between two calls.
MOST_AT_ONCE = 50_000_000


class Results(NamedTuple):
    """values[sample][output], and gradients[sample][output] with a number for each leaf.

    They are lists, or arrays of NumPy's.
    """

    values: Any
    gradients: Any


class Mapped:
    """A program over samples, run by an engine, that gives values and gradients of each."""

    def __init__(self, source: Source, program: Runnable, engine: Engine) -> None:
        self._source = source
        self._program = program
        self._engine = engine

    @cached_property
    def _each(self) -> Each:
        return self._engine.each(self._program)

    def __call__(self, point: Point, allow_nonfinite: bool) -> Results:
        """The results at all samples.

        Raises what recording raises where a sample has no finite results, with its place.
        """
        count = len(point.samples)
        operations = 1 + len(self._source.operations) * (1 + len(self._source.outputs))
        step = max(1, MOST_AT_ONCE // operations)
        if count <= step:
            return self._some(point, allow_nonfinite, 0)
        parts = [
            self._some(point.between(first, first + step), allow_nonfinite, first)
            for first in range(0, count, step)
        ]
        return Results(*map(self._engine.joined, zip(*parts, strict=True)))

    def _some(self, point: Point, allow_nonfinite: bool, first: int) -> Results:
        """The results of samples that stand from place `first` on.

        Where a text raises nobody knows at which of them; half of them know better.
        """
        found = self._run(point)
        count = len(point.samples)
        if found is None and count > 1:
            middle = count // 2
            parts = [
                self._some(point.between(0, middle), allow_nonfinite, first),
                self._some(point.between(middle, count), allow_nonfinite, first + middle),
            ]
            return Results(*map(self._engine.joined, zip(*parts, strict=True)))
        if found is None:
            answer = self._anew(point, 0, allow_nonfinite, first)
            return Results(*(self._engine.stored([part]) for part in answer))
        for place in _not_finite(found):
            answer = self._anew(point, place, allow_nonfinite, first)
            found.values[place] = answer.values
            found.gradients[place] = answer.gradients
        return found

    def _run(self, point: Point) -> Results | None:
        """What the engine gives; None where it raises at any of the samples."""
        each = self._each  # which may be a CompileError
        try:
            return Results(*each(point.samples, self._engine.stored(point.leaves)))
        except (ArithmeticError, ValueError):
            return None
        except SystemError as error:
            raise_if_interrupted(error)
            raise

    def _anew(self, point: Point, place: int, allow_nonfinite: bool, first: int) -> Results:
        """The results of the sample at a place, recorded anew."""
        sample = point.samples[place]
        try:
            answers = recorded_anew(self._source, sample, point.leaves, allow_nonfinite)
        except (ArithmeticError, ValueError) as error:
            raise type(error)(f"sample {first + place}: {error}") from error
        return Results([*answers.values], [[*row] for row in answers.gradients])


def _not_finite(results: Results) -> Iterator[int]:
    """The places of samples with a number that is not finite."""
    if hasattr(results.values, "shape"):
        from numpy import isfinite as are_finite  # which made the arrays

        of_values = are_finite(results.values).all(axis=1)
        of_gradients = are_finite(results.gradients).all(axis=(1, 2))
        yield from (~(of_values & of_gradients)).nonzero()[0].tolist()
        return
    for place, (row, rows) in enumerate(zip(*results, strict=True)):
        if not all(map(isfinite, chain(row, *rows))):
            yield place


def columns(gradients: Any, first: int, end: int | None = None) -> Any:
    """The derivatives of each sample by some of the leaves."""
    if hasattr(gradients, "shape"):
        return gradients[:, :, first:end]
    return [[row[first:end] for row in rows] for rows in gradients]


def without_outputs(results: Any) -> Any:
    """The results of the only output."""
    if hasattr(results, "shape"):
        return results[:, 0]
    return [of_outputs[0] for of_outputs in results]
