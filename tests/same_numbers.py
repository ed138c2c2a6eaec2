"""Which engines give the numbers of eager evaluation to the last bit, and how far others are off.

Value, first and second derivatives of every row are recorded anew at each point, and then computed
by each engine; at most of the points a program in Python stands for that. The points are those of
tests/draws.py, and rows of two operands are asked with each of them constant, too: compilers treat
`8**x` otherwise than `y**x`. Numbers are the same if they are equal; the sign of a zero is not
looked at. Where an engine raises, its program records anew, and so is eager. Other numbers are
apart by units in the last place of the eager one.

JAX counts what is below the normal floats as 0, on the way too. It is asked where neither operands
nor results are smaller than `LEAST_OF_JAX`.

    python -m tests.same_numbers [ROW …] [--points 20000] [--guide]

prints what is apart, and with --guide writes the table of the guide `autograd.program`.
"""

import argparse
import math
import shutil
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from contextlib import suppress
from functools import partial
from multiprocessing import get_context
from pathlib import Path
from typing import NamedTuple

import numpy

from autograd import DomainError, Value, grad, native
from autograd.core.rows import SLOPES, Row, affine_row, mean_row, total_row
from autograd.core.value import record
from autograd.program.taped import taped_in_c
from demos.benchmark.browser import BROWSERS
from tests import by_engine
from tests.draws import Numbers, draws, inside
from tests.recorded import Graph, compiled_graphs, in_python
from tests.strategies import ELEMENTAL
from tests.truth import SUMMANDS

GUIDE = Path("autograd/program/__init__.py")
START, END = "<!-- same numbers -->\n", "<!-- end of same numbers -->\n"
ROWS = [*(row for row in ELEMENTAL if row not in SLOPES), affine_row(2), total_row(4), mean_row(4)]
LEAST_OF_JAX = 2.0**-960
# Near a zero that is no double a number has few digits to compare: by parts of the others there.
NEAR_ZERO = 2.0**-10
NONE = "none: all bits are the same"
ROWS_A_LINE = 5  # of the table
CONSTANTS = (8.0, 3.0)  # in place of the first operand, and of the second
EXPONENTS = (2.0, -1.5, 0.3)
POINTS = 20_000
FEW = 2_000  # recorded anew, to compare programs in Python with; these stand for it elsewhere


class Case(NamedTuple):
    """A row with some operands constant, and the points of the others."""

    row: Row
    constants: dict[int, float]
    points: Numbers

    def recorded(self, leaves: Sequence[Value]) -> Value:
        others = iter(leaves)
        count = len(self.row.operands)
        operands = [self.constants.get(i) or next(others) for i in range(count)]
        return record(self.row, *operands)  # type: ignore[no-any-return]  # a node


def cases(row: Row, count: int) -> Iterator[Case]:
    """A row as it is, and with each of two operands constant."""
    places = range(len(row.operands))
    fixed = places[len(row.partials) :]
    if row.name == "power_constant":
        for exponent in EXPONENTS:
            yield _case(row, {1: exponent}, count)
        return
    yield _case(row, dict.fromkeys(fixed, 1.0), count)
    if len(places) == 2:
        yield from (_case(row, {place: CONSTANTS[place]}, count) for place in places)


def _case(row: Row, constants: dict[int, float], count: int) -> Case:
    points = draws(row, count)
    for place, x in constants.items():
        points[:, place] = x
    points = inside(row, points)
    free = [place for place in range(points.shape[1]) if place not in constants]
    return Case(row, constants, points[:, free])


def eager(case: Case) -> Numbers:
    """A line at each point: value and derivatives, then each derivative and its own; NaN: none."""
    width = case.points.shape[1]
    lines = numpy.full((len(case.points), (1 + width) ** 2), math.nan)
    for i, point in enumerate(case.points.tolist()):
        leaves = list(map(Value, point))
        with suppress(DomainError):
            node = case.recorded(leaves)
            slopes = grad(node, leaves, create_graph=True, allow_unused=True, allow_nonfinite=True)
            lines[i] = [
                number for root in (node, *slopes) for number in (root.data, *_slopes(root, leaves))
            ]
    return lines


