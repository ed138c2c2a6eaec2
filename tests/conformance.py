"""Every row against the truth: how many units in the last place ours miss it by, and where.

The truth is python-flint's, at doubles of all exponents and near all that is special. Error model,
with u(x) the unit in the last place of x:

- Value, partials and second derivatives miss by at most 4 u(truth); those of powers by 6, where all
  on the way is normal, see tests/rows.py. Below the normal doubles u stays the same while numbers
  fall: there it is one denormal unit, for the last rounding, and what is left of the 4.
- Near a zero that is no double, u is that of the largest summand: see `truth.SUMMANDS`.
- Derivatives of rows of two operands are asked for where both are normal numbers or 0: a denormal
  operand has few digits, and so have its products.
- Beyond the largest double ours is an infinity of the same sign. Second derivatives are asked for
  where value and partials are finite; where one of them overflows, others may end as a NaN.

All engines keep the same bounds, but for functions of JAX's and browsers' libraries that are
worse themselves: see `EXCUSED`. JAX has no denormal numbers.

Beside ours stand the same functions of PyTorch and JAX at the same points, but for those with a
denormal operand.

From the worst of the draws it climbs, see tests/search.py, and all are held at what that finds.

    python -m tests.conformance [ROW …] [--samples 1000000] [--guide] [--keep]

writes build/conformance.md, with --guide its short form into the guide of `autograd.proof`, and
with --keep what is worse than before into tests/worst.json.
"""

import argparse
import shutil
from collections.abc import Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import Any

import numpy
from tqdm import tqdm

from autograd.core.rows import SLOPES, Row, affine_row, mean_row, total_row
from demos.benchmark.browser import BROWSERS
from tests import by_engine, by_library
from tests.conformance_table import KINDS, OURS, Result, Worst, report, with_table
from tests.draws import Numbers, draws
from tests.recorded import columns, measured, ours, recorded_at
from tests.rows import entry_of
from tests.search import KEPT, cases, climbed, effort_for, keep, kept_points, write
from tests.strategies import ELEMENTAL
from tests.true_numbers import LEAST_NORMAL, Truth, misses, true_numbers, true_of

OUT = Path("build/conformance.md")
GUIDE = Path("autograd/proof/__init__.py")
# Slopes are measured as what they are slopes of.
ROWS = [*(row for row in ELEMENTAL if row not in SLOPES), affine_row(2), total_row(4), mean_row(4)]

KEPT_FROM = 1.0  # units in the last place: a correctly rounded number misses by a half
FEW = 10_000  # points in a page, and of rows that only add
FEW_CONSTANTS = 2  # of a row with constants: each takes programs of its own, compiled anew
USUAL = 5.0  # the largest of these constants

# JAX counts what is below the normal doubles as 0, on the way too: it is asked for no less.
LEAST_OF_JAX = 2.0**-960

# Their operands may be as small as what is left, which is 0 to JAX.
RESTS = ("floordiv", "mod")

# Where the library of JAX or of the page is worse than C's: the bound of a row there, by the worst
# of its function. XLA's exp is 500 off at the far ends.
EXCUSED: dict[tuple[str, str], float] = {
    ("JAX", "atanh"): 150.0,
    ("JAX", "cosh"): 520.0,
    ("JAX", "erfc"): 520.0,
    ("JAX", "gelu"): 5.0,
    ("JAX", "log1p"): 150.0,
    ("JAX", "sigmoid"): 5.0,
    ("JAX", "sinh"): 520.0,
    ("JAX", "tanh"): 8.0,
    ("JavaScript", "gelu"): 6.0,
}


