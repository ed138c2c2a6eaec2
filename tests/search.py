"""The search for the worst: where a row misses the truth by most, in each of its numbers.

It begins at the worst of many draws and climbs. Each round looks at neighbours of the worst so far:
some powers of two away, fewer each round; some by a part of themselves that shrinks from a half to
the last place; some a few steps of the last place away. What is climbed is the miss as a part of
its bound. The same draws give the same search.

What is found is kept as cases in tests/worst.json, from which it climbs too: `--keep` of
tests/conformance.py adds what is worse than all of them. tests/test_worst.py holds the rows to
their bounds there.
"""

import json
import zlib
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any, NamedTuple, TypeAlias

import numpy

from autograd.core.rows import Row
from tests.draws import Numbers, are_inside
from tests.true_numbers import ulps

KEPT = Path(__file__).with_name("worst.json")

# How bad each number of a row is at some points: the miss as a part of the bound.
Badness: TypeAlias = Callable[[Numbers], Numbers]

# Of a row: which number, at which operands, by how many units in its last place it missed then.
Case: TypeAlias = dict[str, Any]
Cases: TypeAlias = dict[str, list[Case]]


class Effort(NamedTuple):
    """How much is searched: rounds, places of each number, neighbours of each place."""

    rounds: int
    places: int
    neighbours: int


def effort_for(samples: int) -> Effort:
    """A search that takes less time than so many samples do."""
    return Effort(12, 3, 6) if samples < 100_000 else Effort(40, 10, 40)


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
    is_off = worst > 0.0
    at, column, worst = at[is_off], column[is_off], worst[is_off]
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
    largest = 1.0 + 42.0 * progress
    parts = 2.0 ** -generator.uniform(largest, largest + 10.0, shape)
    signs = generator.choice([-1.0, 1.0], shape)
    steps = generator.integers(-8, 9, shape)
    with numpy.errstate(over="ignore"):
        by_parts = points * (1.0 + signs * parts)
        ways = [points * doublings, by_parts, points + steps * ulps(points)]
    moved = numpy.choose(generator.integers(0, 3, shape), ways)
    stays = (generator.random(shape) < 0.4) & (shape[1] > 1)
    return numpy.where(stays | ~numpy.isfinite(moved), points, moved)


def cases(path: Path = KEPT) -> Cases:
    """What is kept, by row."""
    known: Cases = json.loads(path.read_text(encoding="utf-8"))
    return known


def kept_points(row: Row, path: Path = KEPT) -> Numbers:
    """The operands of the cases of a row."""
    points = [case["at"] for case in cases(path).get(row.name, [])]
    return numpy.array(points, float).reshape(-1, len(row.operands))


def keep(row: str, found: Sequence[Case], known: Cases) -> None:
    """Add to the cases of a row what was found at other operands."""
    own = known.setdefault(row, [])
    there = [(case["number"], case["at"]) for case in own]
    own += [case for case in found if (case["number"], case["at"]) not in there]


def write(known: Cases, path: Path = KEPT) -> None:
    """The cases as JSON, one a line."""
    rows = []
    for row, own in known.items():
        lines = ",\n".join(f"    {json.dumps(case, ensure_ascii=False)}" for case in own)
        rows.append(f"  {json.dumps(row)}: [\n{lines}\n  ]")
    path.write_text("{\n" + ",\n".join(rows) + "\n}\n", encoding="utf-8")
