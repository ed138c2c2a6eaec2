"""The search for numbers that miss the truth by more than they may, from points drawn anew.

It climbs from the worst of them: of their neighbours, at any distance, the worst are kept.
"""

import random
from typing import Any

import numpy

from autograd.core.rows import Row
from tests.conformance import ROWS, Comparison
from tests.draws import Numbers, draws, inside
from tests.recorded import recorded_at
from tests.true_numbers import true_of

ROWS_OF_A_ROUND = 3
POINTS = 300  # drawn of a row
TURNS = 20  # of the climb
BEST = 4  # points that it goes on from
NEIGHBOURS = 10  # of each


def round_of(seed: int) -> int:
    """How many numbers were right within their bounds, of some rows."""
    rng = random.Random(seed)
    return sum(_climbed(row, seed) for row in rng.sample(ROWS, ROWS_OF_A_ROUND))


def _climbed(row: Row, seed: int) -> int:
    generator = numpy.random.default_rng(seed)
    points = draws(row, POINTS, seed)
    bad = _badness(row, points)
    counted = bad.size
    for _ in range(TURNS):
        order = numpy.argsort(-bad.max(axis=1), kind="stable")[:BEST]
        points, bad = points[order], bad[order]
        tried = inside(row, _neighbours(points, generator))
        if len(tried):
            found = _badness(row, tried)
            counted += found.size
            points, bad = numpy.concatenate([points, tried]), numpy.concatenate([bad, found])
    return counted


def _badness(row: Row, points: Numbers) -> Numbers:
    """Each miss as a part of its bound; AssertionError where it is beyond it."""
    compared = Comparison(row, points, true_of(row, points))
    numbers = recorded_at(row, points)
    compared.engine("Python", numbers, numpy.arange(len(points)))
    assert not compared.result.problems, compared.result.problems[0]
    return compared.badness(numbers)


def _neighbours(points: Numbers, generator: Any) -> Numbers:
    """Points off by any power of two of their operands; half of these stay as they are."""
    around = numpy.repeat(points, NEIGHBOURS, axis=0)
    off = generator.choice([-1.0, 1.0], around.shape) * 2.0 ** generator.uniform(
        -53.0, -1.0, around.shape
    )
    stays = generator.random(around.shape) < (0.0 if points.shape[1] == 1 else 0.5)
    with numpy.errstate(over="ignore"):
        moved = numpy.where(stays, around, around * (1.0 + off))
    return numpy.where(numpy.isfinite(moved), moved, around)