class Comparison:
    """A row's points and the truth there, to which engines and libraries are held."""

    def __init__(self, row: Row, points: Numbers, true: Truth | None = None) -> None:
        self.row = row
        self.points = points
        self.true = true or true_numbers(row, points)
        self.tested = entry_of(row)
        self.result = Result(row.name, row.primal, self.tested.second.text, len(points))

    def engine(self, name: str, numbers: Numbers, at: Any) -> None:
        """Note the worst of an engine at some of the points, and what broke its bounds."""
        known = self.result.engines
        for place, off in self._compared(known, name, numbers, at):
            bounds = self._bounds(name, place, at)
            i = int(numpy.where(off > bounds, off, -1.0).argmax())
            if off[i] > bounds[i]:
                told = self._worst(i, place, off, numbers, at)
                self.result.problems.append(f"{self.row.name} by {name}: {told}")

    def _bounds(self, name: str, place: int, at: Any) -> Any:
        tested = self.tested
        operands = self.points[at].T
        near = abs(self.true.near[at, place])
        is_recorded = place > len(self.row.partials)
        bound = tested.second if is_recorded else tested.bound
        below = tested.second_below if is_recorded else tested.below
        is_normal = near >= LEAST_NORMAL
        most, least = bound.at(*operands), below.at(*operands)
        share = numpy.clip(near, 5e-324, LEAST_NORMAL) / LEAST_NORMAL
        left = numpy.fmin(most, least + most * share)
        bounds = numpy.where(is_normal, most, numpy.maximum(least, left))
        if name == "JAX":
            bounds = numpy.where(near < LEAST_OF_JAX, numpy.inf, bounds)
        return numpy.maximum(bounds, EXCUSED.get((name, self.row.name), 0.0))

    def badness(self, numbers: Numbers) -> Numbers:
        """How bad Python's numbers are at all points: each miss as a part of its bound."""
        everywhere = numpy.arange(len(self.points))
        found = numpy.zeros(numbers.shape)
        for place, off in self._compared({}, "Python", numbers, everywhere):
            found[:, place] = off / self._bounds("Python", place, everywhere)
        return found

    def library(self, name: str, numbers: Numbers, at: Any) -> None:
        """Note the worst of a library at some of the points."""
        for _ in self._compared(self.result.libraries, name, numbers, at):
            pass

    def _compared(
        self, known: dict[tuple[str, str], Worst], name: str, numbers: Numbers, at: Any
    ) -> Iterator[tuple[int, Numbers]]:
        """Of each column its place, the misses, and where the truth is a normal number."""
        true = self.true.at(at)
        for place, column in enumerate(columns(self.row)):
            if numpy.isnan(numbers[:, place]).all() or numpy.isnan(true.near[:, place]).all():
                continue
            off = numpy.where(
                self._asked(place, numbers, at),
                misses(numbers[:, place], true.at((slice(None), place))),
                0.0,
            )
            normal = abs(true.near[:, place]) >= LEAST_NORMAL
            there = numpy.where(normal, off, 0.0)
            worst = self._worst(int(there.argmax()), place, there, numbers, at)
            key = (name, KINDS[column.count("∂")])
            if key not in known or worst.size > known[key].size:
                known[key] = worst
            yield place, off

    def _asked(self, place: int, numbers: Numbers, at: Any) -> Any:
        order = columns(self.row)[place].count("∂")
        is_asked = numpy.isfinite(self._bounds("", place, at))
        if order and len(self.row.operands) > 1:
            is_asked &= ~_has_denormal(self.points[at])
        if order == 2:
            near = self.true.near[at]
            lower = slice(0, 1 + len(self.row.partials))
            is_asked &= numpy.isfinite(near[:, lower]).all(axis=1)
            is_asked &= numpy.isfinite(numbers[:, lower]).all(axis=1)
            is_asked &= numpy.isfinite(numbers[:, place]) | numpy.isfinite(near).all(axis=1)
        return is_asked

    def _worst(self, i: int, place: int, off: Numbers, numbers: Numbers, at: Any) -> Worst:
        point = tuple(self.points[at][i].tolist())
        number = float(numbers[i, place])
        true = float(self.true.near[at][i, place])
        return Worst(float(off[i]), point, columns(self.row)[place], number, true)


