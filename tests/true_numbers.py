"""The truth as doubles, so that many numbers are compared at once.

A true number is the double `near` it and what is `left`, in units in the last place of that double.
A number beyond the largest double by more than 8 such units is infinite.
"""

import math
import zlib
from pathlib import Path
from typing import Any, NamedTuple

import flint
import numpy
from flint import arb, ctx

from autograd.core.rows import Row
from tests import truth
from tests.draws import Numbers

LARGEST = float(numpy.finfo(float).max)
LEAST_NORMAL = 2.0**-1022
PAST = arb(2) ** 1024 + 8 * arb(2) ** 971
MOST_KEPT = 100_000  # points of a row whose truth is kept in build/truth; of more it is too much
AT_ONCE = 10_000  # points, as a list of Python's floats takes ten times as much memory


class Truth(NamedTuple):
    """True numbers, a line for each point, alike to `recorded.columns`.

    `unit` is what one unit in the last place is, of the number or of the largest summand.
    """

    near: Numbers
    left: Numbers
    unit: Numbers

    def at(self, place: Any) -> "Truth":
        """That of some points or columns."""
        return Truth(*(array[place] for array in self))


def true_numbers(row: Row, points: Numbers) -> Truth:
    """The truth of a row at all points."""
    made_by = b"".join(Path(file).read_bytes() for file in (truth.__file__, __file__))
    text = made_by + flint.__version__.encode() + points.tobytes()
    kept = Path(f"build/truth/{row.name}-{zlib.crc32(text):08x}.npy")
    if kept.exists():
        return Truth(*numpy.load(kept))
    found = numpy.stack(true_of(row, points))
    if len(points) <= MOST_KEPT:
        kept.parent.mkdir(parents=True, exist_ok=True)
        numpy.save(kept, found)
    return Truth(*found)


def true_of(row: Row, points: Numbers) -> Truth:
    """The same, computed and not kept."""
    parts = [points[start : start + AT_ONCE] for start in range(0, len(points), AT_ONCE)]
    return Truth(*numpy.concatenate([_of_some(row, part) for part in parts], axis=1))


def _of_some(row: Row, points: Numbers) -> Numbers:
    lines = numpy.array([_line(row, point) for point in points.tolist()])
    return lines.transpose(2, 0, 1)[:, :, places(len(row.partials))]


def _line(row: Row, point: list[float]) -> list[tuple[float, float, float]]:
    line = [as_double(ball) for ball in truth.numbers(row, point)]
    ctx.prec = truth.BITS[0]
    for place, summand in truth.SUMMANDS.get(row.name, {}).items():
        near, left, unit = line[place]
        larger = math.ulp(min(LARGEST, float(summand(*map(arb, point)))))
        line[place] = (near, left, max(unit, larger))
    return line


def as_double(ball: Any) -> tuple[float, float, float]:
    """The double near a true number, what is left in its units, and its unit."""
    near = float(ball)
    if LEAST_NORMAL * 2.0**60 < abs(near) < LARGEST / 2:
        unit = math.ulp(near)
        return near, float(ball - near) / unit, unit
    if not ball.is_finite() or abs(ball) > PAST:
        sign = 1.0 if ball > 0 else -1.0 if ball < 0 else math.nan
        return sign * math.inf, 0.0, math.ulp(LARGEST)
    near = max(-LARGEST, min(LARGEST, near))
    unit = math.ulp(near)
    return near, float((ball - near) / unit), unit


def places(count: int) -> list[int]:
    """Where in `truth.numbers` each number of a line stands."""
    second: dict[tuple[int, int], int] = {}
    for i in range(count):
        for j in range(i, count):
            second[i, j] = second[j, i] = 1 + count + len(set(second.values()))
    found = list(range(1 + count))
    for i in range(count):
        found += [1 + i, *(second[i, j] for j in range(count))]
    return found


def misses(ours: Numbers, true: Truth) -> Numbers:
    """By how many units in the last place ours are off; infinitely many where they are no numbers.

    An infinity of ours counts as 2¹⁰²⁴.
    """
    overflown = numpy.isinf(ours) & (numpy.sign(ours) == numpy.sign(true.near))
    with numpy.errstate(invalid="ignore", over="ignore"):
        own = ulps(true.near)
        finite = numpy.where(overflown, numpy.sign(ours) * LARGEST, ours)
        beyond = numpy.where(overflown, numpy.sign(ours), 0.0) * math.ulp(LARGEST)
        apart = abs((finite - true.near + beyond) / true.unit - true.left * (own / true.unit))
    apart = numpy.where(numpy.isinf(true.near) & overflown, 0.0, apart)
    return numpy.where(numpy.isnan(apart), numpy.inf, apart)


def ulps(numbers: Numbers) -> Numbers:
    """Units in the last place; NumPy has none of the largest double."""
    return numpy.where(abs(numbers) > LARGEST / 2, math.ulp(LARGEST), numpy.spacing(abs(numbers)))