def _slopes(root: Value, leaves: Sequence[Value]) -> Sequence[float]:
    return grad(root, leaves, allow_unused=True, allow_nonfinite=True)


def by(run: Callable[[Graph, Numbers], Numbers], case: Case, graphs: Sequence[Graph]) -> Numbers:
    """The same lines by an engine; NaN where it raises, and of graphs that hold at one point."""
    points = case.points
    width = points.shape[1]
    lines = numpy.full((len(points), (1 + width) ** 2), math.nan)
    for i, graph in enumerate(graphs):
        if graph.program is not None:
            places = [i * (1 + width), *(i * (1 + width) + 1 + place for place in graph.places)]
            lines[:, places] = run(graph, points[:, graph.places])
    return lines


def graphs_of(case: Case) -> list[Graph]:
    """The graphs of the value and of the derivatives; with a constant, only that of the value."""
    for point in case.points[:50].tolist():
        leaves = [Value(x, name) for x, name in zip(point, "abcdefgh", strict=False)]
        with suppress(ArithmeticError, ValueError):
            node = case.recorded(leaves)
            roots = [node]
            if len(leaves) == len(case.row.partials):
                roots += grad(node, leaves, create_graph=True, allow_unused=True)
            return list(compiled_graphs(roots, leaves))
    return []


def in_sweeps_of_c(graph: Graph, numbers: Numbers) -> Numbers:
    """By sweeps over a tape in C; NaN where they raise."""
    assert graph.program is not None
    swept = taped_in_c([graph.root], graph.program.parameters, [], [])
    results = numpy.full((len(numbers), 1 + numbers.shape[1]), math.nan)
    for i, point in enumerate(numbers.tolist()):
        with suppress(ValueError):
            values, gradients = swept.each([point], [])
            results[i] = [values[0][0], *gradients[0][0]]
    return results


class Engine(NamedTuple):
    """An engine as the guide calls it, what runs a graph by it, and at how many points at most."""

    name: str
    run: Callable[[Graph, Numbers], Numbers]
    points: int = POINTS * 1000
    least: float = 0.0  # it is asked for no smaller numbers, and at none
    is_same: bool = True  # it calls the functions that Python calls


def engines() -> list[Engine]:
    """Those that can run here."""
    found = [
        Engine("`compile(y)`", in_python, FEW),
        Engine('`engine="numba"`', by_engine.in_machine_code),
        Engine('`engine="tape"`, by numba', by_engine.in_sweeps, FEW),
    ]
    found += [Engine('`engine="tape"`, in C', in_sweeps_of_c)] if native else []
    found += [Engine("`to_c()`", by_engine.in_c)] if shutil.which("cc") else []
    if any(map(shutil.which, BROWSERS)):
        found.append(Engine("pages, in JavaScript", by_engine.in_page(), FEW, is_same=False))
    jax = Engine("`to_jax()`, in 64 bits", by_engine.in_jax, least=LEAST_OF_JAX, is_same=False)
    return [*found, jax]


class Apart(NamedTuple):
    """How far an engine is off in a row: 0.0 where all bits are the same; and where."""

    engine: str
    row: str
    ulps: float
    told: str


def measured(row: Row, count: int, asked: Sequence[Engine]) -> Iterator[Apart]:
    """How far each engine is off in a row, at its worst."""
    worst = {engine.name: Apart(engine.name, row.name, 0.0, "") for engine in asked}
    for case in cases(row, count):
        graphs = graphs_of(case)
        expected = by(in_python, case, graphs)
        expected[:FEW] = eager(case._replace(points=case.points[:FEW]))
        for engine in asked:
            few = case._replace(points=case.points[: engine.points])
            found = _apart(engine, few, by(engine.run, few, graphs), expected[: engine.points])
            worst[engine.name] = max(worst[engine.name], found, key=lambda apart: apart.ulps)
    yield from worst.values()