def measure(row: Row, samples: int) -> Result:
    """Hold all engines and libraries to the truth of a row."""
    compared, numbers = searched(row, samples if row in ELEMENTAL else min(samples, FEW))
    points = compared.points
    everywhere = numpy.arange(len(points))
    compared.engine("Python", numbers, everywhere)
    some = everywhere[_has_few_constants(row, points)]
    by_numba = measured(row, points[some], by_engine.in_machine_code)
    # Where its text raises, a program is Python's again.
    by_numba = numpy.where(numpy.isnan(by_numba), numbers[some], by_numba)
    compared.engine("numba", by_numba, some)
    if shutil.which("cc"):
        compared.engine("C", measured(row, points[some], by_engine.in_c), some)
    fewer = some[: min(FEW, max(1000, samples // 10))]
    by_sweeps = measured(row, points[fewer], by_engine.in_sweeps)
    compared.engine("tape", numpy.where(numpy.isnan(by_sweeps), numbers[fewer], by_sweeps), fewer)
    if any(map(shutil.which, BROWSERS)):
        in_page = by_engine.in_page()
        compared.engine("JavaScript", measured(row, points[fewer], in_page), fewer)
    is_lost = _has_denormal if row.name not in RESTS else _is_lost_to_jax
    plain = some[~is_lost(points[some])]
    compared.engine("JAX", measured(row, points[plain], by_engine.in_jax), plain)
    normal = everywhere[~_has_denormal(points)]
    for name, library in by_library.LIBRARIES.items():
        theirs = library(row, points[normal])
        if theirs is not None:
            compared.library(name, theirs, normal)
    return compared.result


def searched(row: Row, samples: int) -> tuple[Comparison, Numbers]:
    """So many points, those kept and those found from there; and Python's numbers at them."""
    begun = Comparison(row, numpy.concatenate([draws(row, samples), kept_points(row)]))
    numbers = ours(row, begun.points)

    def badness(points: Numbers) -> Numbers:
        return Comparison(row, points, true_of(row, points)).badness(recorded_at(row, points))

    worst = climbed(row, begun.points, begun.badness(numbers), badness, effort_for(samples))
    if not len(worst):
        return begun, numbers
    at_worst = true_of(row, worst)
    true = Truth(*(numpy.concatenate(both) for both in zip(begun.true, at_worst, strict=True)))
    points = numpy.concatenate([begun.points, worst])
    return Comparison(row, points, true), numpy.concatenate([numbers, recorded_at(row, worst)])


def _has_few_constants(row: Row, points: Numbers) -> Any:
    constants = points[:, len(row.partials) :]
    usual = constants[(abs(constants) <= USUAL).all(axis=1)]
    few = numpy.unique(usual[:1000], axis=0)[:FEW_CONSTANTS]
    return (constants[:, None] == few).all(axis=2).any(axis=1)


def _has_denormal(points: Numbers) -> Any:
    return ((points != 0.0) & (abs(points) < LEAST_NORMAL)).any(axis=1)


def _is_lost_to_jax(points: Numbers) -> Any:
    return ((points != 0.0) & (abs(points) < LEAST_OF_JAX)).any(axis=1)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Hold every row to the truth.")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--samples", type=int, default=1_000_000, help="points of each row")
    parser.add_argument("--keep", action="store_true", help="add new finds to tests/worst.json")
    parser.add_argument("--guide", action="store_true", help="write the table of the guide anew")
    options = parser.parse_args(arguments)
    known = [row.name for row in ROWS]
    unknown = [name for name in options.rows if name not in known]
    if unknown:
        parser.error(f"no row is called {', '.join(unknown)}; there are {', '.join(known)}")
    if options.rows and options.guide:
        parser.error("the table of the guide is of all rows: leave the names out")
    names = options.rows or known
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        done = pool.map(partial(_measure_named, samples=options.samples), names)
        results = list(tqdm(done, total=len(names), unit="row", disable=None))
    if options.keep:
        keep_worst(results)
    return written(results, OUT, GUIDE if options.guide else None)


def keep_worst(results: Sequence[Result], path: Path = KEPT) -> None:
    """Add to the kept cases the worst of ours of each row: its value, ∂ and ∂²."""
    known = cases(path)
    for result in results:
        worst = [result.engines[OURS, kind] for kind in KINDS if (OURS, kind) in result.engines]
        found = [
            {"number": kind.column, "at": [*kind.point], "miss": round(kind.miss, 3)}
            for kind in worst
            if kind.miss > KEPT_FROM
        ]
        if found:
            keep(result.row, found, known)
    write(known, path)


def _measure_named(name: str, samples: int) -> Result:
    """A row is itself only in its own process."""
    return measure(next(row for row in ROWS if row.name == name), samples)


def written(results: Sequence[Result], out: Path, guide: Path | None) -> int:
    """Write the tables, and say what broke its bounds: 1 if anything did."""
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(report(results), encoding="utf-8")
    if guide:
        guide.write_text(with_table(guide.read_text(encoding="utf-8"), results), "utf-8")
    problems = [problem for result in results for problem in result.problems]
    print("\n".join([*problems, f"{len(results)} rows, {len(problems)} out of bounds: {out}"]))
    return int(bool(problems))


if __name__ == "__main__":
    raise SystemExit(main())
