"""The search for the worst: where a row misses the truth by most, for each of its numbers.

It begins at the worst of some points and climbs. Each round looks at neighbours of the best so far:
some a few steps of the last place away, some by a part of themselves that shrinks from a half to
that last place. What is climbed is the miss as a part of the bound, so that where a bound is wider,
as for powers, it is not the bound that is searched for. The same seed gives the same search.

What is found is kept in tests/worst.json, which tests/test_worst.py reads:

    python -m tests.conformance --keep

adds to it the points that are worse than those that are there.
"""

import json
import zlib
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import Any, NamedTuple

import numpy

from autograd.core.rows import Row
from tests.draws import Numbers, are_inside
from tests.true_numbers import ulps

KEPT = Path(__file__).with_name("worst.json")
WORSE = 1.05  # times what is kept: a new find that is no worse says nothing new

# How bad each number of a row is at some points: the miss as a part of the bound.
Badness = Callable[[Numbers], Numbers]


class Effort(NamedTuple):
    """How much is searched: rounds, places of each number, neighbours of each place."""

    rounds: int
    places: int
    neighbours: int


def effort_for(samples: int) -> Effort:
    """A search that takes a tenth as long as so many samples, up to 300,000 of them."""
    return Effort(12, 2, 4) if samples < 100_000 else Effort(24, 6, 40)


def climbed(row: Row, points: Numbers, bad: Numbers, badness: Badness, effort: Effort) -> Numbers:
    """The worst points around the worst of some, for each number of the row.

    `bad` is the badness of the points, a line for each.
    """
    generator = numpy.random.default_rng(zlib.crc32(row.name.encode()))
    order = numpy.argsort(-bad, axis=0, kind="stable")[: effort.places]
    # Of each place: where it is, which number is looked at there, and how bad that is.
    at = points[order.ravel()]
    column = numpy.tile(numpy.arange(bad.shape[1]), len(order))
    worst = bad[order.ravel(), column]
    at, column, worst = (array[worst > 0.0] for array in (at, column, worst))
    for turn in range(effort.rounds):
        parent = numpy.repeat(numpy.arange(len(at)), effort.neighbours)
        tried = _neighbours(at[parent], turn / effort.rounds, generator)
        are_new = are_inside(row, tried) & (tried != at[parent]).any(axis=1)
        tried, parent = tried[are_new], parent[are_new]
        if not len(tried):  # as of a row that is exact everywhere
            continue
        found = badness(tried)[numpy.arange(len(tried)), column[parent]]
        for child in numpy.argsort(found, kind="stable"):  # so that the worst is the last
            if found[child] > worst[parent[child]]:
                at[parent[child]], worst[parent[child]] = tried[child], found[child]
    return numpy.unique(at, axis=0)


def _neighbours(points: Numbers, progress: float, generator: Any) -> Numbers:
    """A point near each: one operand moved, or several.

    One way of three is by powers of two, and ends; one is by a part, which shrinks; the last is by
    a few steps of the last place.
    """
    shape = points.shape
    far = int(64 * (1.0 - progress))
    doublings = 2.0 ** generator.integers(-far, far + 1, shape)
    parts = 2.0 ** -generator.uniform(1.0 + 40.0 * progress, 53.0, shape)
    signs = generator.choice([-1.0, 1.0], shape)
    steps = generator.integers(-8, 9, shape)
    with numpy.errstate(over="ignore"):
        by_parts = points * (1.0 + signs * parts)
        ways = [points * doublings, by_parts, points + steps * ulps(points)]
    moved = numpy.choose(generator.integers(0, 3, shape), ways)
    stays = (generator.random(shape) < 0.4) & (shape[1] > 1)
    return numpy.where(stays | ~numpy.isfinite(moved), points, moved)
