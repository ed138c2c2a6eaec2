"""The search for numbers that miss the truth by more than they may, from points drawn anew."""

import random

import numpy

from autograd.core.rows import Row
from tests.conformance import ROWS, Comparison
from tests.draws import Numbers, draws
from tests.recorded import recorded_at
from tests.search import Effort, climbed
from tests.true_numbers import true_of

ROWS_OF_A_ROUND = 3
POINTS = 300  # drawn of a row
EFFORT = Effort(rounds=12, places=2, neighbours=4)


def round_of(seed: int) -> int:
    """How many numbers were right within their bounds, of some rows."""
    rng = random.Random(seed)
    return sum(_searched(row, seed) for row in rng.sample(ROWS, ROWS_OF_A_ROUND))


def _searched(row: Row, seed: int) -> int:
    counted = 0

    def badness(points: Numbers) -> Numbers:
        nonlocal counted
        compared = Comparison(row, points, true_of(row, points))
        numbers = recorded_at(row, points)
        compared.engine("Python", numbers, numpy.arange(len(points)))
        assert not compared.result.problems, compared.result.problems[0]
        counted += numbers.size
        return compared.badness(numbers)

    points = draws(row, POINTS, seed)
    climbed(row, points, badness(points), badness, EFFORT)
    return counted
