"""Every row against the truth: how many units in the last place ours miss it by, and where.

    python -m tests.conformance [ROW …] [--samples 1000000]
"""

import argparse
import zlib
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy
from flint import arb

from autograd.core.rows import ROWS, Row
from tests import truth
from tests.draws import Numbers, draws
from tests.measured import columns, measured
from tests.strategies import ELEMENTAL, WIDE

LARGEST = numpy.finfo(float).max
LEAST_NORMAL = 2.0**-1022
PAST = arb(2) ** 1024 * (1 + arb(2) ** -49)


def doubles(ball: Any) -> tuple[float, float]:
    """The double that is near a truth, and by how many units in its last place it is off."""
    if not ball.is_finite() or abs(ball) > PAST:
        return (numpy.inf if ball > 0 else -numpy.inf), 0.0
    near = max(-LARGEST, min(LARGEST, float(ball.mid())))
    return near, float((ball - near).mid() / float(numpy.spacing(abs(near))))


def true_numbers(row: Row, points: Numbers) -> Numbers:
    """The truth at all points: near, rest; kept in build/truth."""
    text = Path(truth.__file__).read_bytes() + points.tobytes()
    path = Path(f"build/truth/{row.name}-{zlib.crc32(text):08x}.npy")
    if path.exists():
        return numpy.load(path)
    count = len(row.partials)
    found = [
        [doubles(x) for x in _full(truth.numbers(row, point), count)] for point in points.tolist()
    ]
    path.parent.mkdir(parents=True, exist_ok=True)
    numpy.save(path, numpy.array(found))
    return numpy.array(found)


def _full(numbers: list[Any], count: int) -> list[Any]:
    """With both of ∂a∂b and ∂b∂a."""
    places: dict[tuple[int, int], int] = {}
    for i in range(count):
        for j in range(i, count):
            places[i, j] = places[j, i] = 1 + count + len(set(places.values()))
    pairs = [(i, j) for i in range(count) for j in range(count)]
    return [*numbers[: 1 + count], *(numbers[places[pair]] for pair in pairs)]


def misses(ours: Numbers, true: Numbers) -> Numbers:
    """By how many units in the last place ours are off."""
    near, rest = true[..., 0], true[..., 1]
    unit = numpy.spacing(numpy.minimum(abs(near), LARGEST / 2))
    unit = numpy.where(abs(near) > LARGEST / 2, 2.0**970, unit)
    overflown = numpy.isinf(ours) & (numpy.sign(ours) == numpy.sign(near))
    with numpy.errstate(invalid="ignore", over="ignore"):
        capped = numpy.where(overflown & numpy.isfinite(near), numpy.sign(ours) * LARGEST, ours)
        apart = (capped - near) / unit
        off = abs(apart - rest + (capped != ours) * numpy.sign(ours))
    off = numpy.where(numpy.isinf(near) & overflown, 0.0, off)
    return numpy.where(numpy.isnan(off), numpy.inf, off)


@dataclass
class Worst:
    """The worst of some numbers: in units in the last place, where, ours and the truth."""

    miss: float
    point: tuple[float, ...]
    ours: float
    true: float

    def __str__(self) -> str:
        point = ", ".join(map(repr, self.point))
        return f"{self.miss:10.4g} at ({point}): {self.ours!r}, truth {self.true!r}"


def worst(points: Numbers, ours: Numbers, true: Numbers, where: Any) -> Worst | None:
    off = numpy.where(where, misses(ours, true), -1.0)
    i = int(off.argmax())
    if off[i] < 0.0:
        return None
    return Worst(float(off[i]), tuple(points[i].tolist()), float(ours[i]), float(true[i, 0]))


def scan(name: str, samples: int) -> str:
    row = {x.name: x for x in ELEMENTAL + WIDE}[name]
    points = draws(row, samples)
    true = true_numbers(row, points)
    ours = measured(row, points)
    lines = []
    for k, what in enumerate(columns(row)):
        size = abs(true[:, k, 0])
        asked = numpy.full(len(points), True)
        if what.count("∂") == 2:
            firsts = slice(0, 1 + len(row.partials))
            asked = numpy.isfinite(true[:, firsts, 0]).all(1) & numpy.isfinite(ours[:, firsts]).all(1)
        normal, small = asked & (size >= LEAST_NORMAL), asked & (size < LEAST_NORMAL)
        for kind, where in (("", normal), (" (denormal)", small)):
            found = worst(points, ours[:, k], true[:, k], where)
            if found is not None and (kind == "" or found.miss > 1.0):
                lines.append(f"{row.name:20} {what + kind:18} {found}")
    return "\n".join(lines)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("rows", nargs="*")
    parser.add_argument("--samples", type=int, default=1_000_000)
    options = parser.parse_args()
    names = options.rows or [x.name for x in {x.name: x for x in ELEMENTAL + WIDE}.values()]
    with ProcessPoolExecutor(2) as pool:
        for text in pool.map(scan, names, [options.samples] * len(names)):
            print(text, flush=True)
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