def _apart(engine: Engine, case: Case, ours: Numbers, eager: Numbers) -> Apart:
    """The worst of some lines."""
    asked = numpy.isfinite(eager) & ~numpy.isnan(ours)
    if engine.least:
        is_small = (case.points != 0.0) & (abs(case.points) < engine.least)
        asked &= ~is_small.any(axis=1)[:, None] & ((abs(eager) >= engine.least) | (eager == 0.0))
    if case.row.name in SUMMANDS and not engine.is_same:
        largest = numpy.nanmax(abs(eager), axis=1, initial=0.0)
        asked &= abs(eager) >= NEAR_ZERO * largest[:, None]
    with numpy.errstate(all="ignore"):
        ulps = abs(ours - eager) / numpy.spacing(abs(eager))
    ulps = numpy.where(asked & (ours != eager), numpy.nan_to_num(ulps, nan=numpy.inf), 0.0)
    if not ulps.any():
        return Apart(engine.name, case.row.name, 0.0, "")
    i, place = map(int, numpy.unravel_index(int(ulps.argmax()), ulps.shape))
    operands = ", ".join(map(repr, case.points[i].tolist()))
    numbers = f"{float(ours[i, place])!r}, eager {float(eager[i, place])!r}"
    at = f"number {place} at ({operands}), constants {case.constants}: {numbers}"
    return Apart(engine.name, case.row.name, float(ulps[i, place]), at)


def by_name(row: str, count: int) -> list[Apart]:
    """The same of a row by its name: a row is itself only in its own process."""
    return [*measured(next(x for x in ROWS if x.name == row), count, engines())]


def table(found: Sequence[Apart]) -> str:
    """What is apart by each engine, some rows a line; bounds are rounded up to 1, 2 or 5 · 10ⁿ."""
    lines = [
        "| engine | rows that are apart from eager | by so many ulp at most |",
        "|---|---|---|",
    ]
    for engine in dict.fromkeys(apart.engine for apart in found):
        bounds: dict[int, list[str]] = {}
        for apart in found:
            if apart.engine == engine and apart.ulps:
                bounds.setdefault(bound(apart.ulps), []).append(f"`{apart.row}`")
        lines += [] if bounds else [f"| {engine} | {NONE} | 0 |"]
        for most, rows in sorted(bounds.items()):
            for first in range(0, len(rows), ROWS_A_LINE):
                some = ", ".join(rows[first : first + ROWS_A_LINE])
                lines.append(f"| {engine} | {some} | {most:,} |")
    return "".join(f"{line}\n" for line in lines)


def bound(ulps: float) -> int:
    """The next of 1, 2, 5, 10, 20, 50, …"""
    most = 1
    while most < ulps:
        most = most * 5 // 2 if str(most).startswith("2") else most * 2
    return most


def told(guide: str) -> dict[str, dict[str, int]]:
    """What the table of a guide says: the bound of each row that is apart, by engine."""
    found: dict[str, dict[str, int]] = {}
    for line in guide.partition(START)[2].partition(END)[0].splitlines()[2:]:
        engine, rows, most = line.strip("| ").split(" | ")
        known = found.setdefault(engine, {})
        for row in rows.split(", ") if rows != NONE else []:
            known[row.strip("`")] = int(most.replace(",", ""))
    return found


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(description="Compare the numbers of all engines with eager.")
    parser.add_argument("rows", nargs="*", metavar="ROW")
    parser.add_argument("--points", type=int, default=POINTS, help="of each row")
    parser.add_argument("--guide", action="store_true", help="write the table of the guide anew")
    options = parser.parse_args(arguments)
    names = options.rows or [row.name for row in ROWS]
    if options.rows and options.guide:
        parser.error("the table of the guide is of all rows: leave the names out")
    found: list[Apart] = []
    with ProcessPoolExecutor(2, get_context("spawn")) as pool:
        for aparts in pool.map(partial(by_name, count=options.points), names):
            found += aparts
            for apart in aparts:
                if apart.ulps:
                    print(f"{apart.engine}, {apart.row}: {apart.ulps:g} ulp, {apart.told}")
    print(table(found), end="")
    if options.guide:
        text = GUIDE.read_text(encoding="utf-8")
        before, _, rest = text.partition(START)
        GUIDE.write_text(before + START + table(found) + END + rest.partition(END)[2], "utf-8")
    return 0


if __name__ == "__main__":
    raise SystemExit(main())
